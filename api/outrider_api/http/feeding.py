"""Handing out what has just happened to those who watch: one poller asks the database for all of them."""

import asyncio
from collections import Counter, deque
from collections.abc import Sequence
from contextvars import Context

import structlog

from outrider_engine.domain.events import EventBatch, Position
from outrider_engine.errors import LimitReached, StorageError
from outrider_engine.services.events import EventLog

log = structlog.get_logger(__name__)

POLL_S = 0.25
PAGE = 200
"""Batches that are read at a time."""
KEPT_IN_MIND = 1000
"""Batches that are remembered for those who watch; whoever falls behind reads the database again."""
MOST_STREAMS = 20
"""Streams of one organization at a time, in one process."""


class EventFeed:
    """Lets requests on one event loop wait for events; the database is asked only while somebody watches.

    Nothing is queued for anybody: each watcher has a position, and reads on from it in what is remembered, or in the
    database when that does not reach back far enough. A slow one costs no memory.
    """

    def __init__(self, events: EventLog, *, poll_s: float = POLL_S) -> None:
        """Read ``events``, which may block."""
        self._events = events
        self._poll_s = poll_s
        self._watching: Counter[str] = Counter()
        self._recent: deque[EventBatch] = deque()
        self._floor = self._head = Position(0, 0)
        self._poller: asyncio.Task[None] | None = None
        self._news = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self.is_stopped = False

    def enter(self, organization_id: str) -> None:
        """Count somebody who watches an organization, until ``leave``.

        Raises:
            LimitReached: too many do.
        """
        if self._watching[organization_id] >= MOST_STREAMS:
            problem = f"there are {MOST_STREAMS} event streams of this organization already; close one"
            raise LimitReached(problem, code="too_many_streams", retry_after_s=10)
        self._watching[organization_id] += 1

    def leave(self, organization_id: str) -> None:
        """Count somebody out who watched an organization."""
        self._watching[organization_id] -= 1
        self._watching += Counter()  # forget those whom nobody watches

    async def after(self, organization_id: str, position: Position, within_s: float) -> Sequence[EventBatch]:
        """Return the next batches of an organization after a position; none when none came in time."""
        deadline = asyncio.get_running_loop().time() + within_s
        while not self.is_stopped:
            await self._begin()
            news = self._news
            found = await self._found(organization_id, position)
            if found:
                return found
            try:
                async with asyncio.timeout_at(deadline):
                    await news.wait()
            except TimeoutError:
                break
        return ()

    def stop(self) -> None:
        """End all streams; from any thread."""
        self.is_stopped = True
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._tell)

    async def _found(self, organization_id: str, position: Position) -> Sequence[EventBatch]:
        if position >= self._floor:
            later: list[EventBatch] = []
            for batch in reversed(self._recent):
                if batch.position <= position:
                    break
                later.append(batch)
            return [batch for batch in reversed(later) if batch.organization_id == organization_id]
        return await asyncio.to_thread(self._events.after, position, PAGE, organization_id=organization_id)

    async def _begin(self) -> None:
        if self._poller is None or self._poller.done():
            self._loop = asyncio.get_running_loop()
            # on behalf of nobody: it serves whoever comes, not the one request that was first
            self._poller = asyncio.create_task(self._poll(), context=Context())

    async def _poll(self) -> None:
        self._recent.clear()
        self._floor = Position(2**62, 0)  # nothing is remembered yet
        is_new = True
        while self._watching and not self.is_stopped:
            try:
                if is_new:
                    self._floor = self._head = await asyncio.to_thread(self._events.newest)
                    is_new = False
                    self._tell()
                found = await asyncio.to_thread(self._events.after, self._head, PAGE)
            except StorageError as error:
                log.warning("events can't be read", error=str(error))
                found = ()
            if found:
                self._remember(found)
            if len(found) < PAGE:
                await asyncio.sleep(self._poll_s)

    def _remember(self, batches: Sequence[EventBatch]) -> None:
        self._recent.extend(batches)
        self._head = batches[-1].position
        while len(self._recent) > KEPT_IN_MIND:
            self._floor = self._recent.popleft().position
        self._tell()

    def _tell(self) -> None:
        news, self._news = self._news, asyncio.Event()
        news.set()
