"""Keep the answers to requests that carry an ``Idempotency-Key``.

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

ID = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "idempotent_requests",
        sa.Column("organization_id", ID, nullable=False),
        sa.Column("route", sa.Text(), nullable=False),
        sa.Column("key_digest", ID, nullable=False),
        sa.Column("body_digest", ID, nullable=False),
        sa.Column("token", ID, nullable=False),
        sa.Column("is_applied", sa.Boolean(), nullable=False),
        sa.Column("held_until", TIME, nullable=False),
        sa.Column("expires_at", TIME, nullable=False),
        sa.Column("sealed_answer", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["organization_id"], ["organizations.id"], name="fk_idempotent_requests_organizations"),
        sa.PrimaryKeyConstraint("organization_id", "route", "key_digest", name="pk_idempotent_requests"),
    )
    op.create_index("ix_idempotent_requests_expires_at", "idempotent_requests", ["expires_at"])


def downgrade() -> None:
    op.drop_table("idempotent_requests")
