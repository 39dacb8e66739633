"""Several worker processes under one: each is restarted alone, with back-off, and all are stopped together.

Not Dramatiq's own command line: that one ends every worker when one of them dies.
"""

import signal
import subprocess
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import structlog

log = structlog.get_logger(__name__)

FIRST_PAUSE_S = 0.5
LONGEST_PAUSE_S = 30.0
STABLE_AFTER_S = 60.0
STOP_WITHIN_S = 40.0


@dataclass(slots=True)
class _Child:
    number: int
    process: subprocess.Popen[bytes]
    started: float = field(default_factory=time.monotonic)
    failures: int = 0
    restart_at: float | None = None


class Supervisor:
    """Keeps ``count`` processes of the same command running until it is told to stop."""

    def __init__(self, command: Sequence[str], count: int) -> None:
        self._command = list(command)
        self._count = count
        self._stopping = threading.Event()

    def stop(self) -> None:
        """Ask for the end; ``run`` returns when all processes are gone. Safe to call from a signal handler."""
        self._stopping.set()

    def run(self) -> int:
        """Run until stopped; returns 0, or 1 when a process had to be killed."""
        children = [_Child(number, self._spawn()) for number in range(self._count)]
        while not self._stopping.wait(0.2):
            for child in children:
                self._watch(child)
        return self._end(children)

    def _spawn(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(self._command)  # noqa: S603 - our own command line

    def _watch(self, child: _Child) -> None:
        now = time.monotonic()
        if child.restart_at is not None:
            if now >= child.restart_at:
                child.process, child.started, child.restart_at = self._spawn(), now, None
            return
        status = child.process.poll()
        if status is None:
            return
        child.failures = 1 if now - child.started > STABLE_AFTER_S else child.failures + 1
        pause = min(FIRST_PAUSE_S * 2 ** (child.failures - 1), LONGEST_PAUSE_S)
        log.error("worker process ended, restarted", number=child.number, status=status, pause_s=pause)
        child.restart_at = now + pause

    def _end(self, children: Sequence[_Child]) -> int:
        for child in children:
            if child.process.poll() is None:
                child.process.send_signal(signal.SIGTERM)
        until = time.monotonic() + STOP_WITHIN_S
        killed = False
        for child in children:
            try:
                child.process.wait(max(0.1, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                log.error("worker process did not stop, killed", number=child.number)
                child.process.kill()
                child.process.wait()
                killed = True
        return int(killed)
