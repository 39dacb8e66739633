"""Checks, what their runs add up to, and slots without a run."""

from sqlalchemy import BigInteger, Boolean, Column, Float, Index, Integer, PrimaryKeyConstraint, Table, UniqueConstraint

from outrider_engine.adapters.sql.column_types import CleanText, Id, StrictJson, StrictText, UtcDateTime

from .columns import ACTIVE, DELETED, metadata, of_check, of_organization, owner, partial, required

checks = Table(
    "checks",
    metadata,
    Column("id", Id, primary_key=True),
    owner(),
    required("family", Id),
    required("type", StrictText),
    required("name", StrictText),
    required("description", StrictText),
    required("status", Id),
    Column("paused_reason", CleanText),
    Column("interval_seconds", Integer),
    Column("cron", StrictText),
    Column("timezone", StrictText),
    Column("next_due_at", UtcDateTime),
    required("locations", StrictJson),
    required("timeout_s", Float),
    required("max_retries", Integer),
    required("side_effects", Boolean),
    required("tags", StrictJson),
    required("config", StrictJson),
    required("assertions", StrictJson),
    required("variables", StrictJson),
    required("secret_names", StrictJson),
    Column("sealed_secrets", StrictText),
    Column("quorum", Integer),
    Column("alert_policy", StrictJson),
    required("revision", Integer),
    required("created_at", UtcDateTime),
    required("updated_at", UtcDateTime),
    Column("deleted_at", UtcDateTime),
    of_organization(),
    UniqueConstraint("organization_id", "id"),
    partial("ix_checks_due", ACTIVE, "next_due_at"),
    partial("ix_checks_deleted", DELETED, "deleted_at"),
    partial("ix_checks_deleted_name", DELETED, "organization_id", "family", "name"),
)

check_states = Table(
    "check_states",
    metadata,
    owner(),
    required("check_id", Id),
    required("location", Id),
    Column("verdict", Id),
    Column("since", UtcDateTime),
    required("consecutive_failures", Integer),
    required("lost_workers", Integer),
    Column("as_of", UtcDateTime),
    Column("last_run_id", Id),
    Column("duration_ms", Float),
    Column("certificate_days", Float),
    Column("visual_diff_percent", Float),
    PrimaryKeyConstraint("check_id", "location"),
    of_check(),
)

skipped_slots = Table(
    "skipped_slots",
    metadata,
    Column("id", Id, primary_key=True),
    owner(),
    required("check_id", Id),
    required("location", Id),
    required("reason", Id),
    required("first_slot", UtcDateTime),
    required("last_slot", UtcDateTime),
    Column("slots", BigInteger),
    of_check(),
    Index(None, "check_id", "last_slot"),
    Index(None, "check_id", "location", "last_slot"),
)
"""``location`` is empty where a range holds for all locations of the check."""
