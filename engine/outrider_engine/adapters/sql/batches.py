"""Batches in the database."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, fields
from datetime import datetime
from itertools import combinations
from typing import Any

from sqlalchemy import ColumnElement, Row, func, insert, select, update

from outrider_engine.domain.batches import Batch, BatchRun, PipelineFacts, RunGroup, SelectedCheck
from outrider_engine.domain.checks import Family
from outrider_engine.domain.verdicts import Cause, Reason, RunStatus
from outrider_engine.ports.batch_repository import BatchQuery

from .narrowing import in_project
from .schema import batches, runs
from .session import Session

_FACTS = {each.name: "commit_sha" if each.name == "commit" else each.name for each in fields(PipelineFacts)}
"""The column of each fact; ``commit`` is a word of SQL."""
_SHOWN = [column for column in batches.c if column.name != "checks"]
_OF_RUN = ("id", "check_id", "location", "error", "started_at", "completed_at", "duration_ms", "check_version")


class SqlBatches:
    """Implements ``BatchRepository``."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, batch: Batch, checks: Sequence[SelectedCheck]) -> None:
        """Store a new batch with the checks that were selected."""
        stored = {each.name: getattr(batch, each.name) for each in fields(batch) if each.name != "facts"}
        stored |= {column: getattr(batch.facts, name) for name, column in _FACTS.items()}
        stored |= {"families": _joined(batch.families), "checks": [asdict(check) for check in checks]}
        self._session.run(insert(batches).values(**stored))

    def get(self, organization_id: str, id: str) -> Batch | None:
        """Return a batch."""
        row = self._session.first(select(*_SHOWN).where(*self._mine(organization_id, id)))
        return None if row is None else _batch_of(row)

    def list(self, organization_id: str, query: BatchQuery) -> Sequence[Batch]:
        """Return some batches, newest first."""
        within = in_project(self._session, batches.c.project_id)
        wanted = select(*_SHOWN).where(batches.c.organization_id == organization_id, *within)
        if set(query.families) != set(Family):
            wanted = wanted.where(batches.c.families.in_(_within(query.families)))
        if query.branch is not None:
            wanted = wanted.where(batches.c.branch == query.branch)
        if query.commit is not None:
            wanted = wanted.where(batches.c.commit_sha == query.commit)
        if query.before is not None:
            wanted = wanted.where(batches.c.id < query.before)
        return [_batch_of(row) for row in self._session.all(wanted.order_by(batches.c.id.desc()).limit(query.limit))]

    def checks(self, organization_id: str, id: str) -> Sequence[SelectedCheck]:
        """Return the checks that were selected for a batch, none when there is no such batch."""
        row = self._session.first(select(batches.c.checks).where(*self._mine(organization_id, id)))
        return [SelectedCheck(**one | {"family": Family(one["family"])}) for one in row.checks] if row else []

    def runs(self, organization_id: str, id: str) -> Sequence[BatchRun]:
        """Return the runs of a batch."""
        columns = (*_OF_RUN, "family", "is_blocking", "status", "cause", "reason")
        wanted = select(*(runs.c[name] for name in columns)).where(
            runs.c.batch_id == id, runs.c.organization_id == organization_id
        )
        return [_run_of(row) for row in self._session.all(wanted)]

    def groups(self, ids: Collection[str]) -> Mapping[str, Sequence[RunGroup]]:
        """Return how many runs of each batch are in which state; one statement, whatever their number."""
        found: dict[str, list[RunGroup]] = {}
        if not ids:
            return found
        alike = (runs.c.batch_id, runs.c.status, runs.c.cause, runs.c.is_blocking)
        wanted = select(*alike, func.count().label("runs")).where(runs.c.batch_id.in_(ids)).group_by(*alike)
        for row in self._session.all(wanted):
            group = RunGroup(RunStatus(row.status), _cause_of(row), row.is_blocking, row.runs)
            found.setdefault(row.batch_id, []).append(group)
        return found

    def mark_cancelled(self, organization_id: str, id: str, now: datetime) -> None:
        """Note that somebody cancelled a batch, unless it is noted already."""
        first = (*self._mine(organization_id, id), batches.c.cancelled_at.is_(None))
        self._session.run(update(batches).where(*first).values(cancelled_at=now))

    def _mine(self, organization_id: str, id: str) -> tuple[ColumnElement[bool], ...]:
        within = in_project(self._session, batches.c.project_id)
        return (batches.c.organization_id == organization_id, batches.c.id == id, *within)


def _joined(families: Collection[Family]) -> str:
    return ",".join(sorted(family.value for family in families))


def _within(families: Collection[Family]) -> list[str]:
    """Return how the families of a batch may be stored that has no others than these."""
    return [_joined(some) for size in range(len(families) + 1) for some in combinations(families, size)]


def _batch_of(row: Row[Any]) -> Batch:
    stored = row._asdict()
    facts = PipelineFacts(**{name: stored.pop(column) for name, column in _FACTS.items()})
    families = tuple(Family(name) for name in stored.pop("families").split(",") if name)
    return Batch(facts=facts, families=families, **stored)


def _cause_of(row: Row[Any]) -> Cause | None:
    return Cause(row.cause) if row.cause else None


def _run_of(row: Row[Any]) -> BatchRun:
    return BatchRun(
        family=Family(row.family),
        is_blocking=row.is_blocking,
        status=RunStatus(row.status),
        cause=_cause_of(row),
        reason=Reason(row.reason) if row.reason else None,
        **{name: getattr(row, name) for name in _OF_RUN},
    )
