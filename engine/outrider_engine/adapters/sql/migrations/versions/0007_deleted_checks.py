"""Find deleted checks: those whose history is to go, and those whose name comes back.

Revision ID: 0007
Revises: 0006
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

INDEXES = {"ix_checks_deleted": ["deleted_at"], "ix_checks_deleted_name": ["organization_id", "family", "name"]}


def upgrade() -> None:
    """Make the indexes."""
    deleted = sa.text("deleted_at IS NOT NULL")
    for name, columns in INDEXES.items():
        op.create_index(name, "checks", columns, sqlite_where=deleted, postgresql_where=deleted)


def downgrade() -> None:
    """Drop the indexes."""
    for name in INDEXES:
        op.drop_index(name, "checks")
