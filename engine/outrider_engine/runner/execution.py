"""Executing one task: find the check type, validate, observe, and hand over nothing that is secret."""

import base64
import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import structlog
from pydantic import ValidationError

from outrider_engine.adapters.slots.messages import (
    DoneMessage,
    EndingMessage,
    FailureMessage,
    FileMessage,
    LoginStateMessage,
    StepMessage,
    TaskMessage,
    plain,
)
from outrider_engine.contracts import ProcessCheckType, ProcessContext, StandingBy
from outrider_engine.domain.observations import Failure, Observation, ProducedFile, StepResult
from outrider_engine.domain.redaction import Redactor
from outrider_engine.domain.verdicts import Reason, Verdict
from outrider_engine.errors import EgressDenied, InvalidInput, SlotError, UnknownVariable

log = structlog.get_logger(__name__)

_LONGEST_TEXT = 16_000
"""Characters of any one text that is handed over; an error message with a page's whole source helps nobody."""


class SystemClock:
    """The clock of this machine."""

    def now(self) -> datetime:
        """Return the wall time."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Return seconds that never go back."""
        return time.monotonic()


@dataclass(frozen=True, slots=True)
class Prepared:
    """A check type and why it can't run on this machine, if it can't."""

    check_type: ProcessCheckType[Any]
    problem: str | None

    @classmethod
    def of(cls, check_type: ProcessCheckType[Any], environment: Mapping[str, str]) -> "Prepared":
        """Prepare a check type; what it raises is its problem, and no other type's."""
        try:
            check_type.prepare(environment)
        except SlotError as error:
            return cls(check_type, str(error))
        except Exception as error:  # noqa: BLE001 - a plugin's code
            log.warning("check type could not be prepared", check_type=check_type.kind, error=repr(error))
            return cls(check_type, f"the plugin failed to prepare: {type(error).__name__}: {error}")
        return cls(check_type, None)

    @property
    def stands_by(self) -> StandingBy | None:
        """The check type, if it is one that can start early what a run needs."""
        return self.check_type if self.problem is None and isinstance(self.check_type, StandingBy) else None

    def close(self) -> None:
        """End what was prepared."""
        try:
            self.check_type.close()
        except Exception as error:  # noqa: BLE001 - a plugin's code
            log.warning("check type could not be closed", check_type=self.check_type.kind, error=repr(error))


class Executor:
    """Executes tasks with the prepared check types; what happens on the way goes to ``send`` at once.

    Attributes:
        is_standing_by: whether something was started for a task that has not come yet.
    """

    def __init__(self, prepared: Mapping[str, Prepared], send: Callable[[StepMessage | EndingMessage], None]) -> None:
        self.is_standing_by = False
        self._prepared = prepared
        self._send = send
        self._clock = SystemClock()

    def stand_by(self, proxy: str | None) -> None:
        """Let check types start what the next task will need."""
        self.is_standing_by = True
        for kind, able in self._standing():
            _guarded(kind, partial(able.stand_by, proxy))

    def stand_down(self) -> None:
        """End what was started for a task that did not come, or did not take it."""
        self._stand_down_others(None)
        self.is_standing_by = False

    def _stand_down_others(self, kind: str | None) -> None:
        if self.is_standing_by:
            for other, able in self._standing():
                if other != kind:
                    _guarded(other, able.stand_down)

    def _standing(self) -> Iterator[tuple[str, StandingBy]]:
        return ((kind, able) for kind, each in self._prepared.items() if (able := each.stands_by) is not None)

    def execute(self, task: TaskMessage) -> DoneMessage:
        """Execute a task; whatever goes wrong is part of the answer."""
        self._stand_down_others(task.check_type)
        try:
            return self._executed(task)
        finally:
            self.stand_down()

    def _executed(self, task: TaskMessage) -> DoneMessage:
        started = time.monotonic()
        cleaner = _Cleaner(Redactor(task.secrets.values()))
        steps = _StepSender(cleaner, self._send)
        try:
            observation = self._observed(task, steps)
            cleaner.learn(observation.secrets)
            for step in observation.steps:
                steps.send(step)
            return _done(task, observation, cleaner)
        except Exception as error:
            failure = failure_of(error)
            if failure.reason is Reason.PLUGIN:
                log.error("check type raised", check_type=task.check_type, exc_info=_safe(error, cleaner))
            observation = Observation(duration_ms=(time.monotonic() - started) * 1000, failure=failure)
            return _done(task, observation, cleaner)

    def _observed(self, task: TaskMessage, steps: "_StepSender") -> Observation:
        prepared = self._prepared.get(task.check_type)
        if prepared is None:
            return _not_possible(Reason.UNKNOWN_CHECK_TYPE, f"no plugin here offers the check type {task.check_type!r}")
        if prepared.problem is not None:
            return _not_possible(Reason.BROWSER_UNAVAILABLE, prepared.problem)
        settings = _settings(prepared.check_type, task)
        problem = prepared.check_type.runnable_problem(settings)
        if problem is not None:
            return _not_possible(Reason.INVALID_DEFINITION, problem)
        context = ProcessContext(
            check_name=task.check_name,
            timeout_s=task.timeout_s,
            clock=self._clock,
            folder=Path(task.folder),
            proxy=task.proxy,
            artifacts=task.artifacts,
            artifact_policies=task.artifact_policies,
            on_step=steps.send,
            on_ending=lambda: self._send(EndingMessage(number=task.number)),
            variables=task.variables,
            secrets=task.secrets,
            pinned=task.pinned,
            base_url=task.base_url,
            baselines={key: Path(path) for key, path in task.baselines.items()},
            login_states={message.name: message.state() for message in task.login_states},
            options=task.options,
        )
        return prepared.check_type.observe(settings, context)


