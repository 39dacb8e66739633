"""What a slot and its runner say to each other, checked field by field on arrival; nothing is ever unpickled.

The slot sends ``task`` or ``stand_by``; the runner sends ``ready`` once it has started and once it stands by, and for
each task any number of ``step``, perhaps one ``ending``, and one ``done``. A step that is sent again (same index)
replaces what was sent before.
"""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Annotated, Any, Literal

from pydantic import (
    AwareDatetime,
    Base64Bytes,
    BaseModel,
    ConfigDict,
    Field,
    FiniteFloat,
    JsonValue,
    NonNegativeInt,
    TypeAdapter,
    ValidationError,
)

from outrider_engine.domain.login_states import LARGEST, MOST_OF_RUN, LoginState
from outrider_engine.domain.observations import ArtifactKind, Failure, Observation, ProducedFile, StepResult
from outrider_engine.domain.verdicts import Reason, Verdict
from outrider_engine.errors import SlotError
from outrider_engine.ports.slots import SlotTask

PROTOCOL_VERSION = 2
MOST_FILES = 500


class _Message(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class LoginStateMessage(_Message):
    """A login state, given or to be kept."""

    name: str = Field(min_length=1, max_length=64)
    content: str = Field(max_length=LARGEST, repr=False)
    saved_at: AwareDatetime
    expires_at: AwareDatetime

    @classmethod
    def of(cls, state: LoginState) -> "LoginStateMessage":
        """Build the message of a login state."""
        return cls(name=state.name, content=state.content, saved_at=state.saved_at, expires_at=state.expires_at)

    def state(self) -> LoginState:
        """Return the login state that was sent."""
        return LoginState(name=self.name, content=self.content, saved_at=self.saved_at, expires_at=self.expires_at)


class TaskMessage(_Message):
    """Execute this. ``number`` counts the runs of the slot, ``folder`` is the run's own."""

    kind: Literal["task"] = "task"
    number: NonNegativeInt
    folder: str
    proxy: str | None
    check_type: str
    check_name: str
    config: dict[str, JsonValue]
    timeout_s: FiniteFloat
    variables: dict[str, str]
    secrets: dict[str, str] = Field(repr=False)
    pinned: tuple[str, ...]
    base_url: str | None
    artifacts: Literal["always", "on_failure", "never"]
    baselines: dict[str, str] = Field(default_factory=dict)
    login_states: tuple[LoginStateMessage, ...] = Field(default=(), max_length=MOST_OF_RUN, repr=False)
    artifact_policies: dict[str, Literal["always", "on_failure", "never"]] = Field(default_factory=dict)
    options: dict[str, JsonValue]

    @classmethod
    def of(cls, task: SlotTask, *, number: int, folder: Path, proxy: str | None, timeout_s: float) -> "TaskMessage":
        """Build the message of a task.

        Raises:
            SlotError: the task is not something that can be sent.
        """
        try:
            return cls.model_validate(
                {
                    "number": number,
                    "folder": str(folder),
                    "proxy": proxy,
                    "check_type": task.check_type,
                    "check_name": task.check_name,
                    "config": plain(task.config),
                    "timeout_s": timeout_s,
                    "variables": dict(task.variables),
                    "secrets": dict(task.secrets),
                    "pinned": task.pinned,
                    "base_url": task.base_url,
                    "artifacts": task.artifacts,
                    "baselines": dict(task.baselines),
                    "login_states": [LoginStateMessage.of(state) for state in task.login_states],
                    "artifact_policies": dict(task.artifact_policies),
                    "options": plain(task.options),
                }
            )
        except ValidationError as error:
            raise SlotError(f"the task can't be sent to a runner: {_summary(error)}") from None


class StandByMessage(_Message):
    """Start what the next task will need: it is about to come, and behind this proxy."""

    kind: Literal["stand_by"] = "stand_by"
    proxy: str | None


class ReadyMessage(_Message):
    """The plugins are loaded and prepared, or stand by.

    ``kinds`` tells, by check type, why it can't run here, if it can't.
    """

    kind: Literal["ready"] = "ready"
    version: int
    kinds: dict[str, str | None]


class StepMessage(_Message):
    """A step has ended."""

    kind: Literal["step"] = "step"
    index: NonNegativeInt
    id: str
    name: str
    action: str
    status: Verdict
    started_at: datetime
    duration_ms: FiniteFloat
    reason: Reason | None = None
    error: str | None = None
    detail: dict[str, JsonValue] = Field(default_factory=dict)

    @classmethod
    def of(cls, step: StepResult) -> "StepMessage":
        """Build the message of a step."""
        return cls(
            **{name: getattr(step, name) for name in StepResult.__slots__ if name != "detail"},
            detail=plain(step.detail),
        )

    def step(self) -> StepResult:
        """Return the step that was sent."""
        return StepResult(**{name: getattr(self, name) for name in StepResult.__slots__})


class EndingMessage(_Message):
    """The task needs its target no longer, and nothing has failed: what is left is to put its files in order."""

    kind: Literal["ending"] = "ending"
    number: NonNegativeInt


class FailureMessage(_Message):
    """Why the observation is not a success."""

    verdict: Verdict
    reason: Reason
    message: str


class FileMessage(_Message):
    """A file that the run left; ``path`` is relative to the folder of the run."""

    kind: ArtifactKind
    name: str = Field(min_length=1, max_length=200, pattern=r"^[^/\x00-\x1f]+$")
    path: str
    content_type: str = Field(max_length=200)
    step_index: NonNegativeInt | None = None


class DoneMessage(_Message):
    """The task is over; its steps were sent before."""

    kind: Literal["done"] = "done"
    number: NonNegativeInt
    duration_ms: FiniteFloat
    phases: dict[str, FiniteFloat] = Field(default_factory=dict)
    facts: dict[str, JsonValue] = Field(default_factory=dict)
    headers: dict[str, str] = Field(default_factory=dict)
    body: Base64Bytes | None = None
    failure: FailureMessage | None = None
    files: list[FileMessage] = Field(default_factory=list, max_length=MOST_FILES)
    login_states: list[LoginStateMessage] = Field(default_factory=list, max_length=MOST_OF_RUN, repr=False)

    def observation(self, folder: Path, steps: tuple[StepResult, ...]) -> Observation:
        """Return what was observed, with the paths of its files below ``folder`` (they are not looked at here)."""
        failure = self.failure
        return Observation(
            duration_ms=self.duration_ms,
            phases=self.phases,
            facts=self.facts,
            headers=self.headers,
            body=self.body,
            failure=Failure(failure.verdict, failure.reason, failure.message) if failure else None,
            steps=steps,
            files=tuple(
                ProducedFile(
                    kind=file.kind,
                    name=file.name,
                    path=folder / PurePosixPath(file.path),
                    content_type=file.content_type,
                    step_index=file.step_index,
                )
                for file in self.files
            ),
            login_states=tuple(message.state() for message in self.login_states),
        )


FromRunner = ReadyMessage | StepMessage | EndingMessage | DoneMessage
ToRunner = TaskMessage | StandByMessage
_FROM_RUNNER: TypeAdapter[FromRunner] = TypeAdapter(Annotated[FromRunner, Field(discriminator="kind")])
_TO_RUNNER: TypeAdapter[ToRunner] = TypeAdapter(Annotated[ToRunner, Field(discriminator="kind")])


def encoded(message: BaseModel) -> bytes:
    """Return a message as the JSON that is sent."""
    return message.model_dump_json().encode()


def from_runner(payload: bytes) -> FromRunner:
    """Return the message of a runner.

    Raises:
        SlotError: it is not one.
    """
    try:
        return _FROM_RUNNER.validate_json(payload)
    except ValidationError as error:
        raise SlotError(f"the runner sent what its protocol does not allow: {_summary(error)}") from None


def to_runner(payload: bytes) -> ToRunner:
    """Return what a slot sent.

    Raises:
        SlotError: it is not one.
    """
    try:
        return _TO_RUNNER.validate_json(payload)
    except ValidationError as error:
        raise SlotError(f"the slot sent what its protocol does not allow: {_summary(error)}") from None


def plain(value: Mapping[str, Any]) -> dict[str, Any]:
    """Return a JSON object made of dicts and lists only."""
    return {key: _plain(item) for key, item in value.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return plain(value)
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value


def _summary(error: ValidationError) -> str:
    """Tell where and what, never the offending value: it may hold a secret."""
    return "; ".join(f"{'.'.join(map(str, problem['loc']))}: {problem['msg']}" for problem in error.errors()[:3])
