"""What a check type saw: facts, timings, steps and files, without any judgement."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from .json_values import JsonObject, JsonValue
from .login_states import LoginState
from .verdicts import Reason, Verdict


class ArtifactKind(StrEnum):
    """What a kept file is."""

    SCREENSHOT = "screenshot"
    VISUAL = "visual"
    """A picture that was compared with its baseline, that one, or where they differ."""
    TRACE = "trace"
    VIDEO = "video"
    HAR = "har"
    CONSOLE = "console"
    NETWORK = "network"
    VITALS = "vitals"
    ARIA = "aria"
    """The page on which the run ended, as assistive technology finds it."""
    DIFF = "diff"
    """What a run that fails did otherwise than the good one before it."""
    LOG = "log"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class StepResult:
    """How one step of a journey or API monitor ended.

    Attributes:
        index: position among the executed steps of this try, from 0.
        id: the step's stable id in its definition.
        status: ``passed``, ``degraded`` (a soft assertion failed, or a fallback locator was needed), ``failed``,
            ``timed_out``, ``error`` or, for a step that was not run, ``cancelled``.
        error: what went wrong, in a sentence without secrets.
        detail: further facts (the URL reached, the value extracted, the locator that was used).
    """

    index: int
    id: str
    name: str
    action: str
    status: Verdict
    started_at: datetime
    duration_ms: float
    reason: Reason | None = None
    error: str | None = None
    detail: JsonObject = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProducedFile:
    """A file that a run left in its work folder and that is to be kept as an artifact."""

    kind: ArtifactKind
    name: str
    path: Path
    content_type: str
    step_index: int | None = None


@dataclass(frozen=True, slots=True)
class Failure:
    """The observation could not be completed, or what was walked did not hold.

    ``verdict`` is ``FAILED``, ``TIMED_OUT``, ``ERROR`` or, for soft failures, ``DEGRADED``.
    """

    verdict: Verdict
    reason: Reason
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """What one try of a check saw.

    Attributes:
        duration_ms: wall time of the observation itself, in milliseconds.
        phases: milliseconds by phase name, in the order in which they happened (``dns``, ``connect``, ``tls``,
            ``first_byte``, ``transfer``).
        facts: small facts worth keeping with the run (``status``, ``ip``, ``certificate``).
        headers: response headers, names in lower case; judged, not kept.
        body: decoded body, capped; judged, not kept.
        failure: why the observation is not a success in itself, ``None`` when it is left to the assertions.
        secrets: values that were learned while observing and that nobody may see: hidden in all else, never kept.
        login_states: to be kept, sealed, for later runs of the same project and environment.
    """

    duration_ms: float
    phases: Mapping[str, float] = field(default_factory=dict)
    facts: Mapping[str, JsonValue] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    failure: Failure | None = None
    steps: tuple[StepResult, ...] = ()
    files: tuple[ProducedFile, ...] = ()
    secrets: tuple[str, ...] = field(default=(), repr=False)
    login_states: tuple[LoginState, ...] = field(default=(), repr=False)
