"""The lane of runner processes: one run at a time in each slot, and no more at a time than there may be.

While runs wait, one more slot than that is kept ready, so that the next run begins as soon as another is done with its
target: files, the end of its browser, storing and sweeping take a while longer. Such slots also start their next
browser ahead.
"""

import queue
import threading
from functools import partial

import structlog

from outrider_engine.domain.checks import QUEUE_BROWSER
from outrider_engine.domain.runs import Claim, Outcome
from outrider_engine.domain.verdicts import Verdict
from outrider_engine.errors import SlotError, StorageError
from outrider_engine.ports.clock import Clock
from outrider_engine.ports.slots import Slot, SlotFactory
from outrider_engine.services.claiming import Claims
from outrider_engine.services.execution import Execution, Executions
from outrider_engine.services.finishing import Finished, Finishing

from .leases import LeaseKeeper
from .step_stream import StepStream
from .wakeup import Wakeup

log = structlog.get_logger(__name__)

POLL_S = 1.0
WARM_S = 60.0
_WAITED_S = 0.5
"""A run that is claimed so soon after another made room has waited for that."""
_BUSY_S = 5.0
"""For how long after a run had waited the next one is expected to wait as well."""


class SlotLane:
    """Claims runs for free slots, executes them there and stores what came of them.

    Args:
        count: runs that are walked at a time.
        spare: slots beyond that, whose processes are started once runs have to wait.
    """

    queue = QUEUE_BROWSER

    def __init__(
        self,
        *,
        claims: Claims,
        executions: Executions,
        finishing: Finishing,
        leases: LeaseKeeper,
        slots: SlotFactory,
        clock: Clock,
        count: int,
        spare: int = 0,
    ) -> None:
        self.wakeup = Wakeup()
        self._claims = claims
        self._executions = executions
        self._finishing = finishing
        self._leases = leases
        self._clock = clock
        self._slots = [slots.create() for _ in range(count + spare)]
        self._steps = StepStream(claims)
        self._free = 0
        self._room = count
        self._room_since = float("-inf")
        self._busy_until = float("-inf")
        self._needs_spare = threading.Event()
        self._walking: dict[Slot, Claim] = {}
        self._lock = threading.Lock()
        self._inbox: queue.Queue[Claim | None] = queue.Queue()
        self._stopping = threading.Event()
        self._claimer = threading.Thread(target=self._serve, name="slot-claims", daemon=True)
        self._workers = [
            threading.Thread(target=self._work, args=(slot, number >= count), name=f"slot-{number}", daemon=True)
            for number, slot in enumerate(self._slots)
        ]

    def start(self) -> None:
        """Begin to claim."""
        self._steps.start()
        for worker in self._workers:
            worker.start()
        self._claimer.start()

    def stop(self, grace_s: float) -> None:
        """Claim no more, give back what was not begun, let the rest end within the grace, then end it."""
        self._stopping.set()
        self._needs_spare.set()
        self.wakeup.set()
        self._claimer.join()
        self._give_back_waiting()
        for _ in self._workers:
            self._inbox.put(None)
        until = self._clock.monotonic() + grace_s
        for worker in self._workers:
            worker.join(max(0.0, until - self._clock.monotonic()))
        for worker, slot in zip(self._workers, self._slots, strict=True):
            if worker.is_alive():
                slot.kill()
        for worker in self._workers:
            worker.join(10.0)
        for slot in self._slots:
            slot.close()
        self._steps.stop()

    def _serve(self) -> None:
        while not self._stopping.is_set():
            if (limit := min(self._free, self._room)) > 0 and self._take(limit):
                continue
            self.wakeup.wait(POLL_S)

    def _take(self, limit: int) -> int:
        try:
            claims = self._claims.take(self.queue, limit)
        except StorageError as error:
            log.warning("nothing claimed, the database is away", error=str(error))
            return 0
        except Exception:
            log.exception("nothing claimed")
            return 0
        with self._lock:
            self._free -= len(claims)
            self._room -= len(claims)
            now = self._clock.monotonic()
            if claims and now - self._room_since < _WAITED_S:
                self._busy_until = now + _BUSY_S
                self._needs_spare.set()
        for claim in claims:
            self._inbox.put(claim)
        return len(claims)

    def _give_back_waiting(self) -> None:
        waiting = []
        while not self._inbox.empty():
            claim = self._inbox.get_nowait()
            if claim is not None:
                waiting.append(claim)
        try:
            self._claims.give_back(waiting)
        except StorageError as error:
            log.warning("runs not given back, their leases expire", error=str(error))

    def _work(self, slot: Slot, is_spare: bool) -> None:
        if is_spare:
            self._needs_spare.wait()
        has_run = False
        while True:
            self._offer(slot, has_run=has_run)
            has_run = True
            claim = self._inbox.get()
            if claim is None:
                return
            try:
                self._run(claim, slot)
            except Exception:
                log.exception("run not stored, its lease expires", run=claim.run_id)
            self._leases.drop(claim)

    def _offer(self, slot: Slot, *, has_run: bool) -> None:
        """Count a slot as free once its process is warm, so that no run has to wait for that."""
        try:
            if not self._stopping.is_set():
                slot.warm(WARM_S)
            if self._clock.monotonic() < self._busy_until and not self._stopping.is_set():
                slot.stand_by(WARM_S)
        except SlotError as error:
            if not self._stopping.is_set():
                log.error("runner does not start, its runs will fail", error=str(error))
        with self._lock:
            if has_run and not self._free:
                self._room_since = self._clock.monotonic()
            self._free += 1
        self.wakeup.set()

    def _run(self, claim: Claim, slot: Slot) -> None:
        made_room = threading.Event()
        try:
            self._leases.hold(claim, partial(self._lost, claim, slot))
            prepared = self._executions.prepare(claim)
            outcome = prepared if isinstance(prepared, Outcome) else self._walked(prepared, slot, made_room)
        finally:
            self._make_room(made_room)
        if outcome.verdict is not Verdict.CANCELLED or self._leases.holds(claim):
            self._finishing.finish([Finished(claim, outcome)])
        # else it was called off because its claim was lost, and its outcome belongs to whoever runs it again
        slot.sweep()

    def _make_room(self, made: threading.Event) -> None:
        """Let another run be claimed, once for each run."""
        with self._lock:
            if made.is_set():
                return
            made.set()
            if not self._room:
                self._room_since = self._clock.monotonic()
            self._room += 1
        self.wakeup.set()

    def _walked(self, execution: Execution, slot: Slot, made_room: threading.Event) -> Outcome:
        self._walking[slot] = execution.claim
        on_step = partial(self._steps.put, execution.claim)
        try:
            return self._executions.observe_in_slot(execution, slot, on_step, partial(self._make_room, made_room))
        finally:
            self._walking.pop(slot, None)

    def _lost(self, claim: Claim, slot: Slot) -> None:
        """Stop a run whose claim is gone; a slot that is done with it, or has gone on to the next, is left alone."""
        if self._walking.get(slot) is claim:
            log.warning("claim lost, run called off", run=claim.run_id)
            slot.kill()
