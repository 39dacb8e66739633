"""What the tables are made of: their common columns and references, and the conditions of partial indexes."""

from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    ForeignKeyConstraint,
    FromClause,
    Index,
    MetaData,
    TextClause,
    literal_column,
    text,
)

from outrider_engine.adapters.sql.column_types import Id

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

DELETED = "deleted_at IS NOT NULL"
ACTIVE = "status = 'active' AND deleted_at IS NULL"
QUEUED = "status = 'queued'"
RUNNING = "status = 'running'"
UNFINISHED = "status IN ('queued', 'running')"
TROUBLED = "status IN ('degraded', 'failed', 'error', 'timed_out', 'cancelled', 'missed')"
ASKED_FOR = "trigger <> 'schedule'"
NOT_OF_MONITORS = "family <> 'monitor'"
UNRESOLVED = "status IN ('open', 'acknowledged')"
OWN_UNRESOLVED = "status IN ('open', 'acknowledged') AND rule_id IS NULL"
ESCALATING = "status = 'open' AND escalate_at IS NOT NULL"
OPEN = "resolved_at IS NULL"
ALERTED_OPEN = "resolved_at IS NULL AND alerting_check_id IS NOT NULL"
UNSETTLED = "state IN ('pending', 'sending')"
SUBSCRIBED = "events IS NOT NULL"
CONNECTED = "is_connection IS NOT NULL"
BOUND = "project_id IS NOT NULL"
NOT_REVOKED = "revoked_at IS NULL"
PLACED = "environment_id IS NOT NULL"
BATCHED = "batch_id IS NOT NULL"
UNPLACED = "environment_id IS NULL"
SHARED = "environment_id IS NULL AND project_id IS NULL"
OF_PROJECT = "environment_id IS NULL AND project_id IS NOT NULL"
UNBOUND = "project_id IS NULL"


def where(condition: str) -> TextClause:
    """Return one of the conditions of the partial indexes, for the ``WHERE`` of a query on that table alone."""
    return text(condition)


def unsettled(table: FromClause) -> ColumnElement[bool]:
    """Return ``UNSETTLED`` for the notifications or an alias of them."""
    return table.c.state.in_([literal_column("'pending'"), literal_column("'sending'")])


def required(name: str, type_: Any, **options: Any) -> Column[Any]:
    """Return a column that may not be null."""
    return Column(name, type_, nullable=False, **options)


def owner() -> Column[Any]:
    """Return the column that names the organization."""
    return required("organization_id", Id)


def partial(name: str, condition: str, *columns: str | ColumnElement[Any], unique: bool = False) -> Index:
    """Return an index over the rows that meet one of the conditions above."""
    clause = text(condition)
    return Index(name, *columns, unique=unique, sqlite_where=clause, postgresql_where=clause)


def of_organization() -> ForeignKeyConstraint:
    """Return the reference to the organization."""
    return ForeignKeyConstraint(["organization_id"], ["organizations.id"])


def of_check() -> ForeignKeyConstraint:
    """Return the reference to a check of the same organization."""
    return ForeignKeyConstraint(["organization_id", "check_id"], ["checks.organization_id", "checks.id"])


def of_project() -> ForeignKeyConstraint:
    """Return the reference to a project; of the one column, for SQLite adds no others to a table that is there."""
    return ForeignKeyConstraint(["project_id"], ["projects.id"])


def of_run() -> ForeignKeyConstraint:
    """Return the reference to a run of the same organization; its rows go with it."""
    return ForeignKeyConstraint(["organization_id", "run_id"], ["runs.organization_id", "runs.id"], ondelete="CASCADE")
