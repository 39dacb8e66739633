"""Tokens of checks that are pinged.

Revision ID: 0010
Revises: 0009
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

ID = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "ping_tokens",
        sa.Column("organization_id", ID, nullable=False),
        sa.Column("check_id", ID, nullable=False),
        sa.Column("digest", ID, nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id", "check_id"], ["checks.organization_id", "checks.id"], name="fk_ping_tokens_checks"
        ),
        sa.PrimaryKeyConstraint("check_id", name="pk_ping_tokens"),
        sa.UniqueConstraint("digest", name="uq_ping_tokens_digest"),
    )
