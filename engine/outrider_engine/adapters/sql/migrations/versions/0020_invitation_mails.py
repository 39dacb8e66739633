"""Mails with invitations.

Revision ID: 0020
Revises: 0019
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"

ID = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
TIME = sa.DateTime(timezone=True)
UNSETTLED = sa.text("state IN ('pending', 'sending')")


def upgrade() -> None:
    op.create_table(
        "invitation_mails",
        sa.Column("member_id", ID, nullable=False),
        sa.Column("organization_id", ID, nullable=False),
        sa.Column("sealed_token", sa.Text()),
        sa.Column("state", ID, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_attempt_at", TIME, nullable=False),
        sa.Column("queued_at", TIME, nullable=False),
        sa.Column("settled_at", TIME),
        sa.Column("last_error", sa.Text()),
        sa.Column("claim_token", ID),
        sa.Column("lease_until", TIME),
        sa.ForeignKeyConstraint(["organization_id"], ["organizations.id"], name="fk_invitation_mails_organizations"),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name="fk_invitation_mails_members", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("member_id", name="pk_invitation_mails"),
    )
    op.create_index(
        "ix_invitation_mails_due",
        "invitation_mails",
        ["next_attempt_at"],
        sqlite_where=UNSETTLED,
        postgresql_where=UNSETTLED,
    )
