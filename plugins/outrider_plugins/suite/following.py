"""Following a suite from outside: what it tells, what it prints, and when it has to end."""

import json
import os
import selectors
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import psutil
import structlog

from outrider_engine.domain.observations import Failure
from outrider_engine.domain.verdicts import Reason, Verdict
from outrider_engine.errors import SlotError

from .layers import WARDEN
from .telling import LONGEST_LINE, MOST_LINES, Told, read_line

log = structlog.get_logger(__name__)

MOST_OUTPUT = 32_000_000
"""Bytes that a suite may print, and may tell."""
_KEPT = 200_000
"""Bytes of the beginning, and as many of the end, of what it printed."""
_CHUNK = 262_144
_POLL_S = 0.2
_HAND_S = 10.0
_BURIAL_S = 3.0


@dataclass(frozen=True, slots=True)
class Ended:
    """How a suite ended: its exit status, or why it was ended."""

    status: int | None
    failure: Failure | None
    output: str


class Suite:
    """A suite's processes, from their start to their end."""

    def __init__(self, orders: Mapping[str, Any]) -> None:
        """Start the warden with its orders.

        Raises:
            SlotError: it does not start.
        """
        self._user: int | None = orders["user"]
        self.output, write = os.pipe()
        hand: int | None = orders.get("hand")
        passed = [*orders["keep"], *([hand] if hand is not None else [])]
        try:
            self._process = subprocess.Popen(  # noqa: S603 - our own program, without a shell
                WARDEN,
                stdin=subprocess.PIPE,
                stdout=write,
                stderr=write,
                env={},
                pass_fds=passed,
                start_new_session=True,
            )
        except OSError as error:
            os.close(self.output)
            raise SlotError(f"the suite could not be started: {error}") from error
        finally:
            os.close(write)
        self._send(json.dumps(orders).encode())

    def _send(self, orders: bytes) -> None:
        stdin = self._process.stdin
        if stdin is not None:
            with suppress(BrokenPipeError):
                stdin.write(orders)
                stdin.close()

    @property
    def status(self) -> int | None:
        """The warden's exit status, which is pytest's, once it has ended."""
        return self._process.poll()

    def end(self) -> None:
        """End all of its processes; returns when they are gone."""
        below = _below(self._process.pid)
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        # The first process of a namespace is gone only when all others in it are.
        psutil.wait_procs(below, timeout=_BURIAL_S)
        if self._user is not None:
            _end_all_of(self._user)


def listening_socket(ours: socket.socket) -> socket.socket | None:
    """Return the socket that the warden hands out of the suite's network; ``None`` when it ended before."""
    ours.settimeout(_HAND_S)
    try:
        _, descriptors, _, _ = socket.recv_fds(ours, 1, 1)
    except OSError:
        return None
    return socket.socket(fileno=descriptors[0]) if descriptors else None


def follow(suite: Suite, report: int, deadline: float, take: Callable[[Told], None]) -> Ended:
    """Follow a suite until it ends, by itself or because it must.

    Args:
        suite: it has been started.
        report: the descriptor on which it tells.
        deadline: monotonic seconds.
        take: called with what it tells.
    """
    printed, told = _Printed(), _Lines(take)
    selector = selectors.DefaultSelector()
    for descriptor, sink in ((suite.output, printed.add), (report, told.add)):
        os.set_blocking(descriptor, False)
        selector.register(descriptor, selectors.EVENT_READ, sink)
    status, failure = None, None
    while failure is None and status is None:
        status = suite.status
        if time.monotonic() >= deadline:
            failure = Failure(Verdict.TIMED_OUT, Reason.TIMEOUT, "the suite was over its time and was ended")
        if not _read_ready(selector, _POLL_S if status is None else 0):
            status = suite.status
        failure = failure or printed.breach() or told.breach()
    if failure is not None:
        suite.end()
    while _read_ready(selector, 0) and printed.breach() is None and told.breach() is None:
        pass
    selector.close()
    return Ended(status if failure is None else None, failure, printed.text())


def _read_ready(selector: selectors.BaseSelector, timeout_s: float) -> bool:
    """Read what can be read; return whether there was anything."""
    if not selector.get_map():
        time.sleep(min(timeout_s, 0.01))
        return False
    read = False
    for key, _ in selector.select(timeout_s):
        try:
            data = os.read(key.fd, _CHUNK)
        except BlockingIOError:
            continue
        read = True
        if data:
            key.data(data)
        else:
            selector.unregister(key.fileobj)
    return read


class _Printed:
    """The beginning and the end of what a suite prints."""

    def __init__(self) -> None:
        self._size = 0
        self._head = bytearray()
        self._tail = bytearray()

    def add(self, data: bytes) -> None:
        self._size += len(data)
        room = _KEPT - len(self._head)
        self._head += data[:room]
        self._tail += data[max(room, 0) :]
        del self._tail[:-_KEPT]

    def breach(self) -> Failure | None:
        return _too_much(self._size, "printed")

    def text(self) -> str:
        left_out = self._size - len(self._head) - len(self._tail)
        gap = f"\n… {left_out:,} bytes are left out …\n".encode() if left_out > 0 else b""
        return (bytes(self._head) + gap + bytes(self._tail)).decode("utf-8", "replace")


class _Lines:
    """What a suite tells, line by line; what can't be understood is counted, for the suite may write there, too."""

    def __init__(self, take: Callable[[Told], None]) -> None:
        self._take = take
        self._rest = bytearray()
        self._size = 0
        self._count = 0

    def add(self, data: bytes) -> None:
        self._size += len(data)
        self._rest += data
        *lines, rest = self._rest.split(b"\n")
        self._rest = rest[-LONGEST_LINE:]
        for line in lines:
            self._count += 1
            if self._count > MOST_LINES or len(line) > LONGEST_LINE:
                continue
            try:
                self._take(read_line(bytes(line)))
            except ValueError as error:
                log.info("a suite told what can't be understood", why=type(error).__name__)

    def breach(self) -> Failure | None:
        return _too_much(self._size, "told")


def _too_much(size: int, did: str) -> Failure | None:
    if size <= MOST_OUTPUT:
        return None
    message = f"the suite {did} more than {MOST_OUTPUT // 1_000_000} MB and was ended"
    return Failure(Verdict.ERROR, Reason.LIMIT_OUTPUT, message)


def _below(pid: int) -> list[psutil.Process]:
    try:
        return psutil.Process(pid).children(recursive=True)
    except psutil.NoSuchProcess:
        return []


def _end_all_of(user: int) -> None:
    """Kill every process of a user that only the suite had, round by round until none is left."""
    limit = time.monotonic() + _BURIAL_S
    while time.monotonic() < limit:
        living = [
            process
            for process in psutil.process_iter(["uids", "status"])
            if process.info["uids"] and process.info["uids"].real == user and process.info["status"] != "zombie"
        ]
        if not living:
            return
        for process in living:
            with suppress(psutil.NoSuchProcess):
                process.kill()
    log.error("processes of a suite could not be ended", user=user)
