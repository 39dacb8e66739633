"""Many runs at once: started by tag, followed until they are over, reported."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import quote

from .errors import BatchNotOver
from .objects import Shown
from .resources import walked
from .runs import ASK_FOR_S
from .transport import Query, Transport

BATCHES = "/api/agent/batches"
_PAGE = 100
_PAUSE_S = 0.5
"""Seconds between two questions about runs that end one after another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchRun(Shown):
    """A run of a batch, in short."""

    id: str
    check_id: str = ""
    family: str = ""
    name: str = ""
    location: str = ""
    blocking: bool = True
    status: str = ""
    cause: str | None = None
    reason: str | None = None
    error: str | None = None
    duration_ms: float | None = None

    @property
    def is_over(self) -> bool:
        """Whether it has ended; then it never changes."""
        return self.status not in ("queued", "running")


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch(Shown):
    """Runs that were asked for together; of a list, without them.

    ``exit_status`` is with which a pipeline should end, ``None`` while a run goes on.
    """

    id: str
    title: str | None = None
    status: str = ""
    cause: str | None = None
    exit_status: int | None = None
    counts: Mapping[str, int] = field(default_factory=dict)
    commit: str | None = None
    branch: str | None = None
    created_at: datetime | None = field(default=None, metadata={"read": datetime.fromisoformat})
    runs: tuple[BatchRun, ...] = field(default=(), metadata={"read": BatchRun.all_of})
    skipped: tuple[Mapping[str, str], ...] = field(default=(), metadata={"read": tuple})
    warnings: tuple[str, ...] = field(default=(), metadata={"read": tuple})

    @property
    def is_over(self) -> bool:
        """Whether all of its runs have ended."""
        return self.exit_status is not None

    @property
    def going(self) -> int:
        """How many runs have not ended."""
        return sum(self.counts.get(status, 0) for status in ("queued", "running"))


class Batches:
    """Batches of all checks.

    Every call raises:
        Refused: the server did not do it.
        Unreachable: there is no answer of an Outrider.
    """

    def __init__(
        self,
        transport: Transport,
        sleep: Callable[[float], None] = time.sleep,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._transport = transport
        self._sleep = sleep
        self._monotonic = monotonic

    def start(self, **fields: Any) -> Batch:
        """Run the checks of ``tags``, ``check_ids`` or ``names`` now, with further fields as the API documents them."""
        return Batch.of(self._transport.send("POST", BATCHES, fields, repeatable=True)["data"])

    def list(self, *, page_size: int = _PAGE, **filters: str | Sequence[str] | None) -> Iterator[Batch]:
        """Walk through the batches, newest first; ``branch`` and ``commit`` choose some."""
        return walked(self._transport, BATCHES, Batch, filters, page_size)

    def get(self, id: str) -> Batch:
        """Return a batch with its runs."""
        return Batch.of(self._transport.send("GET", _path(id))["data"])

    def cancel(self, id: str) -> Batch:
        """Call off the runs that have not ended."""
        return Batch.of(self._transport.send("POST", _path(id, "/cancel"), {})["data"])

    def wait(self, id: str, *, timeout_s: float = 300) -> Batch:
        """Return a batch when all of its runs have ended.

        Raises:
            BatchNotOver: some have not, in that time.
        """
        *_, last = self._polled(id, timeout_s, seen=None)
        return last

    def follow(self, id: str, *, timeout_s: float = 300) -> Iterator[Batch]:
        """Walk through what a batch is, each time that further runs have ended; the last one is over.

        Raises:
            BatchNotOver: some have not, in that time.
        """
        return self._polled(id, timeout_s, seen=0)

    def junit(self, id: str) -> str:
        """Return what came of a batch as JUnit's XML."""
        return self._transport.text(_path(id, "/junit"))

    def summary(self, id: str) -> str:
        """Return what came of a batch in Markdown."""
        return self._transport.text(_path(id, "/summary"))

    def _polled(self, id: str, timeout_s: float, *, seen: int | None) -> Iterator[Batch]:
        end = self._monotonic() + timeout_s
        left = timeout_s
        while True:
            query: Query = {"wait": max(0, min(ASK_FOR_S, round(left, 3))), "seen": seen}
            batch = Batch.of(self._transport.send("GET", _path(id), query=query)["data"])
            left = end - self._monotonic()
            yield batch
            if batch.is_over:
                return
            if left <= 0:
                raise BatchNotOver(batch, timeout_s)
            if seen is not None:
                seen = len(batch.runs) - batch.going
                self._sleep(min(_PAUSE_S, left))


def _path(id: str, further: str = "") -> str:
    return f"{BATCHES}/{quote(id, safe='')}{further}"
