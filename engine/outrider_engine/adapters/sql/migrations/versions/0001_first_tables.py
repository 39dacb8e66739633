"""The first tables.

Revision ID: 0001
Revises: none
"""

from collections.abc import Callable

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None

ID = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
TEXT = sa.Text()
TIME = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
QUEUED = "status = 'queued'"
TROUBLED = "status IN ('degraded', 'failed', 'error', 'timed_out', 'cancelled', 'missed')"
UNSETTLED = "state IN ('pending', 'sending')"


def _partial(name: str, table: str, columns: list[str], condition: str, *, unique: bool = False) -> None:
    clause = sa.text(condition)
    op.create_index(name, table, columns, unique=unique, sqlite_where=clause, postgresql_where=clause)


def _organizations() -> None:
    op.create_table(
        "organizations",
        sa.Column("id", ID, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_organizations"),
    )


def _api_keys() -> None:
    op.create_table(
        "api_keys",
        sa.Column("id", ID, nullable=False),
        sa.Column("organization_id", ID, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("digest", ID, nullable=False),
        sa.Column("prefix", TEXT, nullable=False),
        sa.Column("role", ID, nullable=False),
        sa.Column("scopes", JSON, nullable=True),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("expires_at", TIME, nullable=True),
        sa.Column("last_used_at", TIME, nullable=True),
        sa.Column("revoked_at", TIME, nullable=True),
        sa.ForeignKeyConstraint(["organization_id"], ["organizations.id"], name="fk_api_keys_organizations"),
        sa.PrimaryKeyConstraint("id", name="pk_api_keys"),
        sa.UniqueConstraint("digest", name="uq_api_keys_digest"),
    )
    _partial("uq_api_keys_name", "api_keys", ["organization_id", "name"], "revoked_at IS NULL", unique=True)


def _locations() -> None:
    op.create_table(
        "locations",
        sa.Column("name", ID, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_locations"),
    )


def _heartbeats() -> None:
    op.create_table(
        "heartbeats",
        sa.Column("component", ID, nullable=False),
        sa.Column("instance", ID, nullable=False),
        sa.Column("seen_at", TIME, nullable=False),
        sa.Column("location", ID, nullable=False),
        sa.Column("queues", JSON, nullable=False),
        sa.PrimaryKeyConstraint("component", "instance", name="pk_heartbeats"),
    )


def _checks() -> None:
    op.create_table(
        "checks",
        sa.Column("id", ID, nullable=False),
        sa.Column("organization_id", ID, nullable=False),
        sa.Column("family", ID, nullable=False),
        sa.Column("type", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("description", TEXT, nullable=False),
        sa.Column("status", ID, nullable=False),
        sa.Column("paused_reason", TEXT, nullable=True),
        sa.Column("interval_seconds", sa.Integer(), nullable=True),
        sa.Column("cron", TEXT, nullable=True),
        sa.Column("timezone", TEXT, nullable=True),
        sa.Column("next_due_at", TIME, nullable=True),
        sa.Column("locations", JSON, nullable=False),
        sa.Column("timeout_s", sa.Float(), nullable=False),
        sa.Column("max_retries", sa.Integer(), nullable=False),
        sa.Column("side_effects", sa.Boolean(), nullable=False),
        sa.Column("tags", JSON, nullable=False),
        sa.Column("config", JSON, nullable=False),
        sa.Column("assertions", JSON, nullable=False),
        sa.Column("variables", JSON, nullable=False),
        sa.Column("secret_names", JSON, nullable=False),
        sa.Column("sealed_secrets", TEXT, nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("updated_at", TIME, nullable=False),
        sa.Column("deleted_at", TIME, nullable=True),
        sa.ForeignKeyConstraint(["organization_id"], ["organizations.id"], name="fk_checks_organizations"),
        sa.PrimaryKeyConstraint("id", name="pk_checks"),
        sa.UniqueConstraint("organization_id", "id", name="uq_checks_organization_id_id"),
    )
    _partial("ix_checks_due", "checks", ["next_due_at"], "status = 'active' AND deleted_at IS NULL")


def _check_states() -> None:
    op.create_table(
        "check_states",
        sa.Column("organization_id", ID, nullable=False),
        sa.Column("check_id", ID, nullable=False),
        sa.Column("location", ID, nullable=False),
        sa.Column("verdict", ID, nullable=True),
        sa.Column("since", TIME, nullable=True),
        sa.Column("consecutive_failures", sa.Integer(), nullable=False),
        sa.Column("lost_workers", sa.Integer(), nullable=False),
        sa.Column("as_of", TIME, nullable=True),
        sa.Column("last_run_id", ID, nullable=True),
        sa.ForeignKeyConstraint(
            ["organization_id", "check_id"], ["checks.organization_id", "checks.id"], name="fk_check_states_checks"
        ),
        sa.PrimaryKeyConstraint("check_id", "location", name="pk_check_states"),
    )


def _skipped_slots() -> None:
    op.create_table(
        "skipped_slots",
        sa.Column("id", ID, nullable=False),
        sa.Column("organization_id", ID, nullable=False),
        sa.Column("check_id", ID, nullable=False),
        sa.Column("location", ID, nullable=False),
        sa.Column("reason", ID, nullable=False),
        sa.Column("first_slot", TIME, nullable=False),
        sa.Column("last_slot", TIME, nullable=False),
        sa.Column("slots", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organization_id", "check_id"], ["checks.organization_id", "checks.id"], name="fk_skipped_slots_checks"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_skipped_slots"),
    )
    for columns in (["check_id", "last_slot"], ["check_id", "location", "last_slot"]):
        op.create_index(f"ix_skipped_slots_{'_'.join(columns)}", "skipped_slots", columns)


def _runs() -> None:
    op.create_table(
        "runs",
        sa.Column("id", ID, nullable=False),
        sa.Column("organization_id", ID, nullable=False),
        sa.Column("check_id", ID, nullable=False),
        sa.Column("family", ID, nullable=False),
        sa.Column("location", ID, nullable=False),
        sa.Column("queue", ID, nullable=False),
        sa.Column("trigger", ID, nullable=False),
        sa.Column("status", ID, nullable=False),
        sa.Column("slot", TIME, nullable=True),
        sa.Column("due_at", TIME, nullable=False),
        sa.Column("not_after", TIME, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("queued_at", TIME, nullable=False),
        sa.Column("started_at", TIME, nullable=True),
        sa.Column("completed_at", TIME, nullable=True),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("max_attempts", sa.Integer(), nullable=False),
        sa.Column("worker", ID, nullable=True),
        sa.Column("claim_token", ID, nullable=True),
        sa.Column("lease_until", TIME, nullable=True),
        sa.Column("check_revision", sa.Integer(), nullable=True),
        sa.Column("overrides", JSON, nullable=True),
        sa.Column("cause", ID, nullable=True),
        sa.Column("reason", ID, nullable=True),
        sa.Column("error", TEXT, nullable=True),
        sa.Column("duration_ms", sa.Float(), nullable=True),
        sa.Column("phases", JSON, nullable=True),
        sa.Column("facts", JSON, nullable=True),
        sa.Column("assertions", JSON, nullable=True),
        sa.Column("tries", JSON, nullable=True),
        sa.ForeignKeyConstraint(
            ["organization_id", "check_id"], ["checks.organization_id", "checks.id"], name="fk_runs_checks"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_runs"),
        sa.UniqueConstraint("check_id", "location", "slot", name="uq_runs_check_id_location_slot"),
        sa.UniqueConstraint("organization_id", "id", name="uq_runs_organization_id_id"),
    )
    op.create_index("ix_runs_due", "runs", ["check_id", "due_at"])
    op.create_index("ix_runs_history", "runs", ["check_id", "id"])
    _partial("ix_runs_late", "runs", ["not_after"], QUEUED)
    _partial("ix_runs_leased", "runs", ["lease_until"], "status = 'running'")
    _partial("ix_runs_queued", "runs", ["queue", "due_at"], QUEUED)
    _partial("ix_runs_queued_at_location", "runs", ["queue", "location", "due_at"], QUEUED)
    _partial("ix_runs_troubled", "runs", ["organization_id", "id"], TROUBLED)
    _partial("ix_runs_troubled_of_check", "runs", ["check_id", "id"], TROUBLED)
    _partial("ix_runs_unfinished", "runs", ["check_id", "location"], "status IN ('queued', 'running')")
    _partial("ix_runs_waiting", "runs", ["queued_at"], QUEUED)


def _steps() -> None:
    op.create_table(
        "steps",
        sa.Column("organization_id", ID, nullable=False),
        sa.Column("run_id", ID, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("step_id", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("action", TEXT, nullable=False),
        sa.Column("status", ID, nullable=False),
        sa.Column("started_at", TIME, nullable=False),
        sa.Column("duration_ms", sa.Float(), nullable=False),
        sa.Column("reason", ID, nullable=True),
        sa.Column("error", TEXT, nullable=True),
        sa.Column("detail", JSON, nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id", "run_id"], ["runs.organization_id", "runs.id"], name="fk_steps_runs", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("run_id", "position", name="pk_steps"),
    )


def _artifacts() -> None:
    op.create_table(
        "artifacts",
        sa.Column("id", ID, nullable=False),
        sa.Column("organization_id", ID, nullable=False),
        sa.Column("run_id", ID, nullable=False),
        sa.Column("kind", ID, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("content_type", TEXT, nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("digest", ID, nullable=False),
        sa.Column("key", TEXT, nullable=False),
        sa.Column("step_index", sa.Integer(), nullable=True),
        sa.Column("created_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id", "run_id"],
            ["runs.organization_id", "runs.id"],
            name="fk_artifacts_runs",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_artifacts"),
    )
    op.create_index("ix_artifacts_run_id_id", "artifacts", ["run_id", "id"])


def _channels() -> None:
    op.create_table(
        "channels",
        sa.Column("id", ID, nullable=False),
        sa.Column("organization_id", ID, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("type", TEXT, nullable=False),
        sa.Column("config", JSON, nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("sealed_secrets", TEXT, nullable=True),
        sa.ForeignKeyConstraint(["organization_id"], ["organizations.id"], name="fk_channels_organizations"),
        sa.PrimaryKeyConstraint("id", name="pk_channels"),
        sa.UniqueConstraint("organization_id", "id", name="uq_channels_organization_id_id"),
    )


def _rules() -> None:
    op.create_table(
        "rules",
        sa.Column("id", ID, nullable=False),
        sa.Column("organization_id", ID, nullable=False),
        sa.Column("check_id", ID, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("type", ID, nullable=False),
        sa.Column("threshold", sa.Integer(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id", "check_id"], ["checks.organization_id", "checks.id"], name="fk_rules_checks"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_rules"),
        sa.UniqueConstraint("organization_id", "id", name="uq_rules_organization_id_id"),
    )
    op.create_index("ix_rules_check_id", "rules", ["check_id"])


def _rule_channels() -> None:
    op.create_table(
        "rule_channels",
        sa.Column("organization_id", ID, nullable=False),
        sa.Column("rule_id", ID, nullable=False),
        sa.Column("channel_id", ID, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id", "channel_id"],
            ["channels.organization_id", "channels.id"],
            name="fk_rule_channels_channels",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "rule_id"],
            ["rules.organization_id", "rules.id"],
            name="fk_rule_channels_rules",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("rule_id", "channel_id", name="pk_rule_channels"),
    )
    op.create_index("ix_rule_channels_organization_id_channel_id", "rule_channels", ["organization_id", "channel_id"])


def _alerts() -> None:
    op.create_table(
        "alerts",
        sa.Column("id", ID, nullable=False),
        sa.Column("organization_id", ID, nullable=False),
        sa.Column("rule_id", ID, nullable=False),
        sa.Column("check_id", ID, nullable=False),
        sa.Column("status", ID, nullable=False),
        sa.Column("message", TEXT, nullable=False),
        sa.Column("run_id", ID, nullable=True),
        sa.Column("triggered_at", TIME, nullable=False),
        sa.Column("resolved_at", TIME, nullable=True),
        sa.ForeignKeyConstraint(
            ["organization_id", "check_id"], ["checks.organization_id", "checks.id"], name="fk_alerts_checks"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_alerts"),
        sa.UniqueConstraint("organization_id", "id", name="uq_alerts_organization_id_id"),
    )
    op.create_index("ix_alerts_check_id_id", "alerts", ["check_id", "id"])
    _partial("ix_alerts_open_of_check", "alerts", ["check_id"], "status = 'open'")
    _partial("uq_alerts_open", "alerts", ["rule_id", "check_id"], "status = 'open'", unique=True)


def _notifications() -> None:
    op.create_table(
        "notifications",
        sa.Column("position", SERIAL, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("organization_id", ID, nullable=False),
        sa.Column("channel_id", ID, nullable=False),
        sa.Column("alert_id", ID, nullable=True),
        sa.Column("message_id", ID, nullable=False),
        sa.Column("event", ID, nullable=False),
        sa.Column("title", TEXT, nullable=False),
        sa.Column("text", TEXT, nullable=False),
        sa.Column("occurred_at", TIME, nullable=False),
        sa.Column("data", JSON, nullable=False),
        sa.Column("state", ID, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_attempt_at", TIME, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("settled_at", TIME, nullable=True),
        sa.Column("last_error", TEXT, nullable=True),
        sa.Column("claim_token", ID, nullable=True),
        sa.Column("lease_until", TIME, nullable=True),
        sa.ForeignKeyConstraint(["organization_id"], ["organizations.id"], name="fk_notifications_organizations"),
        sa.PrimaryKeyConstraint("position", name="pk_notifications"),
        sa.UniqueConstraint("id", name="uq_notifications_id"),
    )
    op.create_index("ix_notifications_alert_id_position", "notifications", ["alert_id", "position"])
    _partial("ix_notifications_due", "notifications", ["next_attempt_at"], UNSETTLED)
    _partial("ix_notifications_order", "notifications", ["alert_id", "channel_id", "position"], UNSETTLED)
    op.create_index("ix_notifications_organization_id_position", "notifications", ["organization_id", "position"])


TABLES: tuple[tuple[str, Callable[[], None]], ...] = (
    ("organizations", _organizations),
    ("api_keys", _api_keys),
    ("locations", _locations),
    ("heartbeats", _heartbeats),
    ("checks", _checks),
    ("check_states", _check_states),
    ("skipped_slots", _skipped_slots),
    ("runs", _runs),
    ("steps", _steps),
    ("artifacts", _artifacts),
    ("channels", _channels),
    ("rules", _rules),
    ("rule_channels", _rule_channels),
    ("alerts", _alerts),
    ("notifications", _notifications),
)


def upgrade() -> None:
    for _, create in TABLES:
        create()


def downgrade() -> None:
    for name, _ in reversed(TABLES):
        op.drop_table(name)
