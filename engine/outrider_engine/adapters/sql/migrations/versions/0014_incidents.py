"""Incidents with their updates and what they are about, and releases.

Revision ID: 0014
Revises: 0013
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0014"
down_revision = "0013"

ID = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
TEXT = sa.Text()
TIME = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
OPEN = sa.text("resolved_at IS NULL")
ALERTED_OPEN = sa.text("resolved_at IS NULL AND alerting_check_id IS NOT NULL")


def _of_incident(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["organization_id", "incident_id"],
        ["incidents.organization_id", "incidents.id"],
        name=f"fk_{table}_incidents",
        ondelete="CASCADE",
    )


def upgrade() -> None:
    _incidents()
    _what_they_are_about()
    _releases()
    op.add_column("alerts", sa.Column("incident_id", ID, nullable=True))


def _incidents() -> None:
    op.create_table(
        "incidents",
        sa.Column("id", ID, nullable=False),
        sa.Column("organization_id", ID, nullable=False),
        sa.Column("title", TEXT, nullable=False),
        sa.Column("state", ID, nullable=False),
        sa.Column("severity", ID, nullable=False),
        sa.Column("impact", ID, nullable=False),
        sa.Column("affected_components", JSON, nullable=False),
        sa.Column("status_page_id", TEXT, nullable=True),
        sa.Column("alerting_check_id", ID, nullable=True),
        sa.Column("started_at", TIME, nullable=False),
        sa.Column("resolved_at", TIME, nullable=True),
        sa.Column("postmortem_url", TEXT, nullable=True),
        sa.Column("created_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["organization_id"], ["organizations.id"], name="fk_incidents_organizations"),
        sa.PrimaryKeyConstraint("id", name="pk_incidents"),
        sa.UniqueConstraint("organization_id", "id", name="uq_incidents_organization_id_id"),
    )
    op.create_index("ix_incidents_organization_id_state_id", "incidents", ["organization_id", "state", "id"])
    op.create_index(
        "ix_incidents_open", "incidents", ["organization_id", "id"], sqlite_where=OPEN, postgresql_where=OPEN
    )
    op.create_index(
        "uq_incidents_open_of_check",
        "incidents",
        ["alerting_check_id"],
        unique=True,
        sqlite_where=ALERTED_OPEN,
        postgresql_where=ALERTED_OPEN,
    )
    op.create_table(
        "incident_updates",
        sa.Column("organization_id", ID, nullable=False),
        sa.Column("incident_id", ID, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("state", ID, nullable=False),
        sa.Column("body", TEXT, nullable=False),
        sa.Column("posted_at", TIME, nullable=False),
        _of_incident("incident_updates"),
        sa.PrimaryKeyConstraint("incident_id", "position", name="pk_incident_updates"),
    )


def _what_they_are_about() -> None:
    op.create_table(
        "incident_checks",
        sa.Column("organization_id", ID, nullable=False),
        sa.Column("incident_id", ID, nullable=False),
        sa.Column("check_id", ID, nullable=False),
        sa.Column("started_at", TIME, nullable=False),
        _of_incident("incident_checks"),
        sa.ForeignKeyConstraint(
            ["organization_id", "check_id"],
            ["checks.organization_id", "checks.id"],
            name="fk_incident_checks_checks",
        ),
        sa.PrimaryKeyConstraint("incident_id", "check_id", name="pk_incident_checks"),
    )
    op.create_index("ix_incident_checks_check_id_incident_id", "incident_checks", ["check_id", "incident_id"])
    op.create_index("ix_incident_checks_check_id_started_at", "incident_checks", ["check_id", "started_at"])
    op.create_table(
        "incident_alerts",
        sa.Column("organization_id", ID, nullable=False),
        sa.Column("incident_id", ID, nullable=False),
        sa.Column("alert_id", ID, nullable=False),
        _of_incident("incident_alerts"),
        sa.ForeignKeyConstraint(
            ["organization_id", "alert_id"],
            ["alerts.organization_id", "alerts.id"],
            name="fk_incident_alerts_alerts",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("incident_id", "alert_id", name="pk_incident_alerts"),
    )
    op.create_index("ix_incident_alerts_organization_id_alert_id", "incident_alerts", ["organization_id", "alert_id"])


def _releases() -> None:
    op.create_table(
        "releases",
        sa.Column("id", ID, nullable=False),
        sa.Column("organization_id", ID, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("version", TEXT, nullable=True),
        sa.Column("environment", TEXT, nullable=True),
        sa.Column("rollout_percent", sa.Float(), nullable=True),
        sa.Column("started_at", TIME, nullable=False),
        sa.Column("finished_at", TIME, nullable=True),
        sa.Column("commit_sha", TEXT, nullable=True),
        sa.Column("commit_url", TEXT, nullable=True),
        sa.Column("description", TEXT, nullable=True),
        sa.Column("tags", JSON, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["organization_id"], ["organizations.id"], name="fk_releases_organizations"),
        sa.PrimaryKeyConstraint("id", name="pk_releases"),
        sa.UniqueConstraint("organization_id", "id", name="uq_releases_organization_id_id"),
    )
