"""Login states.

Revision ID: 0027
Revises: 0026
"""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"

ID = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "login_states",
        sa.Column("id", ID, nullable=False),
        sa.Column("organization_id", ID, nullable=False),
        sa.Column("project_id", ID, nullable=False),
        sa.Column("environment_id", ID, nullable=True),
        sa.Column("name", ID, nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("saved_at", TIME, nullable=False),
        sa.Column("expires_at", TIME, nullable=False),
        sa.Column("run_id", ID, nullable=False),
        sa.ForeignKeyConstraint(["organization_id"], ["organizations.id"], name="fk_login_states_organizations"),
        sa.ForeignKeyConstraint(
            ["organization_id", "project_id"],
            ["projects.organization_id", "projects.id"],
            name="fk_login_states_projects",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "environment_id"],
            ["environments.organization_id", "environments.id"],
            name="fk_login_states_environments",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_login_states"),
    )
    op.create_index("ix_login_states_expires_at", "login_states", ["expires_at"])
    _unique("uq_login_states_unplaced", ["project_id", "name"], "environment_id IS NULL")
    _unique("uq_login_states_placed", ["project_id", "environment_id", "name"], "environment_id IS NOT NULL")


def _unique(name: str, columns: list[str], condition: str) -> None:
    clause = sa.text(condition)
    op.create_index(name, "login_states", columns, unique=True, sqlite_where=clause, postgresql_where=clause)
