"""Batches, and the batch of a run.

Revision ID: 0022
Revises: 0021
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0022"
down_revision = "0021"

ID = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
TEXT = sa.Text()
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add the table; no run belongs to a batch yet."""
    op.create_table(
        "batches",
        sa.Column("id", ID, nullable=False),
        sa.Column("organization_id", ID, nullable=False),
        sa.Column("title", TEXT, nullable=True),
        sa.Column("commit_sha", TEXT, nullable=True),
        sa.Column("branch", TEXT, nullable=True),
        sa.Column("repository", TEXT, nullable=True),
        sa.Column("pull_request", TEXT, nullable=True),
        sa.Column("url", TEXT, nullable=True),
        sa.Column("families", ID, nullable=False),
        sa.Column("selection", JSON, nullable=False),
        sa.Column("overrides", JSON, nullable=False),
        sa.Column("checks", JSON, nullable=False),
        sa.Column("skipped", sa.Integer(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("cancelled_at", TIME, nullable=True),
        sa.ForeignKeyConstraint(["organization_id"], ["organizations.id"], name="fk_batches_organizations"),
        sa.PrimaryKeyConstraint("id", name="pk_batches"),
        sa.UniqueConstraint("organization_id", "id", name="uq_batches_organization_id_id"),
    )
    for column in ("branch", "commit_sha"):
        op.create_index(f"ix_batches_organization_id_{column}_id", "batches", ["organization_id", column, "id"])
    collation = ' COLLATE "C"' if op.get_bind().dialect.name == "postgresql" else ""
    # Spelled out, because SQLite takes a reference of a new column only together with the column.
    op.execute(f"ALTER TABLE runs ADD COLUMN batch_id TEXT{collation} CONSTRAINT fk_runs_batches REFERENCES batches")
    op.add_column("runs", sa.Column("is_blocking", sa.Boolean(), nullable=True))
    clause = sa.text("batch_id IS NOT NULL")
    op.create_index("ix_runs_batch", "runs", ["batch_id", "id"], sqlite_where=clause, postgresql_where=clause)
