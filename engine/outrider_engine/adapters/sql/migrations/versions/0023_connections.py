"""Channels that are connections, and places within them.

Revision ID: 0023
Revises: 0022
"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"

CONNECTED = sa.text("is_connection IS NOT NULL")


def upgrade() -> None:
    op.add_column("channels", sa.Column("is_connection", sa.Boolean()))
    op.create_index(
        "ix_channels_connected",
        "channels",
        ["organization_id"],
        sqlite_where=CONNECTED,
        postgresql_where=CONNECTED,
    )
    op.add_column("notifications", sa.Column("place", sa.Text()))
