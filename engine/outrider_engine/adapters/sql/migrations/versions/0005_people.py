"""Users, members and invitations; slugs of organizations; for whom a key acts.

Organizations that are there get an owner without a name or address, for whom their keys act.

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

ID = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
TEXT = sa.Text()
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    _tables()
    op.add_column("organizations", sa.Column("slug", ID, nullable=True))
    op.add_column("organizations", sa.Column("industry", TEXT, nullable=True))
    op.create_index("ix_organizations_slug", "organizations", ["slug"], unique=True)
    collation = ' COLLATE "C"' if op.get_bind().dialect.name == "postgresql" else ""
    # Spelled out, because SQLite takes a reference of a new column only together with the column.
    op.execute(f"ALTER TABLE api_keys ADD COLUMN user_id TEXT{collation} CONSTRAINT fk_api_keys_users REFERENCES users")
    op.create_index("ix_api_keys_user_id", "api_keys", ["user_id"])
    op.execute(
        "INSERT INTO users (id, name, created_at) "
        "SELECT 'usr_' || substr(id, 5), 'Owner', created_at FROM organizations"
    )
    op.execute(
        "INSERT INTO members (id, organization_id, user_id, role, created_at) "
        "SELECT 'mem_' || substr(id, 5), id, 'usr_' || substr(id, 5), 'owner', created_at FROM organizations"
    )
    op.execute("UPDATE organizations SET slug = 'organization-' || substr(id, 5)")
    op.execute("UPDATE api_keys SET user_id = 'usr_' || substr(organization_id, 5)")


def _tables() -> None:
    op.create_table(
        "users",
        sa.Column("id", ID, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("email", TEXT, nullable=True),
        sa.Column("password_hash", ID, nullable=True),
        sa.Column("created_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_users"),
        sa.UniqueConstraint("email", name="uq_users_email"),
    )
    op.create_table(
        "members",
        sa.Column("id", ID, nullable=False),
        sa.Column("organization_id", ID, nullable=False),
        sa.Column("user_id", ID, nullable=True),
        sa.Column("email", TEXT, nullable=True),
        sa.Column("role", ID, nullable=False),
        sa.Column("token_digest", ID, nullable=True),
        sa.Column("expires_at", TIME, nullable=True),
        sa.Column("created_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["organization_id"], ["organizations.id"], name="fk_members_organizations"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_members_users"),
        sa.PrimaryKeyConstraint("id", name="pk_members"),
        sa.UniqueConstraint("token_digest", name="uq_members_token_digest"),
        sa.UniqueConstraint("organization_id", "user_id", name="uq_members_organization_id_user_id"),
        sa.UniqueConstraint("organization_id", "email", name="uq_members_organization_id_email"),
    )
    op.create_index("ix_members_user_id", "members", ["user_id"])
