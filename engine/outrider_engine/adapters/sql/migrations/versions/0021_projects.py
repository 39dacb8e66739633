"""Projects, and to which of them checks, incidents and releases belong.

Revision ID: 0021
Revises: 0020
"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"

ID = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
TIME = sa.DateTime(timezone=True)
OWNED = ("checks", "incidents", "releases")


def upgrade() -> None:
    """Give each organization its default project, and put everything there that it has."""
    op.create_table(
        "projects",
        sa.Column("id", ID, nullable=False),
        sa.Column("organization_id", ID, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("updated_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["organization_id"], ["organizations.id"], name="fk_projects_organizations"),
        sa.PrimaryKeyConstraint("id", name="pk_projects"),
        sa.UniqueConstraint("organization_id", "id", name="uq_projects_organization_id_id"),
        sa.UniqueConstraint("organization_id", "name", name="uq_projects_organization_id_name"),
    )
    op.execute(
        "INSERT INTO projects (id, organization_id, name, created_at, updated_at) "
        "SELECT 'proj_' || substr(id, 5), id, name, created_at, created_at FROM organizations"
    )
    collation = ' COLLATE "C"' if op.get_bind().dialect.name == "postgresql" else ""
    for table in OWNED:
        # Spelled out, because SQLite takes a reference of a new column only together with the column.
        op.execute(
            f"ALTER TABLE {table} ADD COLUMN project_id TEXT{collation} "
            f"CONSTRAINT fk_{table}_projects REFERENCES projects"
        )
        rows = sa.table(table, sa.column("project_id", sa.Text()), sa.column("organization_id", sa.Text()))
        # the default project of an organization has its bits
        op.execute(rows.update().values(project_id="proj_" + sa.func.substr(rows.c.organization_id, 5)))
        op.create_index(f"ix_{table}_project_id_id", table, ["project_id", "id"])
