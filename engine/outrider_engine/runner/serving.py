"""The runner proper: prepares the check types of installed plugins, then executes task after task."""

import os
import select
import sys
from collections.abc import Collection, Iterable
from typing import Any

import structlog

from outrider_engine.adapters.slots.framing import MessageTooLong, read_frame, write_frame
from outrider_engine.adapters.slots.messages import (
    PROTOCOL_VERSION,
    DoneMessage,
    EndingMessage,
    FailureMessage,
    ReadyMessage,
    StandByMessage,
    StepMessage,
    TaskMessage,
    encoded,
    to_runner,
)
from outrider_engine.domain.checks import Lane
from outrider_engine.domain.verdicts import Reason, Verdict
from outrider_engine.errors import OutriderError
from outrider_engine.plugin_manager import load_plugins

from .execution import Executor, Prepared

log = structlog.get_logger(__name__)

STAND_BY_S = 10.0
"""For how long what was started early is kept for a task that does not come: it holds memory."""


class Serving:
    """Speaks with the slot: ``tasks`` is read, ``messages`` written."""

    def __init__(self, tasks: int, messages: int) -> None:
        self._tasks = tasks
        self._messages = messages

    def run(self, *, blocked: Collection[str], extra: Iterable[tuple[str, object]]) -> int:
        """Serve until the slot closes the pipe; returns the exit status."""
        _log_plainly()
        try:
            prepared = _prepared(load_plugins(blocked=blocked, extra=extra).check_types)
        except OutriderError as error:
            log.error("runner can't start", problem=str(error))
            return 2
        kinds = {kind: entry.problem for kind, entry in prepared.items()}
        ready = encoded(ReadyMessage(version=PROTOCOL_VERSION, kinds=kinds))
        write_frame(self._messages, ready)
        executor = Executor(prepared, self._send)
        try:
            while (payload := self._next(executor)) is not None:
                message = to_runner(payload)
                if isinstance(message, StandByMessage):
                    executor.stand_by(message.proxy)
                    write_frame(self._messages, ready)
                else:
                    self._serve(executor, message)
        finally:
            for entry in prepared.values():
                entry.close()
        return 0

    def _next(self, executor: Executor) -> bytes | None:
        if executor.is_standing_by and not select.select([self._tasks], [], [], STAND_BY_S)[0]:
            executor.stand_down()
        return read_frame(self._tasks)

    def _serve(self, executor: Executor, task: TaskMessage) -> None:
        done = executor.execute(task)
        try:
            write_frame(self._messages, encoded(done))
        except MessageTooLong:
            failure = FailureMessage(
                verdict=Verdict.ERROR,
                reason=Reason.LIMIT_OUTPUT,
                message="what the check observed is too long to be handed over",
            )
            write_frame(
                self._messages,
                encoded(DoneMessage(number=task.number, duration_ms=done.duration_ms, failure=failure)),
            )

    def _send(self, message: StepMessage | EndingMessage) -> None:
        try:
            write_frame(self._messages, encoded(message))
        except MessageTooLong:
            shorter = message.model_copy(update={"detail": {"dropped": "its details are too long"}})
            write_frame(self._messages, encoded(shorter))


def _prepared(check_types: dict[str, Any]) -> dict[str, Prepared]:
    """Prepare the check types that run in processes; the others have no business here."""
    return {
        kind: Prepared.of(check_type, os.environ)
        for kind, check_type in check_types.items()
        if check_type.lane is Lane.PROCESS
    }


def _log_plainly() -> None:
    """Log warnings to standard error, without time and colour: the slot keeps them and passes them on once."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.format_exc_info,
            structlog.dev.ConsoleRenderer(
                colors=False, pad_event_to=0, exception_formatter=structlog.dev.plain_traceback
            ),
        ],
        wrapper_class=structlog.make_filtering_bound_logger("warning"),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