def _guarded(kind: str, call: Callable[[], None]) -> None:
    try:
        call()
    except Exception as error:  # noqa: BLE001 - a plugin's code
        log.warning("check type could not stand by or down", check_type=kind, error=repr(error))


def failure_of(error: Exception) -> Failure:
    """Return what an exception out of a check type means for the run."""
    match error:
        case UnknownVariable():
            return Failure(Verdict.ERROR, Reason.UNKNOWN_VARIABLE, str(error))
        case InvalidInput():
            return Failure(Verdict.ERROR, Reason.INVALID_DEFINITION, str(error))
        case EgressDenied():
            return Failure(Verdict.ERROR, Reason.EGRESS_DENIED, str(error))
        case SlotError():
            return Failure(Verdict.ERROR, Reason.BROWSER_UNAVAILABLE, str(error))
        case _:
            return Failure(Verdict.ERROR, Reason.PLUGIN, f"{type(error).__name__}: {error}")


def _settings(check_type: ProcessCheckType[Any], task: TaskMessage) -> Any:
    try:
        return check_type.settings.model_validate(task.config)
    except ValidationError as error:
        first = error.errors()[0]
        raise InvalidInput(
            first["msg"].removeprefix("Value error, "), field=".".join(map(str, first["loc"])) or None
        ) from None


class _Cleaner:
    """Makes texts fit to leave: without secrets, of bounded length, and encodable."""

    def __init__(self, redactor: Redactor) -> None:
        self._redactor = redactor

    def learn(self, secrets: Iterable[str]) -> None:
        """Keep out further secrets, which the check type learned on its way."""
        self._redactor = self._redactor.also(secrets)

    def text(self, text: str) -> str:
        clean = self._redactor.text(text).encode("utf-8", "replace").decode()
        return clean if len(clean) <= _LONGEST_TEXT else f"{clean[:_LONGEST_TEXT]}… ({len(clean)} characters)"

    def tree(self, value: Any) -> Any:
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, Mapping):
            return {self.text(str(key)): self.tree(item) for key, item in value.items()}
        if isinstance(value, list | tuple):
            return [self.tree(item) for item in value]
        return value


class _StepSender:
    """Sends each step once, and again only when it has changed."""

    def __init__(self, cleaner: _Cleaner, send: Callable[[StepMessage], None]) -> None:
        self._cleaner = cleaner
        self._send = send
        self._sent: dict[int, StepResult] = {}

    def send(self, step: StepResult) -> None:
        if self._sent.get(step.index) == step:
            return
        self._sent[step.index] = step
        message = StepMessage.of(step)
        texts = {name: self._cleaner.text(getattr(message, name)) for name in ("id", "name", "action")}
        error = None if message.error is None else self._cleaner.text(message.error)
        detail = self._cleaner.tree(message.detail)
        self._send(StepMessage.model_validate(message.model_copy(update={**texts, "error": error, "detail": detail})))


def _done(task: TaskMessage, observation: Observation, cleaner: _Cleaner) -> DoneMessage:
    failure = observation.failure
    return DoneMessage(
        number=task.number,
        duration_ms=observation.duration_ms,
        phases=dict(observation.phases),
        facts=cleaner.tree(plain(observation.facts)),
        headers=cleaner.tree(dict(observation.headers)),
        body=None if observation.body is None else base64.b64encode(observation.body),
        failure=None
        if failure is None
        else FailureMessage(verdict=failure.verdict, reason=failure.reason, message=cleaner.text(failure.message)),
        files=[_file(file, Path(task.folder), cleaner) for file in observation.files],
        login_states=[LoginStateMessage.of(state) for state in observation.login_states],
    )


def _file(file: ProducedFile, folder: Path, cleaner: _Cleaner) -> FileMessage:
    return FileMessage(
        kind=file.kind,
        name=cleaner.text(file.name),
        path=os.path.relpath(file.path, folder),
        content_type=file.content_type,
        step_index=file.step_index,
    )


def _not_possible(reason: Reason, message: str) -> Observation:
    return Observation(duration_ms=0.0, failure=Failure(Verdict.ERROR, reason, message))


def _safe(error: Exception, cleaner: _Cleaner) -> Exception:
    """Return an error of the same sort whose text holds no secret, for the log."""
    return RuntimeError(cleaner.text(f"{type(error).__name__}: {error}")).with_traceback(error.__traceback__)
