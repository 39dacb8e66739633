"""Channels that hear of events of their whole organization.

Revision ID: 0006
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

SUBSCRIBED = sa.text("events IS NOT NULL")


def upgrade() -> None:
    op.add_column("channels", sa.Column("events", sa.Text(), nullable=True))
    op.create_index(
        "ix_channels_subscribed",
        "channels",
        ["organization_id"],
        sqlite_where=SUBSCRIBED,
        postgresql_where=SUBSCRIBED,
    )


def downgrade() -> None:
    op.drop_index("ix_channels_subscribed", table_name="channels")
    op.drop_column("channels", "events")
