"""Waiting for runs to end without holding threads: one poller asks the database for all who wait."""

import asyncio
from collections.abc import Callable, Collection, Hashable
from contextvars import Context
from typing import Generic, TypeVar

import structlog

from outrider_engine.errors import StorageError

log = structlog.get_logger(__name__)

KeyT = TypeVar("KeyT", bound=Hashable)
"""What is waited for: organization id and run id, or what a batch comes to."""

POLL_S = 0.2


class RunWatch(Generic[KeyT]):
    """Lets requests on one event loop wait for runs; the database is asked only while somebody waits."""

    def __init__(self, ended: Callable[[Collection[KeyT]], set[KeyT]], *, poll_s: float = POLL_S) -> None:
        """Ask ``ended`` (which may block) what of all that is waited for has come."""
        self._ended = ended
        self._poll_s = poll_s
        self._waiters: dict[KeyT, set[asyncio.Event]] = {}
        self._poller: asyncio.Task[None] | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._is_stopped = False

    async def wait(self, key: KeyT, timeout_s: float) -> bool:
        """Wait until it has come; ``False`` when that took longer than ``timeout_s``, or the server stops."""
        if self._is_stopped:
            return False
        self._loop = asyncio.get_running_loop()
        over = asyncio.Event()
        self._waiters.setdefault(key, set()).add(over)
        if self._poller is None or self._poller.done():
            # on behalf of nobody: it serves whoever comes, not the one request that was first
            self._poller = asyncio.create_task(self._poll(), context=Context())
        try:
            await asyncio.wait_for(over.wait(), timeout_s)
        except TimeoutError:
            return False
        finally:
            self._forget(key, over)
        return not self._is_stopped

    def stop(self) -> None:
        """Let nobody wait any longer; from any thread."""
        self._is_stopped = True
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._release)

    def _release(self) -> None:
        for waiters in self._waiters.values():
            for over in waiters:
                over.set()

    def _forget(self, key: KeyT, over: asyncio.Event) -> None:
        waiters = self._waiters.get(key, set())
        waiters.discard(over)
        if not waiters:
            self._waiters.pop(key, None)

    async def _poll(self) -> None:
        while self._waiters:
            try:
                ended = await asyncio.to_thread(self._ended, list(self._waiters))
            except StorageError as error:
                log.warning("runs can't be watched", error=str(error))
                ended = set()
            for key in ended:
                for over in self._waiters.get(key, ()):
                    over.set()
            await asyncio.sleep(self._poll_s)
