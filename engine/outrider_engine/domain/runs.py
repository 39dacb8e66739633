"""Runs: one execution of a check at one location, from queued to exactly one verdict."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from .assertions import AssertionResult
from .checks import Check, Family
from .environments import Surroundings
from .json_values import JsonObject, JsonValue
from .login_states import StatePlace, StoredLoginState
from .observations import ArtifactKind, Observation, ProducedFile, StepResult
from .verdicts import Cause, Reason, RunStatus, Verdict, cause_of

MADE_WITHIN = timedelta(hours=1)
"""How long after it was due a run is made at the latest, so that runs of a time are found by when they were made."""


class Trigger(StrEnum):
    """What made a run."""

    SCHEDULE = "schedule"
    MANUAL = "manual"
    CI = "ci"
    HEARTBEAT = "heartbeat"
    """A ping, or that none came."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Overrides:
    """What one run does differently from its check's definition; kept with the run.

    Attributes:
        environment: the name that the environment had when the run was asked for.
        artifacts: when files are kept, by kind.
    """

    base_url: str | None = None
    variables: Mapping[str, str] = field(default_factory=dict)
    environment_id: str | None = None
    environment: str | None = None
    artifacts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRun:
    """A run about to be inserted.

    Attributes:
        due_at: the slot, or the time of the trigger; results are ordered by it.
        not_after: when nobody began it by then, the run ends as missed.
        max_attempts: how often it may be claimed before a lost worker ends it.
        batch_id: of the batch that it belongs to; ``is_blocking`` tells whether the batch's verdict depends on it.
    """

    id: str
    organization_id: str
    check_id: str
    family: Family
    location: str
    queue: str
    trigger: Trigger
    slot: datetime | None
    due_at: datetime
    not_after: datetime
    max_attempts: int
    overrides: Overrides | None = None
    batch_id: str | None = None
    is_blocking: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Try:
    """One attempt within a run by the check's own retry settings."""

    number: int
    verdict: Verdict
    reason: Reason | None
    error: str | None
    duration_ms: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A stored run as its readers see it. Times are aware UTC; ``duration_ms`` is the wall time of all its tries.

    ``check_version`` is that of the definition that it executes, known once it is claimed.
    """

    id: str
    organization_id: str
    check_id: str
    family: Family
    location: str
    trigger: Trigger
    status: RunStatus
    cause: Cause | None
    reason: Reason | None
    error: str | None
    slot: datetime | None
    due_at: datetime
    created_at: datetime
    started_at: datetime | None
    completed_at: datetime | None
    duration_ms: float | None
    attempt: int
    check_revision: int | None
    check_version: int | None = None
    phases: Mapping[str, float] = field(default_factory=dict)
    facts: Mapping[str, JsonValue] = field(default_factory=dict)
    assertions: tuple[JsonObject, ...] = ()
    tries: tuple[Try, ...] = ()
    overrides: Overrides | None = None
    batch_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Artifact:
    """A kept file of a run. ``size`` in bytes; ``digest`` is the SHA-256 of the content in hex."""

    id: str
    organization_id: str
    run_id: str
    kind: ArtifactKind
    name: str
    content_type: str
    size: int
    digest: str
    key: str
    """Where the artifact store keeps it; never shown."""
    step_index: int | None
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A run that a worker holds: the token proves it, the lease bounds it.

    Attributes:
        called_secrets: the sealed secrets of the journeys that the check calls.
    """

    run_id: str
    organization_id: str
    token: str
    attempt: int
    lease_until: datetime
    check: Check
    location: str
    trigger: Trigger
    due_at: datetime
    overrides: Overrides | None = None
    batch_id: str | None = None
    surroundings: Surroundings = field(default_factory=Surroundings)
    called_secrets: tuple[str, ...] = field(default=(), repr=False)

    @property
    def state_place(self) -> StatePlace:
        """Whose the login states are that it uses and keeps."""
        return StatePlace(
            organization_id=self.organization_id,
            project_id=self.check.project_id,
            environment_id=self.environment_id,
        )

    @property
    def environment_id(self) -> str | None:
        """Where it is to run: as whoever asked for the run said, else as the check says."""
        asked = self.overrides.environment_id if self.overrides is not None else None
        return asked or self.check.definition.environment_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What the execution of a claimed run came to.

    Attributes:
        observation: of the last try; ``None`` when nothing could be observed.
        login_states: that any of its tries left to be kept.
    """

    verdict: Verdict
    reason: Reason | None = None
    error: str | None = None
    started_at: datetime
    completed_at: datetime
    duration_ms: float
    observation: Observation | None = None
    assertions: tuple[AssertionResult, ...] = ()
    tries: tuple[Try, ...] = ()
    login_states: tuple[StoredLoginState, ...] = ()

    @property
    def cause(self) -> Cause | None:
        """Who has to act."""
        return cause_of(self.verdict, self.reason)

    @property
    def steps(self) -> tuple[StepResult, ...]:
        """The steps of the last try."""
        return self.observation.steps if self.observation else ()

    @property
    def files(self) -> tuple[ProducedFile, ...]:
        """The files of the last try."""
        return self.observation.files if self.observation else ()
