"""Checks: the definitions of what is to be verified, when and from where."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from .assertions import Assertion
from .ids import project_of
from .json_values import JsonObject
from .schedules import Schedule
from .verdicts import Verdict


class Family(StrEnum):
    """The three families of checks: one table and one pipeline, three kinds of API resources."""

    MONITOR = "monitor"
    API_MONITOR = "api_monitor"
    JOURNEY = "journey"


class CheckStatus(StrEnum):
    """Whether a check is scheduled."""

    ACTIVE = "active"
    PAUSED = "paused"


class Lane(StrEnum):
    """Where a check type's work happens: on the event loop, in a bounded thread pool, in a runner process.

    ``PASSIVE`` types have no work: what they watch pings them, and the engine notices when nothing comes.
    """

    ASYNC = "async"
    THREAD = "thread"
    PROCESS = "process"
    PASSIVE = "passive"

    @property
    def queue(self) -> str:
        """The queue whose workers have this lane."""
        return QUEUE_BROWSER if self is Lane.PROCESS else QUEUE_LIGHT


QUEUE_LIGHT = "light"
QUEUE_BROWSER = "browser"
QUEUE_NOTIFY = "notify"
QUEUES = (QUEUE_LIGHT, QUEUE_BROWSER, QUEUE_NOTIFY)


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckDefinition:
    """What the owner of a check decides.

    Attributes:
        type: kind of the check type that observes.
        config: the check type's own settings, valid for its settings model.
        schedule: ``None`` when the check only runs on demand.
        timeout_s: seconds for each try.
        max_retries: further tries within the same run after one that did not pass.
        side_effects: running twice would harm (an order, a payment), so a lost run is not started again.
        variables: plain values for ``{{name}}``.
        quorum: how many locations must be failing before the check opens an alert of its own.
        environment_id: where it runs by default: whose variables and base URL it finds.
        alert_policy: what becomes of that alert, as its owner wrote it; it has one when this or ``quorum`` is set.
    """

    name: str
    type: str
    family: Family
    config: JsonObject = field(default_factory=dict)
    assertions: tuple[Assertion, ...] = ()
    locations: tuple[str, ...] = ()
    schedule: Schedule | None = None
    status: CheckStatus = CheckStatus.ACTIVE
    timeout_s: float = 30.0
    max_retries: int = 0
    side_effects: bool = False
    tags: tuple[str, ...] = ()
    description: str = ""
    variables: Mapping[str, str] = field(default_factory=dict)
    secret_names: tuple[str, ...] = ()
    quorum: int | None = None
    alert_policy: JsonObject | None = None
    environment_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A stored check.

    Attributes:
        revision: counts the changes of the check, from 1; a run names the revision it executed.
        version: the number of the version that its definition is; a run names that as well.
        next_due_at: the next slot; ``None`` when paused, without schedule or without anything to run.
        paused_reason: why the engine paused it, ``None`` when a person did or it is active.
        sealed_secrets: its secrets by name as sealed JSON, ``None`` when it has none.
        project_id: the organization's default project when it is left out.
    """

    id: str
    organization_id: str
    definition: CheckDefinition
    revision: int
    next_due_at: datetime | None
    created_at: datetime
    updated_at: datetime
    paused_reason: str | None = None
    sealed_secrets: str | None = field(default=None, repr=False)
    project_id: str = ""
    version: int = 1

    def __post_init__(self) -> None:
        if not self.project_id:
            object.__setattr__(self, "project_id", project_of(self.organization_id))


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckState:
    """What the finished runs of a check at one location add up to.

    Attributes:
        verdict: verdict of the newest run that said something about the target.
        since: when the target's state (up or down) last changed.
        consecutive_failures: runs in a row that the target failed, newest included.
        lost_workers: runs in a row that ended ``worker_lost``.
        as_of: due time of the newest run applied; older results change nothing.
        duration_ms: how long the newest run that found the target up took; ``None`` before there was one.
        certificate_days: days that the target's certificate was still valid for when it was last seen.
        visual_diff_percent: how much the newest comparison of pictures differed.
    """

    check_id: str
    location: str
    verdict: Verdict | None = None
    since: datetime | None = None
    consecutive_failures: int = 0
    lost_workers: int = 0
    as_of: datetime | None = None
    last_run_id: str | None = None
    duration_ms: float | None = None
    certificate_days: float | None = None
    visual_diff_percent: float | None = None
