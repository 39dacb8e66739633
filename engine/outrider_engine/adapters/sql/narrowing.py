"""Keeping queries within a project: the one that is asked for, and the one within which whoever asks may act.

The second is known to the session, so that every query of a request is narrowed by the same few lines, whichever
service sends it. Where nobody asks for a project and the caller may act in all of them, queries stay as they are.
"""

from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select, true

from .schema import checks, runs
from .session import Session


def in_project(session: Session, column: ColumnElement[Any], asked: str | None = None) -> list[ColumnElement[bool]]:
    """Return the conditions on rows that name their project themselves; none where all are meant."""
    return [column == id for id in sorted({asked, session.project_id} - {None}, key=str)]


def shared_or_in(column: ColumnElement[Any], *project_ids: str) -> ColumnElement[bool]:
    """Return the condition on rows that are for all projects of an organization, or of one of some."""
    return or_(column.is_(None), column.in_(project_ids)) if project_ids else column.is_(None)


def seen_in_project(session: Session, column: ColumnElement[Any]) -> list[ColumnElement[bool]]:
    """Return the condition on what whoever asks can see of such rows; none where they see all."""
    return [] if session.project_id is None else [shared_or_in(column, session.project_id)]


def of_checks_in_project(
    session: Session, check_id: ColumnElement[Any], asked: str | None = None
) -> list[ColumnElement[bool]]:
    """Return the condition on rows that name a check, deleted or not, which is in the project."""
    narrowed = in_project(session, checks.c.project_id, asked)
    # Correlated, so that SQLite goes on in the order of its index instead of sorting what each check has.
    return [select(checks.c.id).where(checks.c.id == check_id, *narrowed).exists()] if narrowed else []


def newest_runs(session: Session, project_id: str, some: Select[Any], most: int) -> Select[Any]:
    """Return the query for the ids of the newest runs of a project, out of ``some``, which has run ids.

    Each check of the project contributes its newest ones, a look at its index, so that the length of the history of
    this and of other projects does not matter.
    """
    of_check = some.where(runs.c.check_id == checks.c.id).order_by(runs.c.id.desc()).limit(most)
    in_it = in_project(session, checks.c.project_id, project_id)
    if session.is_postgresql:
        newest = of_check.lateral("newest")
        wanted = select(newest.c.id).select_from(checks.join(newest, true())).where(*in_it)
        return wanted.order_by(newest.c.id.desc())
    # SQLite knows no LATERAL, but functions that return tables may look at what stands before them.
    several = of_check.correlate(checks).subquery()
    listed = select(func.json_group_array(several.c.id)).correlate(checks).scalar_subquery()
    each = func.json_each(listed).table_valued("value", name="newest")
    return (
        select(each.c.value.label("id"))
        .select_from(checks.join(each, true()))
        .where(*in_it)
        .order_by(each.c.value.desc())
    )
