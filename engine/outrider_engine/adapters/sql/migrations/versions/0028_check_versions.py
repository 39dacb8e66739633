"""Versions of checks: the first one of each is what it is now.

Revision ID: 0028
Revises: 0027
"""

import hashlib
import json
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0028"
down_revision = "0027"

ID = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
TEXT = sa.Text()
TIME = sa.DateTime(timezone=True)

AT_ONCE = 100
DECIDED: dict[str, sa.types.TypeEngine[Any]] = {
    **dict.fromkeys(("family", "type", "name", "description", "cron", "timezone", "environment_id"), TEXT),
    **dict.fromkeys(("locations", "tags", "config", "assertions", "variables", "secret_names", "alert_policy"), JSON),
    **dict.fromkeys(("interval_seconds", "max_retries", "quorum"), sa.Integer()),
    "timeout_s": sa.Float(),
    "side_effects": sa.Boolean(),
}
"""The columns of a check that its owner decides, but for its status."""

CHECKS = sa.table(
    "checks",
    *(sa.column(name, TEXT) for name in ("id", "organization_id")),
    sa.column("updated_at", TIME),
    sa.column("version", sa.Integer()),
    *(sa.column(name, type_) for name, type_ in DECIDED.items()),
)
VERSIONS = sa.table(
    "check_versions",
    *(sa.column(name, TEXT) for name in ("organization_id", "check_id", "digest", "source", "message")),
    *(sa.column(name, TEXT) for name in ("actor_kind", "actor_name")),
    sa.column("number", sa.Integer()),
    sa.column("made_at", TIME),
    sa.column("definition", JSON),
)


def upgrade() -> None:
    """Add the table and the columns that name versions, and keep what every check is now."""
    op.create_table(
        "check_versions",
        sa.Column("organization_id", ID, nullable=False),
        sa.Column("check_id", ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("digest", ID, nullable=False),
        sa.Column("source", ID, nullable=False),
        sa.Column("message", TEXT, nullable=False),
        sa.Column("restored_from", sa.Integer(), nullable=True),
        sa.Column("made_at", TIME, nullable=False),
        sa.Column("actor_kind", ID, nullable=False),
        sa.Column("actor_id", ID, nullable=True),
        sa.Column("actor_name", TEXT, nullable=False),
        sa.Column("definition", JSON, nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id", "check_id"], ["checks.organization_id", "checks.id"], name="fk_check_versions_checks"
        ),
        sa.PrimaryKeyConstraint("check_id", "number", name="pk_check_versions"),
    )
    op.add_column("checks", sa.Column("version", sa.Integer(), nullable=True))
    op.add_column("runs", sa.Column("check_version", sa.Integer(), nullable=True))
    op.execute(CHECKS.update().values(version=1))
    connection, after = op.get_bind(), ""
    while rows := connection.execute(
        sa.select(CHECKS).where(CHECKS.c.id > after).order_by(CHECKS.c.id).limit(AT_ONCE)
    ).all():
        connection.execute(VERSIONS.insert(), [_first_version(row) for row in rows])
        after = rows[-1].id


def _first_version(row: sa.Row[Any]) -> dict[str, Any]:
    definition = {name: getattr(row, name) for name in DECIDED}
    plain = json.dumps(definition, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    made_at: datetime = row.updated_at
    return {
        "organization_id": row.organization_id,
        "check_id": row.id,
        "number": 1,
        "digest": hashlib.sha256(plain.encode()).hexdigest(),
        "source": "migrated",
        "message": "",
        "made_at": made_at,
        "actor_kind": "engine",
        "actor_name": "outrider",
        "definition": definition,
    }
