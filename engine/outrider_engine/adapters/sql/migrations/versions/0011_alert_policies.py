"""Quorum and alert policy of checks, and alerts that no rule opened.

Revision ID: 0011
Revises: 0010
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = "0010"

ID = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
TIME = sa.DateTime(timezone=True)
UNRESOLVED = "status IN ('open', 'acknowledged')"


def upgrade() -> None:
    """Widen checks and alerts; what is stored stays as it is."""
    op.add_column("checks", sa.Column("quorum", sa.Integer(), nullable=True))
    op.add_column("checks", sa.Column("alert_policy", JSON, nullable=True))
    op.drop_index("uq_alerts_open", "alerts")
    # A new column instead of a changed one: SQLite can't take back NOT NULL.
    op.add_column("alerts", sa.Column("new_rule_id", ID, nullable=True))
    op.execute("UPDATE alerts SET new_rule_id = rule_id")
    op.drop_column("alerts", "rule_id")
    op.alter_column("alerts", "new_rule_id", new_column_name="rule_id")
    op.add_column("alerts", sa.Column("severity", ID, nullable=True))
    op.add_column("alerts", sa.Column("escalate_at", TIME, nullable=True))
    op.add_column("alerts", sa.Column("escalated_at", TIME, nullable=True))
    op.add_column("alerts", sa.Column("undelivered", sa.Text(), nullable=True))
    for name, columns, condition, unique in (
        ("uq_alerts_open", ["rule_id", "check_id"], UNRESOLVED, True),
        ("uq_alerts_open_of_policy", ["check_id"], f"{UNRESOLVED} AND rule_id IS NULL", True),
        ("ix_alerts_escalating", ["escalate_at"], "status = 'open' AND escalate_at IS NOT NULL", False),
    ):
        clause = sa.text(condition)
        op.create_index(name, "alerts", columns, unique=unique, sqlite_where=clause, postgresql_where=clause)
