"""The lane of light checks: claimed in batches, observed together on one event loop, stored in batches."""

import asyncio
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field

import structlog

from outrider_engine.domain.checks import QUEUE_LIGHT
from outrider_engine.domain.runs import Claim, Outcome
from outrider_engine.domain.verdicts import Reason, Verdict
from outrider_engine.errors import StorageError
from outrider_engine.ports.clock import Clock
from outrider_engine.ports.http import HttpClient, Resolver
from outrider_engine.services.claiming import Claims
from outrider_engine.services.execution import Executions
from outrider_engine.services.finishing import Finished, Finishing

from .finisher import Finisher
from .leases import LeaseKeeper
from .loop_thread import LoopThread
from .wakeup import Wakeup

log = structlog.get_logger(__name__)

POLL_S = 1.0
"""How often the lane looks for work that no hint told of."""
REFILL_S = 0.02
"""How long a lane that is more than half full waits before it claims again, so that claims come in batches."""
FROZEN_S = 10.0
"""How long the loop may give no sign of life before it is left behind."""
BEAT_S = 0.5
BLOCKING_THREADS = 16

Network = tuple[HttpClient, Resolver]
NetworkFactory = Callable[[], AbstractAsyncContextManager[Network]]


@dataclass(slots=True)
class _Loop:
    """One generation of the event loop, with the runs that are in flight on it."""

    thread: LoopThread
    in_flight: dict[str, tuple[Claim, asyncio.Task[None] | None]] = field(default_factory=dict)
    beat: float = 0.0
    stop: asyncio.Event | None = None
    network: Network | None = None


