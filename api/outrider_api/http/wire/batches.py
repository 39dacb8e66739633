"""Batches as pipelines ask for them and clients read them."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from outrider_engine.domain.artifact_policies import by_kind_of
from outrider_engine.domain.batches import (
    LONGEST_FACT,
    Batch,
    BatchRun,
    BatchStanding,
    Match,
    PipelineFacts,
    SelectedCheck,
    Selection,
)
from outrider_engine.domain.checks import Family
from outrider_engine.domain.runs import Overrides
from outrider_engine.domain.verdicts import Cause, Reason, RunStatus
from outrider_engine.services.batches import BatchRequest, BatchView

from .artifact_wishes import ArtifactWish
from .bodies import Flag, Text
from .moments import Millis, Moment
from .runs import RUNS

_Fact = Annotated[str, Field(strict=True, min_length=1, max_length=LONGEST_FACT)]


class BatchBody(BaseModel):
    """Which checks to run, what the runs do differently from the definitions, and what the pipeline says of itself."""

    model_config = ConfigDict(extra="forbid")

    tags: list[Text] = Field(default_factory=list, description="Checks with one of these tags; see `match`.")
    match: Match = Field(default=Match.ANY, description="`all`: only checks that have all of `tags`.")
    check_ids: list[Text] = Field(default_factory=list, description="And these checks, paused ones too.")
    names: list[Text] = Field(default_factory=list, description="And the checks of these names, paused ones too.")
    families: list[Family] = Field(default_factory=list, max_length=3, description="Only checks of these.")
    project_id: Text | None = Field(default=None, description="Only checks of this project.")
    non_blocking_tags: list[Text] = Field(
        default_factory=list,
        description="Checks with one of these tags are run, but the verdict of the batch does not depend on them.",
    )
    allow_empty: Flag = Field(default=False, description="Pass when there is nothing to run, instead of refusing it.")
    base_url: Text | None = Field(default=None, description="Goes before those of the definitions or environment.")
    variables: dict[str, Text] = Field(
        default_factory=dict, description="Added to those of the definitions, or in their place; each one by itself."
    )
    environment: Text | None = Field(
        default=None, description="Name or id of an environment to run in: with its variables, and at its base URL."
    )
    artifacts: ArtifactWish = None
    locations: list[Text] = Field(
        default_factory=list, description="Run all checks at each of these, wherever their definitions say."
    )
    title: _Fact | None = Field(default=None, description="What people see first: `Deploy 1.42.0`.")
    commit: _Fact | None = None
    branch: _Fact | None = None
    repository: _Fact | None = None
    pull_request: _Fact | None = Field(default=None, description="Its number or name.")
    url: Text | None = Field(default=None, max_length=2000, description="Of the pipeline's own page.")

    def request(self) -> BatchRequest:
        """Return what is asked for."""
        overrides = None
        artifacts = by_kind_of(self.artifacts)
        if self.base_url is not None or self.variables or self.environment is not None or artifacts:
            overrides = Overrides(
                base_url=self.base_url, variables=self.variables, environment=self.environment, artifacts=artifacts
            )
        return BatchRequest(
            selection=Selection(
                tags=tuple(self.tags),
                match=self.match,
                check_ids=tuple(self.check_ids),
                names=tuple(self.names),
                families=tuple(self.families),
                project_id=self.project_id,
            ),
            non_blocking_tags=tuple(self.non_blocking_tags),
            overrides=overrides,
            locations=tuple(self.locations),
            facts=PipelineFacts(
                title=self.title,
                commit=self.commit,
                branch=self.branch,
                repository=self.repository,
                pull_request=self.pull_request,
                url=self.url,
            ),
            allow_empty=self.allow_empty,
        )


class CountsOut(BaseModel):
    """Runs of a batch by status, and besides."""

    passed: int
    degraded: int
    failed: int
    error: int
    timed_out: int
    cancelled: int
    missed: int
    running: int
    queued: int
    total: int = Field(description="All runs.")
    skipped: int = Field(description="Checks that were selected and not run.")
    failed_non_blocking: int = Field(
        description="Runs that did not pass, of checks that don't decide the verdict; they are counted above too."
    )


class BatchShort(BaseModel):
    """A batch and what it comes to."""

    id: str
    title: str | None
    status: RunStatus = Field(description="`queued` or `running` while a run goes on, then the verdict of the whole.")
    cause: Cause | None = Field(description="Who has to act: the target, a check, the runner, its network.")
    exit_status: int | None = Field(
        description="With which a pipeline should end: 0 all is up, 1 a target failed, 2 a check is wrong, 3 the fault "
        "is on our side; `null` while a run goes on."
    )
    counts: CountsOut
    commit: str | None
    branch: str | None
    repository: str | None
    pull_request: str | None
    url: str | None = Field(description="The pipeline's own page.")
    selection: dict[str, Any] = Field(description="Which checks were asked for.")
    overrides: dict[str, Any] = Field(description="What the runs do differently; values of variables are not shown.")
    created_at: Moment
    cancelled_at: Moment | None

    @classmethod
    def of(cls, batch: Batch, standing: BatchStanding) -> "BatchShort":
        """Show a batch in short."""
        return cls(**_short(batch, standing))


class BatchRunOut(BaseModel):
    """A run of a batch, in short."""

    id: str
    check_id: str
    family: Family
    name: str = Field(description="Of the check, as it was then.")
    location: str
    blocking: bool = Field(description="Whether the verdict of the batch depends on it.")
    status: RunStatus
    cause: Cause | None
    reason: Reason | None
    error: str | None
    started_at: Moment | None
    completed_at: Moment | None
    duration_ms: Millis | None
    run_url: str = Field(description="Where to read the whole of it.")

    @classmethod
    def of(cls, run: BatchRun, name: str) -> "BatchRunOut":
        """Show a run."""
        return cls(
            id=run.id,
            check_id=run.check_id,
            family=run.family,
            name=name,
            location=run.location,
            blocking=run.is_blocking,
            status=run.status,
            cause=run.cause,
            reason=run.reason,
            error=run.error,
            started_at=run.started_at,
            completed_at=run.completed_at,
            duration_ms=run.duration_ms,
            run_url=f"{RUNS}/{run.id}",
        )


class SkippedOut(BaseModel):
    """A check that was selected and not run."""

    check_id: str
    family: Family
    name: str
    reason: str


class BatchOut(BatchShort):
    """A batch with its runs."""

    completed_at: Moment | None = Field(description="When the last run ended.")
    runs: list[BatchRunOut]
    skipped: list[SkippedOut]
    warnings: list[str] = Field(description="What may be a mistake in the request, as a tag that no check has.")

    @classmethod
    def shown(cls, view: BatchView) -> "BatchOut":
        """Show a batch with its runs."""
        names = view.names
        return cls(
            **_short(view.batch, view.standing),
            completed_at=view.completed_at,
            runs=[BatchRunOut.of(run, names.get(run.check_id, run.check_id)) for run in view.runs],
            skipped=[_skipped(check) for check in view.checks if check.skipped is not None],
            warnings=list(view.warnings),
        )


def _short(batch: Batch, standing: BatchStanding) -> dict[str, Any]:
    facts = batch.facts
    counts = {status.value: standing.counts.get(status, 0) for status in RunStatus}
    return {
        "id": batch.id,
        "title": facts.title,
        "status": standing.status,
        "cause": standing.cause,
        "exit_status": standing.exit_status,
        "counts": CountsOut(
            **counts,
            total=sum(counts.values()),
            skipped=batch.skipped,
            failed_non_blocking=standing.failed_non_blocking,
        ),
        "commit": facts.commit,
        "branch": facts.branch,
        "repository": facts.repository,
        "pull_request": facts.pull_request,
        "url": facts.url,
        "selection": dict(batch.selection),
        "overrides": dict(batch.overrides),
        "created_at": batch.created_at,
        "cancelled_at": batch.cancelled_at,
    }


def _skipped(check: SelectedCheck) -> SkippedOut:
    return SkippedOut(check_id=check.id, family=check.family, name=check.name, reason=check.skipped or "")
