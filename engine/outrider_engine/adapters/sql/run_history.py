"""Runs as their readers see them: by id, by page, newest of each check, with steps and artifacts."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import JSON, Column, CursorResult, Executable, Table, func, or_, select, type_coerce

from outrider_engine.domain.observations import StepResult
from outrider_engine.domain.probe_points import ProbePoint
from outrider_engine.domain.rule_conditions import Tally
from outrider_engine.domain.runs import Artifact, Run
from outrider_engine.domain.verdicts import Cause, Reason, RunStatus, Verdict
from outrider_engine.ports.run_repository import RunQuery

from .narrowing import of_checks_in_project
from .run_listing import page_of
from .run_rows import artifact_of, run_of, step_of
from .schema import artifacts, checks, runs, steps
from .session import Session, among

_MOST_DURATIONS = 10_000
_UP = frozenset(verdict.value for verdict in Verdict if verdict.is_up)


class RunHistory:
    """The part of ``RunRepository`` that reads. What a page costs does not depend on the length of the history."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def get(self, organization_id: str, id: str) -> Run | None:
        """Return a run, ``None`` when there is none of that id in the organization."""
        mine = (runs.c.organization_id == organization_id, *of_checks_in_project(self._session, runs.c.check_id))
        row = self._session.first(select(runs).where(runs.c.id == id, *mine))
        return None if row is None else run_of(row)

    def list(self, organization_id: str, query: RunQuery) -> Sequence[Run]:
        """Return runs, newest first."""
        found = [run_of(row) for row in page_of(self._session, organization_id, query)]
        return sorted(found, key=lambda run: run.id, reverse=True)

    def points(
        self, check_id: str, *, since: datetime, until: datetime, location: str | None, limit: int
    ) -> Sequence[ProbePoint]:
        """Return the newest results of a check that say something about its target, newest first."""
        said = or_(
            runs.c.status.in_([status.value for status in (RunStatus.PASSED, RunStatus.DEGRADED)]),
            runs.c.cause == Cause.TARGET.value,
        )
        code = type_coerce(runs.c.facts, JSON)["status"].as_string().label("code")
        wanted = (
            select(runs.c.due_at, runs.c.location, runs.c.status, runs.c.duration_ms, code)
            .where(runs.c.check_id == check_id, runs.c.due_at.between(since, until))
            .where(runs.c.overrides.is_(None), said)
            .order_by(runs.c.due_at.desc(), runs.c.id.desc())
            .limit(limit)
        )
        if location is not None:
            wanted = wanted.where(runs.c.location == location)
        return [_point_of(row) for row in self._session.all(wanted)]

    def last(self, check_ids: Collection[str]) -> Mapping[str, Run]:
        """Return the newest finished run of each check, rehearsals apart: one look at the index for each."""
        if not check_ids:
            return {}
        own = runs.alias()
        newest = (
            select(own.c.id)
            .where(
                own.c.check_id == checks.c.id,
                own.c.overrides.is_(None),
                own.c.status.not_in([RunStatus.QUEUED.value, RunStatus.RUNNING.value]),
            )
            .order_by(own.c.id.desc())
            .limit(1)
            .scalar_subquery()
        )
        wanted = select(runs).where(runs.c.id.in_(select(newest).where(checks.c.id.in_(check_ids))))
        return {row.check_id: run_of(row) for row in self._session.all(wanted)}

    def durations(self, check_id: str, since: datetime) -> Sequence[float]:
        """Return the milliseconds of the check's runs since a time that found the target answering, however slowly."""
        answered = runs.c.status.in_([RunStatus.PASSED.value, RunStatus.DEGRADED.value]) | (
            (runs.c.status == RunStatus.FAILED.value) & (runs.c.reason == Reason.ASSERTION.value)
        )
        wanted = (
            select(runs.c.duration_ms)
            .where(runs.c.check_id == check_id, runs.c.due_at >= since, runs.c.overrides.is_(None), answered)
            .order_by(runs.c.due_at.desc())
            .limit(_MOST_DURATIONS)
        )
        return [row.duration_ms for row in self._session.all(wanted)]

    def tally(self, check_id: str, since: datetime, limit: int) -> Tally:
        """Count the newest runs of a check, at most ``limit``, that were due since then and say whether it is up."""
        is_up = runs.c.status.in_([RunStatus.PASSED.value, RunStatus.DEGRADED.value])
        newest = (
            select(runs.c.cause)
            .where(runs.c.check_id == check_id, runs.c.due_at >= since, runs.c.overrides.is_(None))
            .where(is_up | (runs.c.cause == Cause.TARGET.value))
            .order_by(runs.c.due_at.desc())
            .limit(limit)
            .subquery()
        )
        row = self._session.first(select(func.count().label("samples"), func.count(newest.c.cause).label("failures")))
        return Tally(0, 0) if row is None else Tally(row.samples, row.failures)

    def steps(self, run_ids: Collection[str]) -> Mapping[str, Sequence[StepResult]]:
        """Return the steps of runs, in order."""
        found: dict[str, list[StepResult]] = {}
        if run_ids:
            for row in self._of_runs(steps, steps.c.position, run_ids):
                found.setdefault(row.run_id, []).append(step_of(row))
        return found

    def artifacts(self, run_ids: Collection[str]) -> Mapping[str, Sequence[Artifact]]:
        """Return the artifacts of runs, oldest first."""
        found: dict[str, list[Artifact]] = {}
        if run_ids:
            for row in self._of_runs(artifacts, artifacts.c.id, run_ids):
                found.setdefault(row.run_id, []).append(artifact_of(row))
        return found

    def _of_runs(self, table: Table, position: Column[Any], run_ids: Collection[str]) -> CursorResult[Any]:
        wanted = _rows_of_runs(table, position, is_postgresql=self._session.is_postgresql)
        return self._session.run(wanted, {"run_ids": list(run_ids)})

    def artifact(self, organization_id: str, run_id: str, id: str) -> Artifact | None:
        """Return one artifact."""
        if self._session.project_id is not None and self.get(organization_id, run_id) is None:
            return None
        mine = (artifacts.c.organization_id == organization_id, artifacts.c.run_id == run_id, artifacts.c.id == id)
        row = self._session.first(select(artifacts).where(*mine))
        return None if row is None else artifact_of(row)

    def count(self, verdicts: Collection[Verdict] = ()) -> int:
        """Return how many runs ended so (all runs for none); reads the whole table."""
        wanted = select(func.count().label("runs")).select_from(runs)
        if verdicts:
            wanted = wanted.where(runs.c.status.in_([verdict.value for verdict in verdicts]))
        row = self._session.first(wanted)
        return row.runs if row else 0


@cache
def _rows_of_runs(table: Table, position: Column[Any], *, is_postgresql: bool) -> Executable:
    """Return the query for the rows of some runs, in the order of each run; made once, every page of runs sends it."""
    mine = among(table.c.run_id, "run_ids", is_postgresql=is_postgresql)
    return select(table).where(mine).order_by(table.c.run_id, position)


def _point_of(row: Sequence[Any]) -> ProbePoint:
    due_at, location, status, duration_ms, said = row  # by place: a graph has hundreds of them
    is_up = status in _UP
    code = int(said) if said is not None and said.isdecimal() else None
    return ProbePoint(
        due_at=due_at,
        location=location,
        is_up=is_up,
        latency_ms=duration_ms if is_up or code is not None else None,
        response_code=code,
    )
