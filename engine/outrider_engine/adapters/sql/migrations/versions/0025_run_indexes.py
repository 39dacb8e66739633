"""List runs of one status, of one trigger, of one family and at one location, however few these are.

Revision ID: 0025
Revises: 0024
"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"

TROUBLED = "status IN ('degraded', 'failed', 'error', 'timed_out', 'cancelled', 'missed')"
PARTIAL = {
    "ix_runs_troubled": (["organization_id", "status", "id"], TROUBLED),
    "ix_runs_asked_for": (["organization_id", "trigger", "id"], "trigger <> 'schedule'"),
    "ix_runs_not_of_monitors": (["organization_id", "family", "id"], "family <> 'monitor'"),
}


def upgrade() -> None:
    """Make the indexes, that of troubled runs anew."""
    op.drop_index("ix_runs_troubled", "runs")
    for name, (columns, condition) in PARTIAL.items():
        _create(name, columns, condition)
    op.create_index("ix_runs_location", "runs", ["organization_id", "location", "id"])


def downgrade() -> None:
    """Put back that of troubled runs, and drop the others."""
    for name in ("ix_runs_location", *PARTIAL):
        op.drop_index(name, "runs")
    _create("ix_runs_troubled", ["organization_id", "id"], TROUBLED)


def _create(name: str, columns: list[str], condition: str) -> None:
    op.create_index(name, "runs", columns, sqlite_where=sa.text(condition), postgresql_where=sa.text(condition))
