"""On which occasions channels are told of alerts.

Revision ID: 0019
Revises: 0018
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    op.add_column("channels", sa.Column("notify_on", sa.Text()))
