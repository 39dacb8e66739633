"""API keys that are bound to a project, and the batches that they ask for.

Revision ID: 0024
Revises: 0023
"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"

ID = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
BOUND = sa.text("project_id IS NOT NULL")


def upgrade() -> None:
    """Add the columns; the keys that there are see their whole organization, as before."""
    op.add_column("api_keys", sa.Column("project_id", ID, nullable=True))
    op.create_index("ix_api_keys_bound", "api_keys", ["project_id"], sqlite_where=BOUND, postgresql_where=BOUND)
    op.add_column("batches", sa.Column("project_id", ID, nullable=True))
    op.create_index("ix_batches_bound", "batches", ["project_id", "id"], sqlite_where=BOUND, postgresql_where=BOUND)
