"""Count calls of the API, and limit them by key.

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

ID = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.add_column("api_keys", sa.Column("monthly_limit", sa.BigInteger(), nullable=True))
    op.create_table(
        "api_calls",
        sa.Column("organization_id", ID, nullable=False),
        sa.Column("month", ID, nullable=False),
        sa.Column("key_id", ID, nullable=False),
        sa.Column("calls", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["organization_id"], ["organizations.id"], name="fk_api_calls_organizations"),
        sa.PrimaryKeyConstraint("organization_id", "month", "key_id", name="pk_api_calls"),
    )


def downgrade() -> None:
    op.drop_table("api_calls")
    op.drop_column("api_keys", "monthly_limit")
