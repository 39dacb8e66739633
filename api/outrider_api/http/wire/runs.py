"""Runs as clients read them, and how their history is asked for."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any

from fastapi import Depends, Query
from pydantic import BaseModel, Field

from outrider_api.http.answers import LAST_PAGE, Timeline
from outrider_engine.domain.checks import Family
from outrider_engine.domain.observations import ArtifactKind, StepResult
from outrider_engine.domain.runs import Artifact, Run, Trigger
from outrider_engine.domain.verdicts import Cause, Reason, RunStatus, Verdict
from outrider_engine.errors import InvalidInput
from outrider_engine.ports.run_repository import RunQuery
from outrider_engine.services.history import RunView

from .cursors import Stretch, stretch_of
from .moments import DAY_BEGINS, DAY_ENDS, Instant, Millis, Moment

RUNS = "/api/v1/runs"


class StepOut(BaseModel):
    """How one step ended."""

    index: int
    id: str
    name: str
    action: str
    status: Verdict
    reason: Reason | None
    error: str | None
    started_at: Moment
    duration_ms: Millis
    detail: dict[str, Any] = Field(description="Further facts: the URL reached, the value extracted, …")

    @classmethod
    def of(cls, step: StepResult) -> "StepOut":
        """Show a step."""
        return cls(
            index=step.index,
            id=step.id,
            name=step.name,
            action=step.action,
            status=step.status,
            reason=step.reason,
            error=step.error,
            started_at=step.started_at,
            duration_ms=step.duration_ms,
            detail=dict(step.detail),
        )


class ArtifactOut(BaseModel):
    """A kept file of a run."""

    id: str
    kind: ArtifactKind
    name: str
    content_type: str
    size: int = Field(description="Bytes.")
    sha256: str
    step_index: int | None
    created_at: Moment
    url: str = Field(description="Where to download it.")

    @classmethod
    def of(cls, artifact: Artifact) -> "ArtifactOut":
        """Show a file."""
        return cls(
            id=artifact.id,
            kind=artifact.kind,
            name=artifact.name,
            content_type=artifact.content_type,
            size=artifact.size,
            sha256=artifact.digest,
            step_index=artifact.step_index,
            created_at=artifact.created_at,
            url=f"{RUNS}/{artifact.run_id}/artifacts/{artifact.id}",
        )


class TryOut(BaseModel):
    """One attempt within a run, by the check's own retries."""

    number: int
    status: Verdict
    reason: Reason | None
    error: str | None
    duration_ms: Millis


class OverridesOut(BaseModel):
    """What the run did differently from its check; values of variables are not shown."""

    base_url: str | None
    variables: list[str]
    environment: str | None = Field(description="The name of the environment that was asked for.")
    artifacts: dict[str, str] = Field(description="When files are kept, by kind.")


class RunOut(BaseModel):
    """One execution of a check at one location."""

    id: str
    run_id: str = Field(description="The same as `id`.")
    check_id: str
    family: Family
    monitor_id: str | None
    api_monitor_id: str | None
    journey_id: str | None
    batch_id: str | None = Field(description="Of the batch that it was asked for with.")
    status: RunStatus
    cause: Cause | None = Field(description="Who has to act: the target, the check, the runner, its network.")
    reason: Reason | None
    error: str | None
    location: str
    trigger: Trigger
    slot: Moment | None = Field(description="The time for which it was scheduled.")
    due_at: Moment
    created_at: Moment
    started_at: Moment | None
    completed_at: Moment | None
    duration_ms: Millis | None
    attempt: int = Field(description="How often a worker has claimed it.")
    revision: int | None = Field(description="The revision of the check that it executed.")
    check_version: int | None = Field(description="The version of the check's definition that it executes.")
    phases: dict[str, float] = Field(description="Milliseconds by phase, in their order.")
    facts: dict[str, Any]
    assertions: list[dict[str, Any]]
    tries: list[TryOut]
    overrides: OverridesOut | None
    steps: list[StepOut]
    artifacts: list[ArtifactOut]
    trace_url: str | None = Field(description="Where to ask for a link that opens the trace in a viewer.")

    @classmethod
    def of(cls, view: RunView) -> "RunOut":
        """Show a run with its steps and files."""
        run = view.run
        has_trace = any(artifact.kind is ArtifactKind.TRACE for artifact in view.artifacts)
        return cls(
            id=run.id,
            run_id=run.id,
            check_id=run.check_id,
            family=run.family,
            monitor_id=run.check_id if run.family is Family.MONITOR else None,
            api_monitor_id=run.check_id if run.family is Family.API_MONITOR else None,
            journey_id=run.check_id if run.family is Family.JOURNEY else None,
            batch_id=run.batch_id,
            status=run.status,
            cause=run.cause,
            reason=run.reason,
            error=run.error,
            location=run.location,
            trigger=run.trigger,
            slot=run.slot,
            due_at=run.due_at,
            created_at=run.created_at,
            started_at=run.started_at,
            completed_at=run.completed_at,
            duration_ms=run.duration_ms,
            attempt=run.attempt,
            revision=run.check_revision,
            check_version=run.check_version,
            phases=dict(run.phases),
            facts=dict(run.facts),
            assertions=[dict(one) for one in run.assertions],
            tries=_tries(run),
            overrides=_overrides(run),
            steps=[StepOut.of(step) for step in view.steps],
            artifacts=[ArtifactOut.of(artifact) for artifact in view.artifacts],
            trace_url=f"{RUNS}/{run.id}/trace" if has_trace else None,
        )


