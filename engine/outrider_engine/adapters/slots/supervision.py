"""Following one task in a runner from outside, until it is done, over its time, over a limit, dead or called off."""

import os
import select
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

from outrider_engine.domain.observations import Failure, StepResult
from outrider_engine.domain.verdicts import Reason, Verdict
from outrider_engine.errors import SlotError

from .child import RunnerChild
from .limits import LimitWatch
from .messages import PROTOCOL_VERSION, DoneMessage, EndingMessage, FromRunner, ReadyMessage, StepMessage

POLL_S = 0.2


class Bell:
    """Wakes a wait from another thread, and goes on ringing until it is silenced."""

    def __init__(self) -> None:
        self.descriptor, self._write = os.pipe()
        self._lock = threading.Lock()
        self._is_open = True
        os.set_blocking(self.descriptor, False)
        os.set_blocking(self._write, False)

    def ring(self) -> None:
        """Wake the wait that is under way, or the next one; a closed bell is mute."""
        with self._lock, suppress(BlockingIOError):
            if self._is_open:
                os.write(self._write, b"!")

    def silence(self) -> None:
        """Stop ringing."""
        with self._lock, suppress(BlockingIOError):
            if self._is_open:
                os.read(self.descriptor, 4096)

    def close(self) -> None:
        """Give the pipe back."""
        with self._lock:
            if self._is_open:
                self._is_open = False
                os.close(self.descriptor)
                os.close(self._write)


@dataclass(slots=True)
class Followed:
    """What came of a task: what the runner said at its end, or why it had to be ended."""

    done: DoneMessage | None = None
    failure: Failure | None = None
    steps: dict[int, StepResult] = field(default_factory=dict)

    @property
    def is_over(self) -> bool:
        """Whether it is known how the task ended."""
        return self.done is not None or self.failure is not None


@dataclass(frozen=True, slots=True)
class Bounds:
    """Which task is followed, and until when (monotonic seconds)."""

    number: int
    deadline: float


@dataclass(frozen=True, slots=True)
class Listener:
    """Who is told of a task as it goes on: of each step, and of its ending."""

    on_step: Callable[[StepResult], None]
    on_ending: Callable[[], None]


class CalledOff(Exception):
    """The wait was ended by the bell."""


def await_ready(child: RunnerChild, bell: Bell, deadline: float) -> ReadyMessage:
    """Wait until a runner has loaded its plugins, or stands by.

    Raises:
        SlotError: it ended before, said something else, or was not ready by ``deadline`` (monotonic seconds).
        CalledOff: the bell rang.
    """
    while True:
        remaining = deadline - time.monotonic()
        if remaining <= 0:
            raise SlotError("the runner process was not ready in time")
        if _wait(child, bell, min(remaining, POLL_S)):
            raise CalledOff
        messages = child.receive()
        if messages is None:
            raise SlotError(f"the runner process {_ended_how(child)} before it was ready")
        if messages:
            return _ready(messages)


def _ready(messages: list[FromRunner]) -> ReadyMessage:
    message, *more = messages
    if more or not isinstance(message, ReadyMessage):
        raise SlotError("the runner process did not say that it is ready")
    if message.version != PROTOCOL_VERSION:
        raise SlotError(f"the runner speaks version {message.version} of the protocol, not {PROTOCOL_VERSION}")
    return message


def follow(child: RunnerChild, bell: Bell, watch: LimitWatch, bounds: Bounds, listener: Listener) -> Followed:
    """Follow a task until it ends.

    What the runner breaks of its protocol, and its own death, are failures with reason ``internal``.
    """
    followed = Followed()
    next_look = time.monotonic() + POLL_S
    while not followed.is_over:
        now = time.monotonic()
        if now >= bounds.deadline:
            followed.failure = Failure(Verdict.TIMED_OUT, Reason.TIMEOUT, "the run was over its time and was ended")
        elif now >= next_look:
            followed.failure = watch.breach()
            next_look = time.monotonic() + POLL_S
        elif _wait(child, bell, min(bounds.deadline, next_look) - now):
            followed.failure = Failure(Verdict.CANCELLED, Reason.SHUTDOWN, "the run was called off")
        else:
            _take(child, followed, bounds.number, listener)
            _hold_to_output(followed, watch)
    return followed


def _hold_to_output(followed: Followed, watch: LimitWatch) -> None:
    if not followed.is_over:
        followed.failure = watch.output_breach()


def _wait(child: RunnerChild, bell: Bell, timeout_s: float) -> bool:
    """Wait until something can be read or the time is up; returns whether the bell rang."""
    poll = select.poll()
    poll.register(bell.descriptor, select.POLLIN)
    poll.register(child.messages, select.POLLIN)
    if child.log_is_open:
        poll.register(child.log, select.POLLIN)
    ready = {descriptor for descriptor, _ in poll.poll(timeout_s * 1000)}
    if child.log in ready:
        child.drain_log()
    return bell.descriptor in ready


def _take(child: RunnerChild, followed: Followed, number: int, listener: Listener) -> None:
    try:
        messages = child.receive()
    except SlotError as error:
        followed.failure = Failure(Verdict.ERROR, Reason.INTERNAL, str(error))
        return
    if messages is None:
        followed.failure = Failure(Verdict.ERROR, Reason.INTERNAL, f"the runner process {_ended_how(child)}")
        return
    for message in messages:
        _apply(message, followed, number, listener)


def _apply(message: FromRunner, followed: Followed, number: int, listener: Listener) -> None:
    if followed.done is None and isinstance(message, StepMessage):
        step = message.step()
        is_new = step.index not in followed.steps
        followed.steps[step.index] = step
        if is_new:
            listener.on_step(step)
    elif followed.done is None and isinstance(message, EndingMessage) and message.number == number:
        listener.on_ending()
    elif followed.done is None and isinstance(message, DoneMessage) and message.number == number:
        followed.done = message
    else:
        followed.done = None
        followed.failure = Failure(Verdict.ERROR, Reason.INTERNAL, "the runner process spoke out of turn")


def _ended_how(child: RunnerChild) -> str:
    """Tell how a runner ended; its end of the pipe closes a moment before its status can be read."""
    status = child.wait(1.0)
    if status is None:
        return "closed its pipe"
    if status < 0 or status > 128:
        signal_number = -status if status < 0 else status - 128
        return f"was killed by signal {signal_number}" + (" (out of memory?)" if signal_number == 9 else "")
    return f"ended with status {status}"
