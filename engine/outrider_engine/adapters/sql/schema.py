"""The tables. Every one carries ``organization_id``, but for what belongs to the installation: locations, heartbeats.

References between an organization's rows are composite, ``(organization_id, id)``, so that rows of two organizations
cannot be joined up by mistake. Partial indexes hold what is on its way (queued, running, unsettled): small whatever
the length of the history. Their conditions are literals here and in the queries (``QUEUED`` …), since neither
database recognises a partial index behind a bound parameter.
"""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Float,
    ForeignKeyConstraint,
    FromClause,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    TextClause,
    UniqueConstraint,
    literal_column,
    text,
)

from .column_types import CleanJson, CleanText, Id, StrictJson, StrictText, UtcDateTime

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

ACTIVE = "status = 'active' AND deleted_at IS NULL"
QUEUED = "status = 'queued'"
RUNNING = "status = 'running'"
UNFINISHED = "status IN ('queued', 'running')"
TROUBLED = "status IN ('degraded', 'failed', 'error', 'timed_out', 'cancelled', 'missed')"
OPEN = "status = 'open'"
UNSETTLED = "state IN ('pending', 'sending')"
NOT_REVOKED = "revoked_at IS NULL"


def where(condition: str) -> TextClause:
    """Return one of the conditions of the partial indexes, for the ``WHERE`` of a query on that table alone."""
    return text(condition)


def unsettled(table: FromClause) -> ColumnElement[bool]:
    """Return ``UNSETTLED`` for the notifications or an alias of them."""
    return table.c.state.in_([literal_column("'pending'"), literal_column("'sending'")])


def _required(name: str, type_: Any, **options: Any) -> Column[Any]:
    return Column(name, type_, nullable=False, **options)


def _owner() -> Column[Any]:
    return _required("organization_id", Id)


def _partial(name: str, condition: str, *columns: str | ColumnElement[Any], unique: bool = False) -> Index:
    clause = text(condition)
    return Index(name, *columns, unique=unique, sqlite_where=clause, postgresql_where=clause)


def _of_organization() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["organization_id"], ["organizations.id"])


def _of_check() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["organization_id", "check_id"], ["checks.organization_id", "checks.id"])


def _of_run() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["organization_id", "run_id"], ["runs.organization_id", "runs.id"], ondelete="CASCADE")


organizations = Table(
    "organizations",
    metadata,
    Column("id", Id, primary_key=True),
    _required("name", StrictText),
    _required("created_at", UtcDateTime),
)

api_keys = Table(
    "api_keys",
    metadata,
    Column("id", Id, primary_key=True),
    _owner(),
    _required("name", StrictText),
    _required("digest", Id, unique=True),
    _required("prefix", StrictText),
    _required("role", Id),
    Column("scopes", StrictJson),
    _required("created_at", UtcDateTime),
    Column("expires_at", UtcDateTime),
    Column("last_used_at", UtcDateTime),
    Column("revoked_at", UtcDateTime),
    _of_organization(),
    _partial("uq_api_keys_name", NOT_REVOKED, "organization_id", "name", unique=True),
)

locations = Table("locations", metadata, Column("name", Id, primary_key=True))

heartbeats = Table(
    "heartbeats",
    metadata,
    _required("component", Id),
    _required("instance", Id),
    _required("seen_at", UtcDateTime),
    _required("location", Id),
    _required("queues", StrictJson),
    PrimaryKeyConstraint("component", "instance"),
)

