"""The lane of light checks: claimed in batches, observed together on one event loop, stored in batches."""

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import structlog

from outrider_engine.domain.checks import QUEUE_LIGHT
from outrider_engine.domain.runs import Claim
from outrider_engine.domain.verdicts import Verdict
from outrider_engine.errors import StorageError
from outrider_engine.ports.clock import Clock
from outrider_engine.services.claiming import Claims
from outrider_engine.services.execution import Executions
from outrider_engine.services.finishing import Finished, Finishing

from .finisher import Finisher
from .leases import LeaseKeeper
from .light_loop import LightLoop, NetworkFactory
from .wakeup import Wakeup

log = structlog.get_logger(__name__)

POLL_S = 1.0
"""How often the lane looks for work that no hint told of."""
AHEAD = 4
"""Claims that the lane holds at most, as a multiple of those in flight: what waits here is claimed and stored in
batches, which is most of what a light check costs."""
FROZEN_S = 10.0
"""How long the loop may give no sign of life before it is left behind."""
BLOCKING_THREADS = 16


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
        self._blocking = ThreadPoolExecutor(BLOCKING_THREADS, thread_name_prefix="light-blocking")
        self._finisher = Finisher(finishing, self._stored)
        self._held = 0
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._claimer = threading.Thread(target=self._serve, name="light-claims", daemon=True)
        self._loop = self._new_loop()

    def start(self) -> None:
        """Begin to claim."""
        self._finisher.start()
        self._loop.start()
        self._claimer.start()

    def stop(self, grace_s: float) -> None:
        """Claim no more, give back what has not begun, let the rest end within the grace, cancel what does not."""
        self._stopping.set()
        self.wakeup.set()
        self._claimer.join()
        waiting = self._loop.drain()
        self._let_go(waiting)
        self._give_back(waiting)
        until = self._clock.monotonic() + grace_s
        while self._held and self._clock.monotonic() < until:
            self.wakeup.wait(0.05)
        self._loop.close(5.0)
        self._finisher.stop()
        self._blocking.shutdown(wait=False, cancel_futures=True)

    def _new_loop(self) -> LightLoop:
        return LightLoop(
            executions=self._executions,
            network=self._network,
            clock=self._clock,
            concurrency=self._concurrency,
            blocking=self._blocking,
            ended=self._ended,
        )

    def _serve(self) -> None:
        while not self._stopping.is_set():
            self._replace_blocked_loop()
            room = AHEAD * self._concurrency - self._held
            if room >= self._concurrency and self._take(room) == room:
                continue
            self.wakeup.wait(POLL_S)

    def _take(self, limit: int) -> int:
        try:
            claims = list(self._claims.take(self.queue, limit))
        except StorageError as error:
            log.warning("nothing claimed, the database is away", error=str(error))
            return 0
        except Exception:
            log.exception("nothing claimed")
            return 0
        with self._lock:
            self._held += len(claims)
        for claim in claims:
            self._leases.hold(claim, partial(self._lost, claim))
        self._loop.add(claims)
        return len(claims)

    def _lost(self, claim: Claim) -> None:
        if self._loop.drop(claim):
            self._let_go([claim])

    def _ended(self, finished: Finished) -> None:
        """Have an outcome stored, unless it only says that the run was called off for its claim was lost."""
        if finished.outcome.verdict is not Verdict.CANCELLED or self._leases.holds(finished.claim):
            self._finisher.put(finished)
        else:
            self._stored([finished])

    def _stored(self, batch: Sequence[Finished]) -> None:
        self._let_go([finished.claim for finished in batch])
        self.wakeup.set()

    def _let_go(self, claims: Sequence[Claim]) -> None:
        for claim in claims:
            self._leases.drop(claim)
        with self._lock:
            self._held -= len(claims)

    def _give_back(self, claims: Sequence[Claim]) -> None:
        try:
            self._claims.give_back(claims)
        except StorageError as error:
            log.warning("runs not given back, their leases expire", error=str(error))

    def _replace_blocked_loop(self) -> None:
        """Leave a blocked loop behind: the run that blocks it is let expire, its neighbours are given back.

        When it can't be told which run it is, all of them expire: giving back the culprit would block the next loop.
        """
        if self._clock.monotonic() - self._loop.beat < self._frozen_s:
            return
        claims, culprit = self._loop.abandon()
        run = culprit.run_id if culprit else "unknown"
        log.error("event loop is blocked, replaced", run=run, claims=len(claims))
        self._let_go(claims)
        self._loop = self._new_loop()
        self._loop.start()
        self._give_back([claim for claim in claims if culprit is not None and claim is not culprit])
