"""Hourly and daily rollups.

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

ID = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables."""
    for table in ("hourly_rollups", "daily_rollups"):
        op.create_table(
            table,
            sa.Column("organization_id", ID, nullable=False),
            sa.Column("check_id", ID, nullable=False),
            sa.Column("location", ID, nullable=False),
            sa.Column("starts_at", TIME, nullable=False),
            sa.Column("passed", sa.Integer(), nullable=False),
            sa.Column("degraded", sa.Integer(), nullable=False),
            sa.Column("failed", sa.Integer(), nullable=False),
            sa.Column("timed_out", sa.Integer(), nullable=False),
            sa.Column("other", sa.Integer(), nullable=False),
            sa.Column("sum_ms", sa.Float(), nullable=False),
            sa.Column("min_ms", sa.Float(), nullable=True),
            sa.Column("max_ms", sa.Float(), nullable=True),
            sa.Column("latency", sa.LargeBinary(), nullable=False),
            sa.ForeignKeyConstraint(
                ["organization_id", "check_id"], ["checks.organization_id", "checks.id"], name=f"fk_{table}_checks"
            ),
            sa.PrimaryKeyConstraint("check_id", "starts_at", "location", name=f"pk_{table}"),
        )
        op.create_index(f"ix_{table}_starts_at", table, ["starts_at"])
