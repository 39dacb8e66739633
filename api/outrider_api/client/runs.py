"""What came of checks: walked by cursor, newest first, and waited for."""

import time
from collections.abc import Callable, Iterator, Sequence
from urllib.parse import quote

from .errors import RunNotOver
from .objects import Run
from .resources import walked
from .transport import Query, Transport

RUNS = "/api/v1/runs"
_POLLED = "/api/agent/runs"
_PAGE = 100
ASK_FOR_S = 20
"""Seconds of one question; shorter than the client's patience with a server that does not answer."""


class History:
    """A list that only grows, newest first."""

    def __init__(self, transport: Transport, path: str) -> None:
        self._transport = transport
        self._path = path

    def walk(self, filters: Query, page_size: int = _PAGE) -> Iterator[Run]:
        """Walk from the newest to the oldest; parts are asked for as they are needed."""
        return walked(self._transport, self._path, Run, filters, page_size)


class Runs:
    """Runs of all checks."""

    def __init__(self, transport: Transport, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._transport = transport
        self._history = History(transport, RUNS)
        self._monotonic = monotonic

    def list(self, *, page_size: int = _PAGE, **filters: str | Sequence[str] | None) -> Iterator[Run]:
        """Walk through the runs, newest first; ``check_id``, ``family``, ``status``, ``location``, … choose some."""
        return self._history.walk(filters, page_size)

    def get(self, id: str) -> Run:
        """Return a run with its steps (so far) and files."""
        return Run.of(self._transport.send("GET", f"{RUNS}/{quote(id, safe='')}")["data"])

    def cancel(self, id: str) -> Run:
        """Call off a run; returns what it is then, which is what it was when it had ended."""
        return Run.of(self._transport.send("POST", f"{_POLLED}/{quote(id, safe='')}/cancel", {})["data"])

    def wait(self, id: str, *, timeout_s: float = 300) -> Run:
        """Return a run when it has ended.

        Raises:
            RunNotOver: it has not, in that time.
        """
        end = self._monotonic() + timeout_s
        left = timeout_s
        while True:
            wait: Query = {"wait": max(0, min(ASK_FOR_S, round(left, 3)))}
            run = Run.of(self._transport.send("GET", f"{_POLLED}/{quote(id, safe='')}", query=wait)["data"])
            left = end - self._monotonic()
            if run.is_over:
                return run
            if left <= 0:
                raise RunNotOver(run, timeout_s)