class BegunOut(RunOut):
    """The first of the runs that were asked for, one at each location, and the ids of all of them."""

    run_ids: list[str] = Field(description="All the runs, this one first.")


def begun(runs: Sequence[Run]) -> BegunOut:
    """Show runs that have just been queued."""
    first = RunOut.of(RunView(run=runs[0], steps=(), artifacts=()))
    return BegunOut.model_validate({**first.model_dump(), "run_ids": [run.id for run in runs]})


def _tries(run: Run) -> list[TryOut]:
    return [
        TryOut(number=one.number, status=one.verdict, reason=one.reason, error=one.error, duration_ms=one.duration_ms)
        for one in run.tries
    ]


def _overrides(run: Run) -> OverridesOut | None:
    if run.overrides is None:
        return None
    asked = run.overrides
    return OverridesOut(
        base_url=asked.base_url,
        variables=sorted(asked.variables),
        environment=asked.environment,
        artifacts=dict(asked.artifacts),
    )


def timeline(views: Sequence[RunView], query: RunQuery, *, more: bool) -> Timeline[RunOut]:
    """Show a part of the history, and how to go on."""
    shown = [RunOut.of(view) for view in views]
    return Stretch(query.before, query.limit).timeline(shown, [view.run.id for view in views], more=more)


_Statuses = Annotated[list[RunStatus] | None, Query(description="Only runs in these states; may be repeated.")]
LONGEST_WAY = 10_000
"""Runs that are passed over to come to a page, at most: each costs time. Cursors lead on from there."""
_PageNumber = Annotated[
    int, Query(ge=1, le=LAST_PAGE, description=f"Page, from 1, within the newest {LONGEST_WAY} runs; cursors lead on.")
]
_From = Annotated[Instant | None, DAY_BEGINS, Query(description="Only runs that were due at or after this time.")]
_Until = Annotated[Instant | None, DAY_ENDS, Query(description="Only runs that were due at or before this time.")]
_FromAlias = Annotated[Instant | None, DAY_BEGINS, Query(alias="from", description="The same as `since`.")]
_UntilAlias = Annotated[Instant | None, DAY_ENDS, Query(description="The same as `until`.")]


async def run_query_of(  # noqa: PLR0917 - FastAPI calls it by name
    stretch: Annotated[Stretch, Depends(stretch_of("run"))],
    status: _Statuses = None,
    trigger: Trigger | None = None,
    location: str | None = None,
    since: _From = None,
    until: _Until = None,
    from_: _FromAlias = None,
    to: _UntilAlias = None,
    page: _PageNumber = 1,
) -> RunQuery:
    """Return which runs a request asks for."""
    return RunQuery(
        statuses=tuple(status or ()),
        trigger=trigger,
        location=location,
        after_time=_either("since", since, "from", from_),
        before_time=_either("until", until, "to", to),
        before=stretch.cursor,
        skip=0 if stretch.cursor is not None else _way_to(page, stretch.size),
        limit=stretch.size,
    )


def _way_to(page: int, size: int) -> int:
    skipped = (page - 1) * size
    if skipped > LONGEST_WAY:
        raise InvalidInput(f"is more than {LONGEST_WAY} runs away; go on with cursor=meta.next_cursor", field="page")
    return skipped


def _either(name: str, first: datetime | None, alias: str, second: datetime | None) -> datetime | None:
    if first is not None and second is not None and first != second:
        raise InvalidInput(f"says something else than {name}", field=alias)
    return first or second


Asked = Annotated[RunQuery, Depends(run_query_of)]