class LightLane:
    """Claims, observes and stores light checks."""

    queue = QUEUE_LIGHT

    def __init__(
        self,
        *,
        claims: Claims,
        executions: Executions,
        finishing: Finishing,
        leases: LeaseKeeper,
        network: NetworkFactory,
        clock: Clock,
        concurrency: int,
        frozen_s: float = FROZEN_S,
    ) -> None:
        self.wakeup = Wakeup()
        self._claims = claims
        self._executions = executions
        self._leases = leases
        self._network = network
        self._clock = clock
        self._concurrency = concurrency
        self._frozen_s = frozen_s
        self._threads = ThreadPoolExecutor(BLOCKING_THREADS, thread_name_prefix="light-blocking")
        self._finisher = Finisher(finishing, self._stored)
        self._unsettled = 0
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._claimer = threading.Thread(target=self._serve, name="light-claims", daemon=True)
        self._loop = self._new_loop()

    def start(self) -> None:
        """Begin to claim."""
        self._finisher.start()
        self._loop.thread.start()
        self._claimer.start()

    def stop(self, grace_s: float) -> None:
        """Claim no more, let what is in flight end within the grace, cancel and store the rest."""
        self._stopping.set()
        self.wakeup.set()
        self._claimer.join()
        until = self._clock.monotonic() + grace_s
        while self._unsettled and self._clock.monotonic() < until:
            self.wakeup.wait(0.05)
        loop = self._loop
        loop.thread.call(self._cancel_all, loop)
        loop.thread.call(lambda: loop.stop.set() if loop.stop else None)
        loop.thread.join(5.0)
        self._finisher.stop()
        self._threads.shutdown(wait=False, cancel_futures=True)

    # -- claiming, on a thread of its own -------------------------------------------------------------------------

    def _serve(self) -> None:
        while not self._stopping.is_set():
            self._replace_frozen_loop()
            free = self._concurrency - self._unsettled
            taken = self._take(free) if free > 0 else 0
            if taken and taken == free:
                self._stopping.wait(REFILL_S)
            else:
                self.wakeup.wait(POLL_S)
                if self._unsettled > self._concurrency // 2:
                    self._stopping.wait(REFILL_S)

    def _take(self, limit: int) -> int:
        try:
            claims = self._claims.take(self.queue, limit)
        except StorageError as error:
            log.warning("nothing claimed, the database is away", error=str(error))
            return 0
        with self._lock:
            self._unsettled += len(claims)
        loop = self._loop
        for claim in claims:
            loop.in_flight[claim.run_id] = (claim, None)
            self._leases.hold(claim, lambda claim=claim: self._lost(claim))  # type: ignore[misc]  # binds the claim
            loop.thread.call(self._begin, loop, claim)
        return len(claims)

    def _stored(self, batch: Sequence[Finished]) -> None:
        for finished in batch:
            self._leases.drop(finished.claim)
        with self._lock:
            self._unsettled -= len(batch)
        self.wakeup.set()

    def _lost(self, claim: Claim) -> None:
        """Stop a run whose claim is gone; its outcome, if one still comes, changes nothing."""
        loop = self._loop
        loop.thread.call(self._cancel, loop, claim.run_id)

    # -- on the loop ----------------------------------------------------------------------------------------------

    def _new_loop(self) -> _Loop:
        loop = _Loop(LoopThread("light-loop", lambda ready: self._main(loop, ready)), beat=self._clock.monotonic())
        return loop

    async def _main(self, loop: _Loop, ready: Callable[[], None]) -> None:
        loop.stop = asyncio.Event()
        async with self._network() as loop.network:
            beating = asyncio.create_task(self._beat(loop))
            ready()
            await loop.stop.wait()
            await asyncio.gather(*(task for _, task in loop.in_flight.values() if task), return_exceptions=True)
            beating.cancel()

    async def _beat(self, loop: _Loop) -> None:
        while True:
            loop.beat = self._clock.monotonic()
            await asyncio.sleep(BEAT_S)

    def _begin(self, loop: _Loop, claim: Claim) -> None:
        if claim.run_id in loop.in_flight:
            task = loop.thread.loop.create_task(self._observe(loop, claim), name=claim.run_id)
            loop.in_flight[claim.run_id] = (claim, task)

    async def _observe(self, loop: _Loop, claim: Claim) -> None:
        started_at, began = self._clock.now(), self._clock.monotonic()

        def ended(verdict: Verdict, reason: Reason, error: str) -> Outcome:
            duration_ms = (self._clock.monotonic() - began) * 1000
            return Outcome(
                verdict=verdict,
                reason=reason,
                error=error,
                started_at=started_at,
                completed_at=self._clock.now(),
                duration_ms=duration_ms,
            )

        try:
            outcome = await self._outcome(loop, claim)
        except asyncio.CancelledError:
            outcome = ended(Verdict.CANCELLED, Reason.SHUTDOWN, "the worker was stopped")
        except Exception:
            log.exception("run failed inside the engine", run=claim.run_id)
            outcome = ended(Verdict.ERROR, Reason.INTERNAL, "the engine failed; its log tells more")
        if loop.in_flight.pop(claim.run_id, None) is not None:
            self._finisher.put(Finished(claim, outcome))

    async def _outcome(self, loop: _Loop, claim: Claim) -> Outcome:
        prepared = self._executions.prepare(claim)
        if isinstance(prepared, Outcome):
            return prepared
        assert loop.network is not None
        http, resolver = loop.network
        return await self._executions.observe_light(prepared, http=http, resolver=resolver, threads=self._threads)

    def _cancel(self, loop: _Loop, run_id: str) -> None:
        _, task = loop.in_flight.get(run_id, (None, None))
        if task is not None:
            task.cancel()

    def _cancel_all(self, loop: _Loop) -> None:
        for run_id in list(loop.in_flight):
            self._cancel(loop, run_id)

    # -- the watchdog ---------------------------------------------------------------------------------------------

    def _replace_frozen_loop(self) -> None:
        """Leave a blocked loop behind: the run that blocks it is let expire, its neighbours are given back.

        When it can't be told which run it is, all of them expire: giving back the culprit would block the next loop.
        """
        frozen = self._loop
        if self._clock.monotonic() - frozen.beat < self._frozen_s:
            return
        current = asyncio.current_task(frozen.thread.loop)
        culprit = current.get_name() if current is not None else ""
        claims = [claim for claim, _ in list(frozen.in_flight.values())]
        known = culprit in frozen.in_flight
        frozen.in_flight.clear()
        log.error("event loop is blocked, replaced", run=culprit if known else "unknown", in_flight=len(claims))
        for claim in claims:
            self._leases.drop(claim)
        with self._lock:
            self._unsettled -= len(claims)
        self._loop = self._new_loop()
        self._loop.thread.start()
        try:
            self._claims.give_back([claim for claim in claims if known and claim.run_id != culprit])
        except StorageError as error:
            log.warning("runs not given back, their leases expire", error=str(error))
