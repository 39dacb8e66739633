"""What the API answers, as typed values.

Each holds the fields that programs mostly need, and all of the answer in ``raw``: fields that a newer server adds are
there, and those that an older one does not know have their default.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any, Self

_READ = "read"
_OWN = ("raw", "etag")
_UP = ("passed", "degraded")
_UNDER_WAY = ("queued", "running")


_MOMENT = {_READ: datetime.fromisoformat}
_TEXTS = {_READ: tuple}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """An object as the API shows it; ``raw`` is the whole of it.

    ``etag`` stands for what it was when it was read by itself, not in a list: a change of the object sends it along,
    and is refused when somebody else has changed it since.
    """

    raw: Mapping[str, Any] = field(repr=False, compare=False)
    etag: str | None = field(default=None, repr=False, compare=False)

    @classmethod
    def of(cls, answer: Mapping[str, Any], etag: str | None = None) -> Self:
        """Read an object from an answer."""
        given: dict[str, Any] = {}
        for each in fields(cls):
            value, read = answer.get(each.name), each.metadata.get(_READ)
            if value is not None and each.name not in _OWN:
                given[each.name] = read(value) if read else value
        return cls(raw=answer, etag=etag, **given)

    @classmethod
    def all_of(cls, answers: list[Mapping[str, Any]]) -> tuple[Self, ...]:
        """Read several of them."""
        return tuple(cls.of(answer) for answer in answers)


@dataclass(frozen=True, slots=True, kw_only=True)
class LastRun(Shown):
    """The newest finished run of a check, in short."""

    id: str
    status: str = ""
    location: str = ""
    duration_ms: float | None = None
    completed_at: datetime | None = field(default=None, metadata=_MOMENT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Check(Shown):
    """What monitors and journeys have in common."""

    id: str
    name: str = ""
    type: str = ""
    status: str = ""
    paused_reason: str | None = None
    locations: tuple[str, ...] = field(default=(), metadata=_TEXTS)
    tags: tuple[str, ...] = field(default=(), metadata=_TEXTS)
    cron: str | None = None
    timezone: str | None = None
    project_id: str = ""
    revision: int = 0
    current_version: int = 0
    created_at: datetime | None = field(default=None, metadata=_MOMENT)
    updated_at: datetime | None = field(default=None, metadata=_MOMENT)
    next_run_at: datetime | None = field(default=None, metadata=_MOMENT)
    last_run: LastRun | None = field(default=None, metadata={_READ: LastRun.of})
    warnings: tuple[str, ...] = field(default=(), metadata=_TEXTS)

    @property
    def every_s(self) -> int | None:
        """Seconds between its runs; ``None`` when it follows a cron expression or runs on demand only."""
        found: int | None = self.raw.get("interval", self.raw.get("interval_seconds"))
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Monitor(Check):
    """A probe of one thing; the settings of its type are in ``raw``."""

    url: str | None = None
    interval: int | None = None
    timeout: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiMonitor(Check):
    """Several HTTP requests in a row; its steps are in ``raw``."""

    interval: int | None = None
    timeout: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Journey(Check):
    """A path of users through a site; its steps are in ``raw``."""

    base_url: str | None = None
    interval_seconds: int | None = None
    timeout_seconds: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Step(Shown):
    """How one step of a run ended."""

    index: int = 0
    id: str = ""
    name: str = ""
    action: str = ""
    status: str = ""
    reason: str | None = None
    error: str | None = None
    duration_ms: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Artifact(Shown):
    """A kept file of a run."""

    id: str
    kind: str = ""
    name: str = ""
    content_type: str = ""
    size: int = 0
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TraceLink(Shown):
    """What opens the trace of a run for a while, without a key; addresses begin at the server's root."""

    run_id: str
    url: str
    download_url: str
    expires_at: datetime | None = field(default=None, metadata=_MOMENT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Run(Shown):
    """One execution of a check at one location."""

    id: str
    check_id: str = ""
    family: str = ""
    status: str = ""
    cause: str | None = None
    reason: str | None = None
    error: str | None = None
    location: str = ""
    trigger: str = ""
    created_at: datetime | None = field(default=None, metadata=_MOMENT)
    started_at: datetime | None = field(default=None, metadata=_MOMENT)
    completed_at: datetime | None = field(default=None, metadata=_MOMENT)
    duration_ms: float | None = None
    steps: tuple[Step, ...] = field(default=(), metadata={_READ: Step.all_of})
    artifacts: tuple[Artifact, ...] = field(default=(), metadata={_READ: Artifact.all_of})
    run_ids: tuple[str, ...] = field(default=(), metadata=_TEXTS)
    batch_id: str | None = None
    check_version: int | None = None

    @property
    def is_over(self) -> bool:
        """Whether it has ended; then it never changes."""
        return self.status not in _UNDER_WAY

    @property
    def is_up(self) -> bool:
        """Whether the target counts as up; degraded does."""
        return self.status in _UP


@dataclass(frozen=True, slots=True, kw_only=True)
class Period(Shown):
    """What the runs of a period come to; ``uptime`` in percent, ``None`` when nothing is known of the target."""

    uptime: float | None = None
    avg_response_ms: float | None = None
    p50_response_ms: float | None = None
    p95_response_ms: float | None = None
    p99_response_ms: float | None = None
    runs: Mapping[str, int] = field(default_factory=dict)


def _periods(answer: Mapping[str, Mapping[str, Any]]) -> Mapping[str, Period]:
    return {name: Period.of(period) for name, period in answer.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Stats(Shown):
    """What the runs of a check come to, by period (``24h``, ``7d``, …); by location in ``raw``."""

    uptime_24h: float | None = None
    uptime_7d: float | None = None
    uptime_30d: float | None = None
    uptime_90d: float | None = None
    periods: Mapping[str, Period] = field(default_factory=dict, metadata={_READ: _periods})


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert(Shown):
    """One rule and one check being broken."""

    id: str
    rule_id: str | None = None
    status: str = ""
    resource_type: str = ""
    resource_id: str = ""
    message: str = ""
    severity: str | None = None
    run_id: str | None = None
    incident_id: str | None = None
    delivery_problem: str | None = None
    triggered_at: datetime | None = field(default=None, metadata=_MOMENT)
    acknowledged_at: datetime | None = field(default=None, metadata=_MOMENT)
    acknowledged_by: str | None = None
    resolved_at: datetime | None = field(default=None, metadata=_MOMENT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Event(Shown):
    """Something that has just happened; ``reset`` as its type says that what came before it is not kept any more."""

    id: str
    type: str = ""
    at: datetime | None = field(default=None, metadata=_MOMENT)
    check_id: str | None = None
    run_id: str | None = None
    status: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentUpdate(Shown):
    """What was told of an incident at one time."""

    state: str = ""
    body: str = ""
    posted_at: datetime | None = field(default=None, metadata=_MOMENT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident(Shown):
    """What people are told of a trouble; ``updates`` are oldest first."""

    id: str
    title: str = ""
    state: str = ""
    severity: str = ""
    impact: str = ""
    project_id: str = ""
    automatic: bool = False
    affected_components: tuple[str, ...] = field(default=(), metadata=_TEXTS)
    check_ids: tuple[str, ...] = field(default=(), metadata=_TEXTS)
    alert_ids: tuple[str, ...] = field(default=(), metadata=_TEXTS)
    updates: tuple[IncidentUpdate, ...] = field(default=(), metadata={_READ: IncidentUpdate.all_of})
    started_at: datetime | None = field(default=None, metadata=_MOMENT)
    resolved_at: datetime | None = field(default=None, metadata=_MOMENT)
    postmortem_url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Release(Shown):
    """What was deployed when."""

    id: str
    name: str = ""
    version: str | None = None
    environment: str | None = None
    project_id: str = ""
    rollout_percent: float | None = None
    commit_sha: str | None = None
    tags: tuple[str, ...] = field(default=(), metadata=_TEXTS)
    started_at: datetime | None = field(default=None, metadata=_MOMENT)
    finished_at: datetime | None = field(default=None, metadata=_MOMENT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel(Shown):
    """Whom to tell; ``secret`` is there in the answer to its creation only."""

    id: str
    name: str = ""
    type: str = ""
    config: Mapping[str, Any] = field(default_factory=dict, repr=False)
    enabled: bool = True
    notify_on: tuple[str, ...] = ()
    secret: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Project(Shown):
    """A part of an organization."""

    id: str
    name: str = ""
    is_default: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment(Shown):
    """A place where the same site runs; ``project_id`` is ``None`` when it is for all projects."""

    id: str
    name: str = ""
    base_url: str | None = None
    project_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Variable(Shown):
    """A value for ``{{name}}``, of one environment and project or (``None``) of all; a secret shows no ``value``."""

    id: str
    name: str = ""
    value: str | None = None
    secret: bool = False
    environment: str | None = None
    project_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule(Shown):
    """When to tell."""

    id: str
    name: str = ""
    type: str = ""
    threshold: float | None = None
    channel_ids: tuple[str, ...] = field(default=(), metadata=_TEXTS)
    enabled: bool = True
    monitor_id: str | None = None
    api_monitor_id: str | None = None
    journey_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Member(Shown):
    """Somebody in an organization, or invited into it; ``token`` is there in the answer to an invitation only."""

    id: str
    user_id: str | None = None
    name: str | None = None
    email: str | None = None
    role: str = ""
    status: str = ""
    email_status: str | None = None
    email_error: str | None = None
    expires_at: datetime | None = field(default=None, metadata=_MOMENT)
    page_path: str | None = field(default=None, repr=False)
    token: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey(Shown):
    """Who may do what; ``key`` is its text, in the answers that make it or rotate it only."""

    id: str
    name: str = ""
    prefix: str = ""
    role: str = ""
    scopes: tuple[str, ...] | None = field(default=None, metadata=_TEXTS)
    created_at: datetime | None = field(default=None, metadata=_MOMENT)
    expires_at: datetime | None = field(default=None, metadata=_MOMENT)
    last_used_at: datetime | None = field(default=None, metadata=_MOMENT)
    key: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class TestDelivery(Shown):
    """How a test message fared."""

    delivered: bool = False
    status_code: int | None = None
    error: str | None = None
