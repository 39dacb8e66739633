"""The lane of notifications: claims what is due in the outbox and delivers it on one event loop."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

import structlog

from outrider_engine.domain.checks import QUEUE_NOTIFY
from outrider_engine.errors import StorageError
from outrider_engine.ports.http import HttpClient, Resolver
from outrider_engine.services.notifying import LEASE, Delivery, Notifying

from .loop_thread import LoopThread

log = structlog.get_logger(__name__)

POLL_S = 1.0
BATCH = 20


class NotifyLane:
    """Delivers notifications until it is stopped."""

    queue = QUEUE_NOTIFY

    def __init__(
        self,
        *,
        notifying: Notifying,
        network: Callable[[], AbstractAsyncContextManager[tuple[HttpClient, Resolver]]],
    ) -> None:
        self.wakeup = _LoopWakeup(self._wake)
        self._notifying = notifying
        self._network = network
        self._thread = LoopThread("notify-loop", self._main)
        self._woken: asyncio.Event | None = None
        self._stopping = False

    def start(self) -> None:
        """Begin to deliver."""
        self._thread.start()

    def stop(self, grace_s: float) -> None:
        """Claim no more and let the deliveries under way end."""
        self._stopping = True
        self._wake()
        if not self._thread.join(grace_s):
            log.warning("deliveries under way were left, their leases expire")

    def _wake(self) -> None:
        self._thread.call(lambda: self._woken.set() if self._woken else None)

    async def _main(self, ready: Callable[[], None]) -> None:
        self._woken = asyncio.Event()
        async with self._network() as (http, _):
            ready()
            while not self._stopping:
                if await self._round(http) == BATCH:
                    continue
                try:
                    await asyncio.wait_for(self._woken.wait(), POLL_S)
                except TimeoutError:
                    continue
                finally:
                    self._woken.clear()

    async def _round(self, http: HttpClient) -> int:
        try:
            deliveries = await asyncio.to_thread(self._notifying.claim, BATCH)
        except StorageError as error:
            log.warning("no notification claimed, the database is away", error=str(error))
            return 0
        await asyncio.gather(*(self._deliver(each, http) for each in deliveries))
        return len(deliveries)

    async def _deliver(self, delivery: Delivery, http: HttpClient) -> None:
        """Send one message and record that, when the database is away as soon as it is back: else it is told twice."""
        refusal = await self._notifying.deliver(delivery, http)
        until = asyncio.get_running_loop().time() + LEASE.total_seconds()
        pause = 0.1
        while True:
            try:
                await asyncio.to_thread(self._notifying.settle, delivery, refusal)
            except StorageError as error:
                if asyncio.get_running_loop().time() >= until:
                    log.error("delivery not recorded, it is repeated", id=delivery.notification.id, error=str(error))
                    return
                await asyncio.sleep(pause)
                pause = min(pause * 2, 2.0)
            else:
                return


class _LoopWakeup:
    """What a ``Wakeup`` is to a thread, for a loop."""

    def __init__(self, wake: Callable[[], None]) -> None:
        self._wake = wake

    def set(self) -> None:
        """Wake the loop."""
        self._wake()
