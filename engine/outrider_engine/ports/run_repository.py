"""Stored runs: the truth about what is to be executed, what is being executed and what came of it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from outrider_engine.domain.checks import Family
from outrider_engine.domain.observations import StepResult
from outrider_engine.domain.probe_points import ProbePoint
from outrider_engine.domain.rule_conditions import Tally
from outrider_engine.domain.runs import Artifact, Claim, NewRun, Outcome, Run, Trigger
from outrider_engine.domain.verdicts import RunStatus, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class RunQuery:
    """Which runs of an organization to list, newest first.

    Attributes:
        families, statuses: any of these; none stands for all.
        before: id of the last run of the previous page (keyset cursor).
        skip: runs to leave out first; only for clients that count pages.
        after_time, before_time: bounds of the due time, both included.
    """

    check_id: str | None = None
    batch_id: str | None = None
    project_id: str | None = None
    families: tuple[Family, ...] = ()
    statuses: tuple[RunStatus, ...] = ()
    trigger: Trigger | None = None
    location: str | None = None
    after_time: datetime | None = None
    before_time: datetime | None = None
    before: str | None = None
    skip: int = 0
    limit: int = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishedRun:
    """What is stored of a run that ended.

    ``is_rehearsal`` tells that it was run with overrides (base URL, variables): what it found says nothing
    about the check as it is defined, and moves neither its state nor its alerts.
    """

    run_id: str
    organization_id: str
    check_id: str
    check_revision: int | None
    location: str
    due_at: datetime
    outcome: Outcome
    artifacts: tuple[Artifact, ...] = ()
    is_rehearsal: bool = False
    batch_id: str | None = None
    check_version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StrandedRun:
    """A run that its worker will not end: its lease ran out, nobody began it in time, or it is called off."""

    run_id: str
    organization_id: str
    check_id: str
    location: str
    queue: str
    due_at: datetime
    attempt: int
    max_attempts: int
    started_at: datetime | None
    batch_id: str | None = None


class RunRepository(Protocol):
    """Runs. Every change of a running one is predicated on its claim token."""

    def add(self, runs: Sequence[NewRun], now: datetime) -> set[str]:
        """Insert runs as queued; a slot that already has its run is left alone. Returns the ids inserted."""

    def add_begun(self, runs: Sequence[NewRun], now: datetime) -> None:
        """Insert runs that nobody has to execute, as begun; ``finish`` ends them in the same transaction."""

    def unfinished(self, check_ids: Collection[str]) -> set[tuple[str, str]]:
        """Return (check id, location) of scheduled runs that are queued or running."""

    def claim(
        self, queue: str, locations: Collection[str] | None, *, worker: str, token: str, limit: int, lease: timedelta
    ) -> Sequence[Claim]:
        """Take up to ``limit`` queued runs, longest due first (``locations`` ``None``: of any location).

        Sets them running with ``token``, raises their attempt and gives them a lease from the database's time. Runs of
        deleted checks are cancelled on the way.
        """

    def renew(self, token: str, run_ids: Collection[str], lease: timedelta) -> set[str]:
        """Prolong leases; returns the runs still held. What is missing has been lost: stop and discard."""

    def release(self, token: str, run_ids: Collection[str]) -> int:
        """Give back runs that were claimed and not begun: queued again, the attempt not charged."""

    def hold(self, tokens: Mapping[str, str]) -> set[str]:
        """Lock the runs (id → token) that are still running under that token, in id order; returns their ids."""

    def finish(self, finished: Sequence[FinishedRun]) -> None:
        """Write verdicts, steps and artifacts of runs locked by ``hold``, ``expired`` or ``late``."""

    def add_step(self, run_id: str, token: str, attempt: int, step: StepResult) -> bool:
        """Store the step of a run that is still going on, for live views; ``False`` when the claim was lost."""

    def expired(self, now: datetime, limit: int) -> Sequence[StrandedRun]:
        """Return and lock running runs whose lease is over."""

    def late(self, now: datetime, limit: int) -> Sequence[StrandedRun]:
        """Return and lock queued runs past their ``not_after``."""

    def requeue(self, run_ids: Collection[str]) -> None:
        """Make locked, expired runs queued again."""

    def cancel_queued(self, check_id: str, now: datetime) -> int:
        """End the queued runs of a check as cancelled by its owner."""

    def lock_going(
        self, organization_id: str, *, id: str | None = None, batch_id: str | None = None
    ) -> Sequence[StrandedRun]:
        """Return and lock the run of an id, or the runs of a batch, as far as they have not ended."""

    def going(self, ids: Collection[str]) -> set[tuple[str, str]]:
        """Return (organization id, run id) of those runs that have not ended."""

    def waiting(self, queued_before: datetime) -> set[tuple[str, str]]:
        """Return (queue, location) of runs that have been waiting since before that time."""

    def oldest_queued_at(self) -> datetime | None:
        """Return since when the longest-waiting run waits."""

    def get(self, organization_id: str, id: str) -> Run | None:
        """Return a run, ``None`` when there is none of that id in the organization."""

    def list(self, organization_id: str, query: RunQuery) -> Sequence[Run]:
        """Return runs, newest first."""

    def points(
        self, check_id: str, *, since: datetime, until: datetime, location: str | None, limit: int
    ) -> Sequence[ProbePoint]:
        """Return the newest results of a check that say something about its target, newest first.

        Those that were due in the range of time, both ends included; rehearsals are left out.
        """

    def last(self, check_ids: Collection[str]) -> Mapping[str, Run]:
        """Return the newest finished run of each check that has one without overrides."""

    def durations(self, check_id: str, since: datetime) -> Sequence[float]:
        """Return the milliseconds of the check's runs since a time that found the target answering, however slowly.

        Rehearsals are left out. Of more than 10,000 runs only the newest count.
        """

    def tally(self, check_id: str, since: datetime, limit: int) -> Tally:
        """Count the newest runs of a check, at most ``limit``, that were due since then and say whether it is up.

        Rehearsals are left out, and so are runs that failed for another cause than the target.
        """

    def steps(self, run_ids: Collection[str]) -> Mapping[str, Sequence[StepResult]]:
        """Return the steps of runs, in order."""

    def artifacts(self, run_ids: Collection[str]) -> Mapping[str, Sequence[Artifact]]:
        """Return the artifacts of runs."""

    def artifact(self, organization_id: str, run_id: str, id: str) -> Artifact | None:
        """Return one artifact."""

    def count(self, verdicts: Collection[Verdict] = ()) -> int:
        """Return how many runs ended so (all runs for none); for tests and status pages."""
