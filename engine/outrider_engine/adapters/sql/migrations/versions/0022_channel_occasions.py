"""On which occasions channels are told of alerts.

Revision ID: 0022
Revises: 0020
"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0020"


def upgrade() -> None:
    op.add_column("channels", sa.Column("notify_on", sa.Text()))
