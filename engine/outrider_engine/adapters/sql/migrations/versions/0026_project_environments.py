"""Environments and variables of projects.

Revision ID: 0026
Revises: 0025
"""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"

ID = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
TEXT = sa.Text()
TIME = sa.DateTime(timezone=True)
OF_ALL = "project_id IS NULL"
OF_ONE = "project_id IS NOT NULL"


def upgrade() -> None:
    """Let both belong to a project; those that there are go on belonging to all."""
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    if is_sqlite:
        _rebuilt_environments()
    else:
        op.drop_constraint("uq_environments_organization_id_name", "environments", type_="unique")
        op.add_column("environments", sa.Column("project_id", ID, nullable=True))
        op.create_foreign_key("fk_environments_projects", "environments", "projects", ["project_id"], ["id"])
    _unique("uq_environments_shared", "environments", ["organization_id", "name"], OF_ALL)
    _unique("uq_environments_of_project", "environments", ["project_id", "name"], OF_ONE)
    # Spelled out, because SQLite takes a reference of a new column only together with the column.
    collation = "" if is_sqlite else ' COLLATE "C"'
    op.execute(
        f"ALTER TABLE variables ADD COLUMN project_id TEXT{collation} "
        "CONSTRAINT fk_variables_projects REFERENCES projects"
    )
    op.drop_index("uq_variables_shared", "variables")
    _unique("uq_variables_shared", "variables", ["organization_id", "name"], f"environment_id IS NULL AND {OF_ALL}")
    _unique("uq_variables_of_project", "variables", ["project_id", "name"], f"environment_id IS NULL AND {OF_ONE}")


def _rebuilt_environments() -> None:
    """Make the table anew, for SQLite can't take a constraint away; nothing looks at references meanwhile."""
    op.create_table(
        "new_environments",
        sa.Column("id", ID, nullable=False),
        sa.Column("organization_id", ID, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("base_url", TEXT, nullable=True),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("updated_at", TIME, nullable=False),
        sa.Column("project_id", ID, nullable=True),
        sa.ForeignKeyConstraint(["organization_id"], ["organizations.id"], name="fk_environments_organizations"),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name="fk_environments_projects"),
        sa.PrimaryKeyConstraint("id", name="pk_environments"),
        sa.UniqueConstraint("organization_id", "id", name="uq_environments_organization_id_id"),
    )
    op.execute(
        "INSERT INTO new_environments (id, organization_id, name, base_url, created_at, updated_at) "
        "SELECT id, organization_id, name, base_url, created_at, updated_at FROM environments"
    )
    op.drop_table("environments")
    op.rename_table("new_environments", "environments")


def _unique(name: str, table: str, columns: list[str], condition: str) -> None:
    clause = sa.text(condition)
    op.create_index(name, table, columns, unique=True, sqlite_where=clause, postgresql_where=clause)
