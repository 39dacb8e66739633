"""Batches: the runs that a pipeline asked for together, and what they come to as a whole."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from .checks import Family
from .json_values import JsonObject
from .verdicts import Cause, Reason, RunStatus, Verdict, exit_status, worst

MOST_RUNS = 500
"""Runs of one batch: checks times locations."""
LONGEST_FACT = 250
"""Characters of what a pipeline says of itself; git's own bound for the name of a branch is near it."""


class Match(StrEnum):
    """How many of several tags a check must have."""

    ANY = "any"
    ALL = "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Which checks are meant: those of the tags, those of the ids and those of the names together.

    Attributes:
        families: only checks of these; none stands for all.
        project_id: only checks of this project.
    """

    tags: tuple[str, ...] = ()
    match: Match = Match.ANY
    check_ids: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    families: tuple[Family, ...] = ()
    project_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PipelineFacts:
    """What the pipeline says of itself; kept and shown, never followed.

    Attributes:
        pull_request: its number or name.
        url: of the pipeline's own page.
    """

    title: str | None = None
    commit: str | None = None
    branch: str | None = None
    repository: str | None = None
    pull_request: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SelectedCheck:
    """A check as it was when the batch was asked for.

    Attributes:
        is_blocking: whether the batch's verdict depends on it.
        skipped: why it was not run; ``None`` when it was.
    """

    id: str
    name: str
    family: Family
    is_blocking: bool = True
    skipped: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Runs that were asked for together.

    Attributes:
        families: of all checks that were selected: who may not read them may not read the batch.
        selection, overrides: what was asked for, as it is shown: of variables only the names.
        skipped: how many checks were not run.
        cancelled_at: when somebody cancelled what was still going on.
        project_id: to which it was narrowed, by its selection or by what its key may see; ``None``: to none.
    """

    id: str
    organization_id: str
    facts: PipelineFacts
    families: tuple[Family, ...]
    selection: JsonObject
    overrides: JsonObject
    skipped: int
    created_at: datetime
    cancelled_at: datetime | None = None
    project_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchRun:
    """A run of a batch, in short. ``duration_ms`` is the wall time of all its tries."""

    id: str
    check_id: str
    family: Family
    location: str
    is_blocking: bool
    status: RunStatus
    cause: Cause | None
    reason: Reason | None
    error: str | None
    started_at: datetime | None
    completed_at: datetime | None
    duration_ms: float | None
    check_version: int | None = None


@dataclass(frozen=True, slots=True)
class RunGroup:
    """How many runs of a batch are in the same state."""

    status: RunStatus
    cause: Cause | None
    is_blocking: bool
    count: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchStanding:
    """What the runs of a batch come to.

    Attributes:
        status: ``queued`` or ``running`` while one of them goes on, then the verdict of the whole.
        cause: who has to act.
        exit_status: with which a pipeline ends: 0 up, 1 the target failed, 2 a check is wrong, 3 the fault is ours or
            there is no verdict; ``None`` while one goes on.
        counts: runs by status.
        failed_non_blocking: runs that did not pass and whose checks the verdict does not depend on.
    """

    status: RunStatus
    cause: Cause | None = None
    exit_status: int | None = None
    counts: Mapping[RunStatus, int] = field(default_factory=dict)
    failed_non_blocking: int = 0

    @property
    def ended(self) -> int:
        """How many runs are over."""
        return sum(count for status, count in self.counts.items() if status.is_terminal)

    def is_news_to(self, seen: int | None) -> bool:
        """Whether all runs are over, or more than somebody has seen; ``None`` stands for who wants the end alone."""
        return self.status.is_terminal or (seen is not None and self.ended > seen)


def standing_of(groups: Iterable[RunGroup]) -> BatchStanding:
    """Return what runs come to together.

    The runs that decide are those that the target failed; else those whose check is wrong; else those that went wrong
    on our side or were cancelled; else all. The gravest verdict of the deciding ones is the batch's. Runs of checks
    that don't block count, but decide nothing.
    """
    known = [group for group in groups if group.count]
    counts: Counter[RunStatus] = Counter()
    for group in known:
        counts[group.status] += group.count
    shown = {status: counts[status] for status in RunStatus}
    over = [(Verdict(group.status), group) for group in known if group.status.is_terminal]
    tolerated = sum(group.count for verdict, group in over if not (group.is_blocking or verdict.is_up))
    if counts[RunStatus.QUEUED] + counts[RunStatus.RUNNING]:
        has_begun = counts[RunStatus.QUEUED] < counts.total()
        status = RunStatus.RUNNING if has_begun else RunStatus.QUEUED
        return BatchStanding(status=status, counts=shown, failed_non_blocking=tolerated)
    verdict, cause, exits_with = _decided([(verdict, group.cause) for verdict, group in over if group.is_blocking])
    return BatchStanding(
        status=verdict.status, cause=cause, exit_status=exits_with, counts=shown, failed_non_blocking=tolerated
    )


def _decided(ends: Sequence[tuple[Verdict, Cause | None]]) -> tuple[Verdict, Cause | None, int]:
    exits_with = min((status for end in ends if (status := exit_status(*end))), default=0)
    deciding = [end for end in ends if exit_status(*end) == exits_with]
    deciding = [end for end in deciding if end[1] is not None] or deciding
    verdict = worst(verdict for verdict, _ in deciding)
    return verdict, next((cause for ended, cause in deciding if ended is verdict), None), exits_with
