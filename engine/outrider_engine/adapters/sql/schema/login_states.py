"""Login states."""

from sqlalchemy import Column, ForeignKeyConstraint, Table

from outrider_engine.adapters.sql.column_types import Id, StrictText, UtcDateTime

from .columns import PLACED, UNPLACED, metadata, of_organization, owner, partial, required

login_states = Table(
    "login_states",
    metadata,
    Column("id", Id, primary_key=True),
    owner(),
    required("project_id", Id),
    Column("environment_id", Id),
    required("name", Id),
    required("sealed", StrictText),
    required("saved_at", UtcDateTime),
    required("expires_at", UtcDateTime, index=True),
    required("run_id", Id),
    of_organization(),
    ForeignKeyConstraint(
        ["organization_id", "project_id"], ["projects.organization_id", "projects.id"], ondelete="CASCADE"
    ),
    ForeignKeyConstraint(
        ["organization_id", "environment_id"],
        ["environments.organization_id", "environments.id"],
        ondelete="CASCADE",
    ),
    partial("uq_login_states_unplaced", UNPLACED, "project_id", "name", unique=True),
    partial("uq_login_states_placed", PLACED, "project_id", "environment_id", "name", unique=True),
)
"""``environment_id`` is null where the run that kept it was in none. ``run_id`` may be of a run that is forgotten."""
