"""Five types of rules with parameters of their own, what runs measured, and alerts that are acknowledged.

Revision ID: 0008
Revises: 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

UNRESOLVED = "status IN ('open', 'acknowledged')"


def upgrade() -> None:
    """Widen rules, states and alerts; what is stored stays as it is."""
    # A new column instead of a changed one: SQLite would make the table anew, and its children would go with it.
    op.add_column("rules", sa.Column("new_threshold", sa.Float(), nullable=True))
    op.execute("UPDATE rules SET new_threshold = threshold")
    op.drop_column("rules", "threshold")
    op.alter_column("rules", "new_threshold", new_column_name="threshold")
    for name in ("days_before", "window_seconds", "min_samples"):
        op.add_column("rules", sa.Column(name, sa.Integer(), nullable=True))
    for name in ("duration_ms", "certificate_days", "visual_diff_percent"):
        op.add_column("check_states", sa.Column(name, sa.Float(), nullable=True))
    op.add_column("alerts", sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("alerts", sa.Column("acknowledged_by", sa.Text(), nullable=True))
    clause = sa.text(UNRESOLVED)
    for name, columns, unique in (
        ("uq_alerts_open", ["rule_id", "check_id"], True),
        ("ix_alerts_open_of_check", ["check_id"], False),
    ):
        op.drop_index(name, "alerts")
        op.create_index(name, "alerts", columns, unique=unique, sqlite_where=clause, postgresql_where=clause)
