"""The audit log, and the texts that keys had before they were rotated.

Revision ID: 0012
Revises: 0011
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0012"
down_revision = "0011"

ID = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
TEXT = sa.Text()
TIME = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "audit_entries",
        sa.Column("id", ID, nullable=False),
        sa.Column("organization_id", ID, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("actor_kind", ID, nullable=False),
        sa.Column("actor_id", ID, nullable=True),
        sa.Column("actor_name", TEXT, nullable=False),
        sa.Column("user_id", ID, nullable=True),
        sa.Column("address", ID, nullable=True),
        sa.Column("action", ID, nullable=False),
        sa.Column("subject", ID, nullable=False),
        sa.Column("subject_id", ID, nullable=False),
        sa.Column("subject_name", TEXT, nullable=False),
        sa.Column("before", JSON, nullable=True),
        sa.Column("after", JSON, nullable=True),
        sa.ForeignKeyConstraint(["organization_id"], ["organizations.id"], name="fk_audit_entries_organizations"),
        sa.PrimaryKeyConstraint("id", name="pk_audit_entries"),
    )
    op.create_index("ix_audit_entries_organization_id_id", "audit_entries", ["organization_id", "id"])
    op.add_column("api_keys", sa.Column("previous_digest", ID, nullable=True))
    op.add_column("api_keys", sa.Column("previous_until", TIME, nullable=True))
    op.create_index("ix_api_keys_previous_digest", "api_keys", ["previous_digest"], unique=True)