checks = Table(
    "checks",
    metadata,
    Column("id", Id, primary_key=True),
    _owner(),
    _required("family", Id),
    _required("type", StrictText),
    _required("name", StrictText),
    _required("description", StrictText),
    _required("status", Id),
    Column("paused_reason", CleanText),
    Column("interval_seconds", Integer),
    Column("cron", StrictText),
    Column("timezone", StrictText),
    Column("next_due_at", UtcDateTime),
    _required("locations", StrictJson),
    _required("timeout_s", Float),
    _required("max_retries", Integer),
    _required("side_effects", Boolean),
    _required("tags", StrictJson),
    _required("config", StrictJson),
    _required("assertions", StrictJson),
    _required("variables", StrictJson),
    _required("secret_names", StrictJson),
    Column("sealed_secrets", StrictText),
    _required("revision", Integer),
    _required("created_at", UtcDateTime),
    _required("updated_at", UtcDateTime),
    Column("deleted_at", UtcDateTime),
    _of_organization(),
    UniqueConstraint("organization_id", "id"),
    _partial("ix_checks_due", ACTIVE, "next_due_at"),
)

check_states = Table(
    "check_states",
    metadata,
    _owner(),
    _required("check_id", Id),
    _required("location", Id),
    Column("verdict", Id),
    Column("since", UtcDateTime),
    _required("consecutive_failures", Integer),
    _required("lost_workers", Integer),
    Column("as_of", UtcDateTime),
    Column("last_run_id", Id),
    PrimaryKeyConstraint("check_id", "location"),
    _of_check(),
)

skipped_slots = Table(
    "skipped_slots",
    metadata,
    Column("id", Id, primary_key=True),
    _owner(),
    _required("check_id", Id),
    _required("location", Id),
    _required("reason", Id),
    _required("first_slot", UtcDateTime),
    _required("last_slot", UtcDateTime),
    Column("slots", BigInteger),
    _of_check(),
    Index(None, "check_id", "last_slot"),
    Index(None, "check_id", "location", "last_slot"),
)
"""``location`` is empty where a range holds for all locations of the check."""

runs = Table(
    "runs",
    metadata,
    Column("id", Id, primary_key=True),
    _owner(),
    _required("check_id", Id),
    _required("family", Id),
    _required("location", Id),
    _required("queue", Id),
    _required("trigger", Id),
    _required("status", Id),
    Column("slot", UtcDateTime),
    _required("due_at", UtcDateTime),
    _required("not_after", UtcDateTime),
    _required("created_at", UtcDateTime),
    _required("queued_at", UtcDateTime),
    Column("started_at", UtcDateTime),
    Column("completed_at", UtcDateTime),
    _required("attempt", Integer),
    _required("max_attempts", Integer),
    Column("worker", Id),
    Column("claim_token", Id),
    Column("lease_until", UtcDateTime),
    Column("check_revision", Integer),
    Column("overrides", StrictJson),
    Column("cause", Id),
    Column("reason", Id),
    Column("error", CleanText),
    Column("duration_ms", Float),
    Column("phases", CleanJson),
    Column("facts", CleanJson),
    Column("assertions", CleanJson),
    Column("tries", CleanJson),
    _of_check(),
    UniqueConstraint("organization_id", "id"),
    UniqueConstraint("check_id", "location", "slot"),
    Index("ix_runs_history", "check_id", "id"),
    Index("ix_runs_due", "check_id", "due_at"),
    _partial("ix_runs_queued", QUEUED, "queue", "due_at"),
    _partial("ix_runs_queued_at_location", QUEUED, "queue", "location", "due_at"),
    _partial("ix_runs_late", QUEUED, "not_after"),
    _partial("ix_runs_waiting", QUEUED, "queued_at"),
    _partial("ix_runs_leased", RUNNING, "lease_until"),
    _partial("ix_runs_unfinished", UNFINISHED, "check_id", "location"),
    _partial("ix_runs_troubled", TROUBLED, "organization_id", "id"),
    _partial("ix_runs_troubled_of_check", TROUBLED, "check_id", "id"),
)

steps = Table(
    "steps",
    metadata,
    _owner(),
    _required("run_id", Id),
    _required("position", Integer),
    _required("step_id", CleanText),
    _required("name", CleanText),
    _required("action", CleanText),
    _required("status", Id),
    _required("started_at", UtcDateTime),
    _required("duration_ms", Float),
    Column("reason", Id),
    Column("error", CleanText),
    _required("detail", CleanJson),
    PrimaryKeyConstraint("run_id", "position"),
    _of_run(),
)

