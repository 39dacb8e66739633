"""A slot: one runner at a time, one task at a time, and an answer within bounds whatever the task does."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import structlog

from outrider_engine.adapters.egress.proxy import ProxyPort
from outrider_engine.domain.json_values import JsonValue
from outrider_engine.domain.observations import Failure, Observation, StepResult
from outrider_engine.domain.redaction import Redactor
from outrider_engine.domain.verdicts import Reason, Verdict
from outrider_engine.errors import SlotError
from outrider_engine.ports.slots import SlotTask

from .child import RunnerChild, RunnerSpec
from .files import kept_files
from .folders import SlotFolder
from .limits import LimitWatch
from .messages import DoneMessage, StandByMessage, TaskMessage
from .supervision import Bell, Bounds, CalledOff, Followed, Listener, await_ready, follow

log = structlog.get_logger(__name__)

_START_S = 2.5
"""How much longer than its timeout and grace a run may take because its runner had to be started first."""

_PATIENCE_S = 2.0


class RunnerSlot:
    """Implements ``outrider_engine.ports.slots.Slot``; made by ``RunnerSlots``."""

    def __init__(self, spec: RunnerSpec, folder: SlotFolder, port: ProxyPort | None) -> None:
        self._spec = spec
        self._folder = folder
        self._port = port
        self._bell = Bell()
        self._busy = threading.Lock()
        self._child: RunnerChild | None = None
        self._is_ready = False
        self._is_used = False
        self._runs = 0
        self._runs_of_child = 0
        self._closed = False
        self._owner: int | None = None

    @property
    def folder(self) -> Path:
        """Where the runs of this slot leave their files, until ``sweep``."""
        return self._folder.runs

    def warm(self, timeout_s: float = 30.0) -> None:
        """Start the runner if need be and wait until it is ready.

        Raises:
            SlotError: it can't be started; the message says why.
        """
        with self._occupied():
            try:
                self._ready_child(time.monotonic() + timeout_s)
            except CalledOff:
                self._called_off()
                raise SlotError("the slot was killed while its runner started") from None

    def stand_by(self, timeout_s: float = 30.0) -> None:
        """Let the runner start what its next run will need.

        Raises:
            SlotError: it did not, and was ended; the next run starts another one.
        """
        with self._occupied():
            deadline = time.monotonic() + timeout_s
            try:
                child = self._ready_child(deadline)
                self._sweep()
                child.send(StandByMessage(proxy=self._proxy))
                await_ready(child, self._bell, deadline)
            except SlotError:
                self._discard()
                raise
            except CalledOff:
                self._called_off()
                raise SlotError("the slot was killed while its runner got ready") from None

    def run(
        self,
        task: SlotTask,
        on_step: Callable[[StepResult], None],
        on_ending: Callable[[], None] = lambda: None,
    ) -> Observation:
        """Execute ``task``; see the port."""
        with self._occupied():
            started = time.monotonic()
            try:
                return self._observed(task, Listener(on_step, on_ending), started)
            except SlotError as error:
                return _unstarted(task, Verdict.ERROR, Reason.INTERNAL, str(error), started)
            except CalledOff:
                self._called_off()
                return _unstarted(task, Verdict.CANCELLED, Reason.SHUTDOWN, "the run was called off", started)
            except BaseException:
                self._discard()
                raise

    def sweep(self) -> None:
        """Remove the files of the last run, and end what it may have left running."""
        with self._occupied():
            self._sweep()

    def _sweep(self) -> None:
        """Sweep once after each run: what is there later belongs to the next one."""
        if not self._is_used:
            return
        if self._child is not None and self._is_ready:
            _end_strays(self._child)
        self._folder.sweep()
        self._is_used = False

    def kill(self) -> None:
        """End the process tree at once, from any thread; a run under way ends as soon as its callback returns."""
        self._bell.ring()
        if self._owner == threading.get_ident():
            return
        child = self._child
        if child is not None:
            child.tree.end()
        if self._busy.acquire(timeout=_PATIENCE_S):
            try:
                self._called_off()
            finally:
                self._busy.release()

    def close(self) -> None:
        """End the runner and remove the folder; a run under way is called off."""
        self._bell.ring()
        with self._busy:
            if self._closed:
                return
            self._closed = True
            if self._child is not None:
                self._child.dismiss(_PATIENCE_S if self._is_ready else 0.0)
                self._child = None
            if self._port is not None:
                self._port.close()
            self._folder.remove()
            self._bell.close()

    @contextmanager
    def _occupied(self) -> Iterator[None]:
        with self._busy:
            self._owner = threading.get_ident()
            try:
                yield
            finally:
                self._owner = None

    def _called_off(self) -> None:
        self._discard()
        self._bell.silence()

    @property
    def _proxy(self) -> str | None:
        return self._port.url if self._port is not None else None

    def _observed(self, task: SlotTask, listener: Listener, started: float) -> Observation:
        grace = self._spec.limits.grace_s
        child = self._ready_child(started + task.timeout_s + grace)
        late = max(0.0, time.monotonic() - started - _START_S)
        timeout_s = max(task.timeout_s - late, 0.1)
        self._sweep()
        self._is_used = True
        self._runs += 1
        folder = self._folder.new_run(self._runs)
        if self._port is not None:
            self._port.forget()
        child.send(TaskMessage.of(task, number=self._runs, folder=folder, proxy=self._proxy, timeout_s=timeout_s))
        watch = LimitWatch(child, self._folder, self._spec.limits)
        bounds = Bounds(self._runs, time.monotonic() + timeout_s + grace)
        followed = follow(child, self._bell, watch, bounds, listener)
        observation = self._concluded(task, followed, folder, started, late)
        self._after_run(task, child, followed)
        return replace(observation, facts={**observation.facts, **self._facts(watch)})

    def _concluded(self, task: SlotTask, followed: Followed, folder: Path, started: float, late: float) -> Observation:
        steps = tuple(step for _, step in sorted(followed.steps.items()))
        if isinstance(followed.done, DoneMessage):
            observation = followed.done.observation(folder, steps)
            return replace(observation, files=kept_files(observation.files, folder))
        failure = followed.failure or Failure(Verdict.ERROR, Reason.INTERNAL, "the runner process gave no answer")
        if failure.verdict is Verdict.TIMED_OUT:
            failure = _timed_out(task, steps, late)
        return Observation(duration_ms=_since(started), failure=failure, steps=steps)

    def _after_run(self, task: SlotTask, child: RunnerChild, followed: Followed) -> None:
        """Replace a runner that was ended, or has done its runs, in the background."""
        self._runs_of_child += 1
        failure = followed.failure
        if printed := Redactor(task.secrets.values()).text(child.take_tail()):
            log.info("runner process printed", check=task.check_name, text=printed)
        if failure is None and self._runs_of_child < self._spec.runs_per_child:
            return
        if failure is not None and failure.reason is Reason.INTERNAL:
            log.warning("runner process lost", check=task.check_name, why=failure.message)
        self._discard()
        if failure is not None and failure.verdict is Verdict.CANCELLED:
            self._bell.silence()
        else:
            self._start_ahead()

    def _start_ahead(self) -> None:
        """Start the next runner; if that fails now, the next run will try again and say why."""
        try:
            self._start()
        except SlotError as error:
            log.warning("runner could not be started ahead", why=str(error))

    def _ready_child(self, deadline: float) -> RunnerChild:
        """Return a runner that waits for a task.

        Raises:
            SlotError: none can be started.
            CalledOff: the slot was killed meanwhile.
        """
        if self._closed:
            raise SlotError("the slot is closed")
        if self._child is not None and self._is_ready:
            if self._child.is_waiting:
                return self._child
            self._discard()
        child = self._child or self._start()
        try:
            await_ready(child, self._bell, deadline)
        except SlotError as error:
            tail = child.take_tail()
            self._discard()
            raise SlotError(f"{error}{': ' + tail[-1000:] if tail else ''}") from None
        self._is_ready = True
        child.tree.settle()
        if said := child.take_tail():
            self._spec.notice(said)
        return child

    def _start(self) -> RunnerChild:
        self._child = RunnerChild(self._spec, self._folder)
        self._is_ready = False
        self._runs_of_child = 0
        return self._child

    def _discard(self) -> None:
        if self._child is not None:
            self._child.end()
            self._child = None

    def _facts(self, watch: LimitWatch) -> dict[str, JsonValue]:
        facts: dict[str, JsonValue] = {}
        if watch.peak_memory:
            facts["peak_memory_mb"] = round(watch.peak_memory / 1e6)
        if self._port is not None and (denied := self._port.report().denied):
            facts["denied_hosts"] = sorted({denial.host for denial in denied})
        return facts


def _end_strays(child: RunnerChild) -> None:
    if strays := child.tree.end_strays():
        log.warning("a run left processes behind; they were ended", count=strays)


def _unstarted(task: SlotTask, verdict: Verdict, reason: Reason, message: str, started: float) -> Observation:
    log.warning("a run could not be begun", check=task.check_name, reason=reason.value, why=message)
    return Observation(duration_ms=_since(started), failure=Failure(verdict, reason, message))


def _timed_out(task: SlotTask, steps: tuple[StepResult, ...], late: float) -> Failure:
    """Tell how far it came; a run that had less than its time because of us is not the target's fault."""
    after = f"; the last step that ended was {steps[-1].name!r}" if steps else ""
    if late:
        message = f"its runner process took {late + _START_S:.1f} s to start, which left too little time{after}"
        return Failure(Verdict.ERROR, Reason.INTERNAL, message)
    return Failure(Verdict.TIMED_OUT, Reason.TIMEOUT, f"not done after {task.timeout_s:g} s and was ended{after}")


def _since(started: float) -> float:
    return round((time.monotonic() - started) * 1000, 1)
