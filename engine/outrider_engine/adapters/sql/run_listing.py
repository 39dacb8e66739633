"""The queries behind lists of runs: what a page costs depends neither on the length of the history nor on its place.

Runs are listed by id, which is the order in which they were made. The mass of them are scheduled runs of monitors that
passed; whatever is asked for beside that mass has a small index of its own, so that few runs among many are found
without a look at the others. A time is looked up in the ids, and then in the rows.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, select, union_all

from outrider_engine.domain.checks import Family
from outrider_engine.domain.ids import earliest_id
from outrider_engine.domain.runs import MADE_WITHIN, Trigger
from outrider_engine.domain.verdicts import RunStatus
from outrider_engine.ports.run_repository import RunQuery

from .narrowing import newest_runs, of_checks_in_project
from .schema import ASKED_FOR, NOT_OF_MONITORS, TROUBLED, UNFINISHED, runs, where
from .session import LARGEST_OFFSET, Session

_UNFINISHED = (RunStatus.QUEUED, RunStatus.RUNNING)
_CLOCKS_DIFFER_BY = timedelta(minutes=1)
_FIRST_DAY = datetime(1970, 1, 2, tzinfo=UTC)
_LAST_DAY = datetime.max.replace(tzinfo=UTC) - MADE_WITHIN

Condition = ColumnElement[bool]


def page_of(session: Session, organization_id: str, query: RunQuery) -> Sequence[Row[Any]]:
    """Return the rows of one page of an organization's newest runs, in any order."""
    mine = [runs.c.organization_id == organization_id, *_conditions(query)]
    skip = min(query.skip, LARGEST_OFFSET)
    project_id = query.project_id or session.project_id
    if project_id is not None and (query.check_id is not None or query.batch_id is not None):
        mine += of_checks_in_project(session, runs.c.check_id, project_id)
    elif project_id is not None:
        some = select(runs.c.id).where(*mine, *_of_statuses(query.statuses))
        ids = newest_runs(session, project_id, some, query.limit + skip).limit(query.limit).offset(skip)
        return session.all(select(runs).where(runs.c.id.in_([row.id for row in session.all(ids)])))
    return session.all(_listed(mine, query, skip))


def _listed(mine: Sequence[Condition], query: RunQuery, skip: int) -> Select[Any]:
    branches = list(_branches(query.statuses, is_of_check=query.check_id is not None))
    if len(branches) == 1:
        return _newest_first(select(runs).where(*mine, *branches[0])).limit(query.limit).offset(skip)
    parts = [
        select(_newest_first(select(runs.c.id).where(*mine, *branch)).limit(skip + query.limit).subquery().c.id)
        for branch in branches
    ]
    ids = union_all(*parts).subquery()
    page = select(ids.c.id).order_by(ids.c.id.desc()).limit(query.limit).offset(skip)
    return select(runs).where(runs.c.id.in_(page))


def _newest_first(wanted: Select[Any]) -> Select[Any]:
    return wanted.order_by(runs.c.id.desc())


def _branches(statuses: tuple[RunStatus, ...], *, is_of_check: bool) -> Iterator[Sequence[Any]]:
    """Return conditions that each have an index to be looked up in, and together mean the statuses."""
    if not statuses or RunStatus.PASSED in statuses:  # the mass: one walk meets them soon
        yield _of_statuses(statuses)
        return
    unfinished = tuple(status for status in _UNFINISHED if status in statuses)
    troubled = tuple(sorted(set(statuses) - set(_UNFINISHED)))
    if unfinished:
        yield _of_statuses(unfinished)
    if is_of_check and troubled:
        yield _of_statuses(troubled)
    elif troubled:
        yield from (_of_statuses((status,)) for status in troubled)


def _of_statuses(statuses: tuple[RunStatus, ...]) -> Sequence[Any]:
    """Return what says that a run has one of some statuses; none of them stands for all."""
    if not statuses:
        return ()
    values = [status.value for status in statuses]
    said = runs.c.status == values[0] if len(values) == 1 else runs.c.status.in_(values)
    if set(statuses) <= set(_UNFINISHED):
        return (where(UNFINISHED), said)
    is_troubled = RunStatus.PASSED not in statuses and set(statuses).isdisjoint(_UNFINISHED)
    return (where(TROUBLED), said) if is_troubled else (said,)


def _conditions(query: RunQuery) -> Iterator[Any]:
    """Return the conditions beside the statuses; some twice, the second time as an index has them."""
    if query.check_id is not None:
        yield runs.c.check_id == query.check_id
    if query.batch_id is not None:
        yield runs.c.batch_id == query.batch_id
    if query.families:
        yield runs.c.family.in_([family.value for family in query.families])
        if Family.MONITOR not in query.families:
            yield where(NOT_OF_MONITORS)
    if query.trigger is not None:
        yield runs.c.trigger == query.trigger.value
        if query.trigger is not Trigger.SCHEDULE:
            yield where(ASKED_FOR)
    if query.location is not None:
        yield runs.c.location == query.location
    if query.before is not None:
        yield runs.c.id < query.before
    yield from _times(query)


def _times(query: RunQuery) -> Iterator[Condition]:
    if query.after_time is not None:
        yield runs.c.due_at >= query.after_time
        yield runs.c.id >= earliest_id("run", max(query.after_time, _FIRST_DAY) - _CLOCKS_DIFFER_BY)
    if query.before_time is not None:
        yield runs.c.due_at <= query.before_time
        if query.before_time < _LAST_DAY:
            yield runs.c.id < earliest_id("run", query.before_time + MADE_WITHIN)
