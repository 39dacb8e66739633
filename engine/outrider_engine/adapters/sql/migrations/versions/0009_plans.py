"""Give organizations plans, and count the runs of each month against them.

Revision ID: 0009
Revises: 0008
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

ID = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "monthly_runs",
        sa.Column("organization_id", ID, nullable=False),
        sa.Column("month", ID, nullable=False),
        sa.Column("family", ID, nullable=False),
        sa.Column("runs", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["organization_id"], ["organizations.id"], name="fk_monthly_runs_organizations"),
        sa.PrimaryKeyConstraint("organization_id", "month", "family", name="pk_monthly_runs"),
    )
    op.create_table(
        "organization_plans",
        sa.Column("organization_id", ID, nullable=False),
        sa.Column("plan_id", ID, nullable=False),
        sa.Column("assigned_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["organization_id"], ["organizations.id"], name="fk_organization_plans_organizations"),
        sa.PrimaryKeyConstraint("organization_id", name="pk_organization_plans"),
    )


def downgrade() -> None:
    op.drop_table("organization_plans")
    op.drop_table("monthly_runs")
