"""Channels, rules, alerts, and messages on their way."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKeyConstraint,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    UniqueConstraint,
)

from outrider_engine.adapters.sql.column_types import CleanJson, CleanText, Id, StrictJson, StrictText, UtcDateTime

from .columns import (
    CONNECTED,
    ESCALATING,
    OWN_UNRESOLVED,
    SUBSCRIBED,
    UNRESOLVED,
    UNSETTLED,
    metadata,
    of_check,
    of_organization,
    owner,
    partial,
    required,
)

channels = Table(
    "channels",
    metadata,
    Column("id", Id, primary_key=True),
    owner(),
    required("name", StrictText),
    required("type", StrictText),
    required("config", StrictJson),
    required("enabled", Boolean),
    required("created_at", UtcDateTime),
    Column("sealed_secrets", StrictText),
    Column("events", StrictText),
    Column("notify_on", StrictText),
    Column("is_connection", Boolean),
    of_organization(),
    UniqueConstraint("organization_id", "id"),
    partial("ix_channels_subscribed", SUBSCRIBED, "organization_id"),
    partial("ix_channels_connected", CONNECTED, "organization_id"),
)
"""``events`` are the names of those that a channel subscribed to, with spaces between them; null for none.
``notify_on`` are the occasions on which it is told of alerts, likewise; null for all. ``is_connection`` is true
or null."""

rules = Table(
    "rules",
    metadata,
    Column("id", Id, primary_key=True),
    owner(),
    required("check_id", Id),
    required("name", StrictText),
    required("type", Id),
    Column("threshold", Float),
    Column("days_before", Integer),
    Column("window_seconds", Integer),
    Column("min_samples", Integer),
    required("enabled", Boolean),
    required("created_at", UtcDateTime),
    of_check(),
    UniqueConstraint("organization_id", "id"),
    Index(None, "check_id"),
)

rule_channels = Table(
    "rule_channels",
    metadata,
    owner(),
    required("rule_id", Id),
    required("channel_id", Id),
    required("position", Integer),
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
    owner(),
    Column("rule_id", Id),
    required("check_id", Id),
    required("status", Id),
    required("message", CleanText),
    Column("severity", Id),
    Column("escalate_at", UtcDateTime),
    Column("escalated_at", UtcDateTime),
    Column("undelivered", CleanText),
    Column("run_id", Id),
    required("triggered_at", UtcDateTime),
    Column("acknowledged_at", UtcDateTime),
    Column("acknowledged_by", CleanText),
    Column("resolved_at", UtcDateTime),
    Column("incident_id", Id),
    of_check(),
    UniqueConstraint("organization_id", "id"),
    Index(None, "check_id", "id"),
    partial("uq_alerts_open", UNRESOLVED, "rule_id", "check_id", unique=True),
    partial("uq_alerts_open_of_policy", OWN_UNRESOLVED, "check_id", unique=True),
    partial("ix_alerts_open_of_check", UNRESOLVED, "check_id"),
    partial("ix_alerts_escalating", ESCALATING, "escalate_at"),
)
"""An alert outlives its rule, its run and its incident, so it refers to none of them by constraint."""

notifications = Table(
    "notifications",
    metadata,
    Column("position", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    required("id", Id, unique=True),
    owner(),
    required("channel_id", Id),
    Column("place", StrictText),
    Column("alert_id", Id),
    required("message_id", Id),
    required("event", Id),
    required("title", CleanText),
    required("text", CleanText),
    required("occurred_at", UtcDateTime),
    required("data", CleanJson),
    required("state", Id),
    required("attempts", Integer),
    required("next_attempt_at", UtcDateTime),
    required("created_at", UtcDateTime),
    Column("settled_at", UtcDateTime),
    Column("last_error", CleanText),
    Column("claim_token", Id),
    Column("lease_until", UtcDateTime),
    of_organization(),
    partial("ix_notifications_due", UNSETTLED, "next_attempt_at"),
    partial("ix_notifications_order", UNSETTLED, "alert_id", "channel_id", "position"),
    Index(None, "organization_id", "position"),
    Index(None, "alert_id", "position"),
)
"""``position`` is the order of insertion, which decides what is told first. Channels can go, their messages stay."""
