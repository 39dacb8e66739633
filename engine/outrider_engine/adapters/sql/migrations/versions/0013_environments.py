"""Environments, variables, and the environment of a check.

Revision ID: 0013
Revises: 0012
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

ID = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
TEXT = sa.Text()
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add the tables; no check has an environment yet."""
    op.create_table(
        "environments",
        sa.Column("id", ID, nullable=False),
        sa.Column("organization_id", ID, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("base_url", TEXT, nullable=True),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("updated_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["organization_id"], ["organizations.id"], name="fk_environments_organizations"),
        sa.PrimaryKeyConstraint("id", name="pk_environments"),
        sa.UniqueConstraint("organization_id", "id", name="uq_environments_organization_id_id"),
        sa.UniqueConstraint("organization_id", "name", name="uq_environments_organization_id_name"),
    )
    _variables()
    collation = ' COLLATE "C"' if op.get_bind().dialect.name == "postgresql" else ""
    # Spelled out, because SQLite takes a reference of a new column only together with the column.
    op.execute(
        f"ALTER TABLE checks ADD COLUMN environment_id TEXT{collation} "
        "CONSTRAINT fk_checks_environments REFERENCES environments"
    )
    _partial("ix_checks_environment_id", "checks", ["environment_id"], "environment_id IS NOT NULL", unique=False)


def _variables() -> None:
    op.create_table(
        "variables",
        sa.Column("id", ID, nullable=False),
        sa.Column("organization_id", ID, nullable=False),
        sa.Column("environment_id", ID, nullable=True),
        sa.Column("name", ID, nullable=False),
        sa.Column("is_secret", sa.Boolean(), nullable=False),
        sa.Column("value", TEXT, nullable=True),
        sa.Column("sealed", TEXT, nullable=True),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("updated_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["organization_id"], ["organizations.id"], name="fk_variables_organizations"),
        sa.ForeignKeyConstraint(
            ["organization_id", "environment_id"],
            ["environments.organization_id", "environments.id"],
            name="fk_variables_environments",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_variables"),
        sa.UniqueConstraint(
            "organization_id", "name", "environment_id", name="uq_variables_organization_id_name_environment_id"
        ),
    )
    op.create_index("ix_variables_environment_id", "variables", ["environment_id"])
    _partial("uq_variables_shared", "variables", ["organization_id", "name"], "environment_id IS NULL", unique=True)


def _partial(name: str, table: str, columns: list[str], condition: str, *, unique: bool) -> None:
    clause = sa.text(condition)
    op.create_index(name, table, columns, unique=unique, sqlite_where=clause, postgresql_where=clause)
