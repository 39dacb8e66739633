"""Incidents, what they are about, and releases."""

from sqlalchemy import (
    Column,
    Float,
    ForeignKeyConstraint,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    UniqueConstraint,
)

from outrider_engine.adapters.sql.column_types import CleanText, Id, StrictJson, StrictText, UtcDateTime

from .columns import ALERTED_OPEN, OPEN, metadata, of_check, of_organization, of_project, owner, partial, required


def _of_incident() -> ForeignKeyConstraint:
    """Return the reference to an incident of the same organization; its rows go with it."""
    return ForeignKeyConstraint(
        ["organization_id", "incident_id"], ["incidents.organization_id", "incidents.id"], ondelete="CASCADE"
    )


incidents = Table(
    "incidents",
    metadata,
    Column("id", Id, primary_key=True),
    owner(),
    required("title", CleanText),
    required("state", Id),
    required("severity", Id),
    required("impact", Id),
    required("affected_components", StrictJson),
    Column("status_page_id", StrictText),
    Column("alerting_check_id", Id),
    required("started_at", UtcDateTime),
    Column("resolved_at", UtcDateTime),
    Column("postmortem_url", StrictText),
    required("created_at", UtcDateTime),
    Column("project_id", Id),
    of_organization(),
    of_project(),
    UniqueConstraint("organization_id", "id"),
    Index("ix_incidents_project_id_id", "project_id", "id"),
    Index("ix_incidents_organization_id_state_id", "organization_id", "state", "id"),
    partial("ix_incidents_open", OPEN, "organization_id", "id"),
    partial("uq_incidents_open_of_check", ALERTED_OPEN, "alerting_check_id", unique=True),
)
"""An incident outlives its checks, so it refers to none by constraint."""

incident_updates = Table(
    "incident_updates",
    metadata,
    owner(),
    required("incident_id", Id),
    required("position", Integer),
    required("state", Id),
    required("body", CleanText),
    required("posted_at", UtcDateTime),
    PrimaryKeyConstraint("incident_id", "position"),
    _of_incident(),
)

incident_checks = Table(
    "incident_checks",
    metadata,
    owner(),
    required("incident_id", Id),
    required("check_id", Id),
    required("started_at", UtcDateTime),
    PrimaryKeyConstraint("incident_id", "check_id"),
    _of_incident(),
    of_check(),
    Index("ix_incident_checks_check_id_incident_id", "check_id", "incident_id"),
    Index("ix_incident_checks_check_id_started_at", "check_id", "started_at"),
)
"""``started_at`` is the incident's, so that those of a check are found by time."""

incident_alerts = Table(
    "incident_alerts",
    metadata,
    owner(),
    required("incident_id", Id),
    required("alert_id", Id),
    PrimaryKeyConstraint("incident_id", "alert_id"),
    _of_incident(),
    ForeignKeyConstraint(["organization_id", "alert_id"], ["alerts.organization_id", "alerts.id"], ondelete="CASCADE"),
    Index("ix_incident_alerts_organization_id_alert_id", "organization_id", "alert_id"),
)

releases = Table(
    "releases",
    metadata,
    Column("id", Id, primary_key=True),
    owner(),
    required("name", StrictText),
    Column("version", StrictText),
    Column("environment", StrictText),
    Column("rollout_percent", Float),
    required("started_at", UtcDateTime),
    Column("finished_at", UtcDateTime),
    Column("commit_sha", StrictText),
    Column("commit_url", StrictText),
    Column("description", StrictText),
    required("tags", StrictJson),
    required("created_at", UtcDateTime),
    Column("project_id", Id),
    of_organization(),
    of_project(),
    UniqueConstraint("organization_id", "id"),
    Index("ix_releases_project_id_id", "project_id", "id"),
)
