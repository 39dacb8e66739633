"""One event loop of the light lane: the runs that wait for it, and those that are in flight on it."""

import asyncio
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager

import structlog

from outrider_engine.domain.runs import Claim, Outcome
from outrider_engine.domain.verdicts import Reason, Verdict
from outrider_engine.ports.clock import Clock
from outrider_engine.ports.http import HttpClient, Resolver
from outrider_engine.services.execution import Executions
from outrider_engine.services.finishing import Finished

from .loop_thread import LoopThread

log = structlog.get_logger(__name__)

BEAT_S = 0.5

NetworkFactory = Callable[[], AbstractAsyncContextManager[tuple[HttpClient, Resolver]]]


class LightLoop:
    """Observes up to ``concurrency`` runs at a time; hands each outcome to ``ended``.

    ``add``, ``drop`` and ``drain`` may be called from any thread.
    """

    def __init__(
        self,
        *,
        executions: Executions,
        network: NetworkFactory,
        clock: Clock,
        concurrency: int,
        blocking: ThreadPoolExecutor,
        ended: Callable[[Finished], None],
    ) -> None:
        self.beat = clock.monotonic()
        self._executions = executions
        self._network = network
        self._clock = clock
        self._concurrency = concurrency
        self._blocking = blocking
        self._ended = ended
        self._waiting: deque[Claim] = deque()
        self._in_flight: dict[str, tuple[Claim, asyncio.Task[None]]] = {}
        self._thread = LoopThread("light-loop", self._main)
        self._parts: tuple[HttpClient, Resolver] | None = None
        self._closing: asyncio.Event | None = None

    def start(self) -> None:
        """Start the loop's thread."""
        self._thread.start()

    def add(self, claims: list[Claim]) -> None:
        """Observe claims, as soon as there is room."""
        self._waiting.extend(claims)
        self._thread.call(self._fill)

    def drop(self, claim: Claim) -> bool:
        """Stop a claim that was lost: ``True`` when it had not begun; one in flight ends as ``cancelled``."""
        try:
            self._waiting.remove(claim)
        except ValueError:
            self._thread.call(self._cancel, claim.run_id)
            return False
        return True

    def drain(self) -> list[Claim]:
        """Take back the claims that have not begun."""
        taken = []
        while self._waiting:
            try:
                taken.append(self._waiting.popleft())
            except IndexError:
                break
        return taken

    def close(self, timeout_s: float) -> bool:
        """Stop what is in flight and end the loop; ``False`` when it is blocked and was left behind."""
        self._thread.call(self._close)
        return self._thread.join(timeout_s)

    def abandon(self) -> tuple[list[Claim], Claim | None]:
        """Give up a loop that is blocked; returns all of its claims, and the one that blocks it if that can be told."""
        current = asyncio.current_task(self._thread.loop)
        culprit, _ = self._in_flight.get(current.get_name() if current else "", (None, None))
        claims = [*self.drain(), *(claim for claim, _ in list(self._in_flight.values()))]
        self._in_flight.clear()
        return claims, culprit

    async def _main(self, ready: Callable[[], None]) -> None:
        self._closing = asyncio.Event()
        async with self._network() as self._parts:
            beating = asyncio.create_task(self._keep_beating())
            ready()
            await self._closing.wait()
            tasks = [task for _, task in self._in_flight.values()]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            beating.cancel()

    async def _keep_beating(self) -> None:
        while True:
            self.beat = self._clock.monotonic()
            await asyncio.sleep(BEAT_S)

    def _close(self) -> None:
        if self._closing is not None:
            self._closing.set()

    def _cancel(self, run_id: str) -> None:
        if run_id in self._in_flight:
            log.warning("claim lost, run called off", run=run_id)
            self._in_flight[run_id][1].cancel()

    def _fill(self) -> None:
        while self._waiting and len(self._in_flight) < self._concurrency:
            claim = self._waiting.popleft()
            task = self._thread.loop.create_task(self._observe(claim), name=claim.run_id)
            self._in_flight[claim.run_id] = (claim, task)

    async def _observe(self, claim: Claim) -> None:
        started_at, began = self._clock.now(), self._clock.monotonic()

        def ended(verdict: Verdict, reason: Reason, error: str) -> Outcome:
            return Outcome(
                verdict=verdict,
                reason=reason,
                error=error,
                started_at=started_at,
                completed_at=self._clock.now(),
                duration_ms=(self._clock.monotonic() - began) * 1000,
            )

        try:
            outcome = await self._outcome(claim)
        except asyncio.CancelledError:
            outcome = ended(Verdict.CANCELLED, Reason.SHUTDOWN, "the worker was stopped")
        except Exception:
            log.exception("run failed inside the engine", run=claim.run_id)
            outcome = ended(Verdict.ERROR, Reason.INTERNAL, "the engine failed; its log tells more")
        if self._in_flight.pop(claim.run_id, None) is not None:
            self._ended(Finished(claim, outcome))
            self._fill()

    async def _outcome(self, claim: Claim) -> Outcome:
        prepared = self._executions.prepare(claim)
        if isinstance(prepared, Outcome):
            return prepared
        assert self._parts is not None
        http, resolver = self._parts
        return await self._executions.observe_light(prepared, http=http, resolver=resolver, threads=self._blocking)
