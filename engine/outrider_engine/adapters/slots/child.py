"""One runner process: started, spoken to over two pipes of its own, and ended with everything below it."""

import os
import select
import subprocess
import sys
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass

import structlog
from pydantic import BaseModel

from outrider_engine.errors import SlotError
from outrider_engine.ports.slots import SlotLimits

from .environment import MARKER, runner_environment
from .folders import SlotFolder
from .framing import FrameReader, framed
from .messages import FromRunner, encoded, from_runner
from .process_table import SharedView
from .tree import ProcessTree

log = structlog.get_logger(__name__)

RUNNER_COMMAND = (sys.executable, "-P", "-m", "outrider_engine.runner")
_TAIL = 16_000
_READ = 262_144
_MOST_READS = 32
_BURIAL_S = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class RunnerSpec:
    """How runners are started."""

    command: Sequence[str]
    environment: Mapping[str, str]
    blocked_plugins: Collection[str]
    limits: SlotLimits
    runs_per_child: int
    view: SharedView
    notice: Callable[[str], None]
    """Told what a runner printed when it started."""


class RunnerChild:
    """A runner and its pipes. ``received`` counts the bytes it sent, messages and log together."""

    def __init__(self, spec: RunnerSpec, folder: SlotFolder) -> None:
        marker = folder.path.name
        with _pipes() as (task_read, task_write, message_read, message_write, log_read, log_write):
            self._process = subprocess.Popen(  # noqa: S603 - our own runner, without a shell
                [
                    *spec.command,
                    f"--tasks={task_read}",
                    f"--messages={message_write}",
                    f"--folder={folder.path}",
                    f"--file-size={spec.limits.disk}",
                    f"--blocked={','.join(spec.blocked_plugins)}",
                ],
                stdin=subprocess.DEVNULL,
                stdout=log_write,
                stderr=log_write,
                env=runner_environment(spec.environment, home=folder.home, temporary=folder.temporary, marker=marker),
                cwd=folder.path,
                pass_fds=(task_read, message_write),
                start_new_session=True,
            )
        self._tasks, self.messages, self.log = task_write, message_read, log_read
        for descriptor in (self._tasks, self.messages, self.log):
            os.set_blocking(descriptor, False)
        self.tree = ProcessTree(self._process.pid, f"{MARKER}={marker}".encode(), spec.view)
        self.started_at = time.monotonic()
        self.received = 0
        self.log_is_open = True
        self._frames = FrameReader()
        self._tail = bytearray()
        self._ended = False

    def send(self, message: BaseModel) -> None:
        """Send a message; the runner has nothing to do but to read it.

        Raises:
            SlotError: it is gone, or does not read.
        """
        rest = memoryview(framed(encoded(message)))
        limit = time.monotonic() + 1.0
        while rest:
            try:
                rest = rest[os.write(self._tasks, rest) :]
            except BlockingIOError:
                if time.monotonic() > limit:
                    raise SlotError("the runner process does not read its task") from None
                time.sleep(0.001)
            except OSError as error:
                raise SlotError(f"the runner process is gone: {error.strerror}") from None

    def receive(self) -> list[FromRunner] | None:
        """Return the messages that have arrived, ``None`` when the runner will send no more.

        Raises:
            SlotError: it sent what the protocol does not allow.
        """
        data = self._read(self.messages)
        if data is None:
            return []
        return [from_runner(payload) for payload in self._frames.feed(data)] if data else None

    def drain_log(self) -> None:
        """Take what the runner has printed; only the end of it is kept."""
        data = self._read(self.log)
        if data == b"":
            self.log_is_open = False
        if data:
            self._tail += data
            del self._tail[:-_TAIL]

    def take_tail(self) -> str:
        """Return the end of what the runner printed since the last call."""
        if not self._ended:
            self._take_rest_of_log()
        text = self._tail.decode(errors="replace").strip()
        self._tail.clear()
        return text

    @property
    def is_waiting(self) -> bool:
        """Whether the runner lives and has said nothing: as it should while it has no task."""
        poll = select.poll()
        poll.register(self.messages, select.POLLIN)
        return self._process.poll() is None and not poll.poll(0)

    def wait(self, timeout_s: float) -> int | None:
        """Wait for the end of the process and return its exit status (a signal as a negative number).

        ``None`` when the end did not come.
        """
        with suppress(subprocess.TimeoutExpired):
            return self._process.wait(timeout_s)
        return None

    def end(self) -> None:
        """End the runner and everything below it, and close the pipes; returns when all are gone."""
        if self._ended:
            return
        gone = self.tree.end()
        if self.wait(_BURIAL_S) is None:
            self._process.kill()
            self._process.wait()
            gone = self.tree.end() and gone
        self._take_rest_of_log()
        self._ended = True
        for descriptor in (self._tasks, self.messages, self.log):
            os.close(descriptor)
        if not gone:
            log.error("processes of a runner could not be ended", runner=self._process.pid)

    def dismiss(self, patience_s: float) -> None:
        """Let an idle runner end by itself, by closing its tasks; what is left then is ended."""
        if not self._ended:
            os.close(self._tasks)
            self._tasks = os.open(os.devnull, os.O_WRONLY)
            self.wait(patience_s)
            self.end()

    def _take_rest_of_log(self) -> None:
        for _ in range(_MOST_READS):
            before = self.received
            self.drain_log()
            if self.received == before:
                return

    def _read(self, descriptor: int) -> bytes | None:
        """Return what can be read at once; ``None``: nothing now, empty: nothing ever again."""
        try:
            data = os.read(descriptor, _READ)
        except BlockingIOError:
            return None
        self.received += len(data)
        return data


@contextmanager
def _pipes() -> Iterator[tuple[int, int, int, int, int, int]]:
    """Make three pipes; the runner's ends are closed on leaving, ours too when the start fails."""
    (task_read, task_write), (message_read, message_write), (log_read, log_write) = os.pipe(), os.pipe(), os.pipe()
    try:
        yield task_read, task_write, message_read, message_write, log_read, log_write
    except OSError as error:
        for descriptor in (task_write, message_read, log_read):
            os.close(descriptor)
        raise SlotError(f"the runner process could not be started: {error}") from error
    finally:
        for descriptor in (task_read, message_write, log_write):
            os.close(descriptor)