artifacts = Table(
    "artifacts",
    metadata,
    Column("id", Id, primary_key=True),
    _owner(),
    _required("run_id", Id),
    _required("kind", Id),
    _required("name", CleanText),
    _required("content_type", CleanText),
    _required("size", BigInteger),
    _required("digest", Id),
    _required("key", CleanText),
    Column("step_index", Integer),
    _required("created_at", UtcDateTime),
    _of_run(),
    Index(None, "run_id", "id"),
)

channels = Table(
    "channels",
    metadata,
    Column("id", Id, primary_key=True),
    _owner(),
    _required("name", StrictText),
    _required("type", StrictText),
    _required("config", StrictJson),
    _required("enabled", Boolean),
    _required("created_at", UtcDateTime),
    Column("sealed_secrets", StrictText),
    _of_organization(),
    UniqueConstraint("organization_id", "id"),
)

rules = Table(
    "rules",
    metadata,
    Column("id", Id, primary_key=True),
    _owner(),
    _required("check_id", Id),
    _required("name", StrictText),
    _required("type", Id),
    _required("threshold", Integer),
    _required("enabled", Boolean),
    _required("created_at", UtcDateTime),
    _of_check(),
    UniqueConstraint("organization_id", "id"),
    Index(None, "check_id"),
)

rule_channels = Table(
    "rule_channels",
    metadata,
    _owner(),
    _required("rule_id", Id),
    _required("channel_id", Id),
    _required("position", Integer),
    PrimaryKeyConstraint("rule_id", "channel_id"),
    ForeignKeyConstraint(["organization_id", "rule_id"], ["rules.organization_id", "rules.id"], ondelete="CASCADE"),
    ForeignKeyConstraint(
        ["organization_id", "channel_id"], ["channels.organization_id", "channels.id"], ondelete="CASCADE"
    ),
    Index(None, "organization_id", "channel_id"),
)

alerts = Table(
    "alerts",
    metadata,
    Column("id", Id, primary_key=True),
    _owner(),
    _required("rule_id", Id),
    _required("check_id", Id),
    _required("status", Id),
    _required("message", CleanText),
    Column("run_id", Id),
    _required("triggered_at", UtcDateTime),
    Column("resolved_at", UtcDateTime),
    _of_check(),
    UniqueConstraint("organization_id", "id"),
    Index(None, "check_id", "id"),
    _partial("uq_alerts_open", OPEN, "rule_id", "check_id", unique=True),
    _partial("ix_alerts_open_of_check", OPEN, "check_id"),
)
"""An alert outlives its rule and its run, so it refers to neither by constraint."""

notifications = Table(
    "notifications",
    metadata,
    Column("position", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    _required("id", Id, unique=True),
    _owner(),
    _required("channel_id", Id),
    Column("alert_id", Id),
    _required("message_id", Id),
    _required("event", Id),
    _required("title", CleanText),
    _required("text", CleanText),
    _required("occurred_at", UtcDateTime),
    _required("data", CleanJson),
    _required("state", Id),
    _required("attempts", Integer),
    _required("next_attempt_at", UtcDateTime),
    _required("created_at", UtcDateTime),
    Column("settled_at", UtcDateTime),
    Column("last_error", CleanText),
    Column("claim_token", Id),
    Column("lease_until", UtcDateTime),
    _of_organization(),
    _partial("ix_notifications_due", UNSETTLED, "next_attempt_at"),
    _partial("ix_notifications_order", UNSETTLED, "alert_id", "channel_id", "position"),
    Index(None, "organization_id", "position"),
    Index(None, "alert_id", "position"),
)
"""``position`` is the order of insertion, which decides what is told first. Channels can go, their messages stay."""
