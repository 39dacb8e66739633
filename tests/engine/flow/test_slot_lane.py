"""The slot lane: one run at a time in a warm slot, and a kill only for the run that is under way."""

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from cluster import wait_until
from engine_world import PASSED, World

from outrider_engine.adapters.clock import SystemClock
from outrider_engine.domain.assertions import Assertion, Operator, Source
from outrider_engine.domain.checks import Lane
from outrider_engine.domain.observations import Failure, Observation, StepResult
from outrider_engine.domain.verdicts import Reason, RunStatus, Verdict
from outrider_engine.ports.slots import SlotTask
from outrider_engine.services.execution import Executions
from outrider_engine.testing import ScriptedCheckType
from outrider_engine.worker.leases import LeaseKeeper
from outrider_engine.worker.slot_lane import SlotLane


class SlottedCheckType(ScriptedCheckType):
    """A scripted type whose runs belong into a slot."""

    lane = Lane.PROCESS  # type: ignore[assignment]  # what it does is up to the slot of the test

    def prepare(self, environment: Mapping[str, str]) -> None:
        """Nothing is needed."""

    def observe(self, settings: object, context: object) -> Observation:  # type: ignore[override]
        raise NotImplementedError

    def close(self) -> None:
        """Nothing was started."""


class StagedSlot:
    """A slot without a process: it runs until it is let go, and does in ``sweep`` what the test says."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.kills = 0
        self.runs = 0
        self.let_go = threading.Event()
        self.let_go.set()
        self.while_sweeping: Callable[[], None] = lambda: None
        self._killed = threading.Event()

    def create(self) -> "StagedSlot":
        return self

    def warm(self, timeout_s: float) -> None:
        """It is."""

    def stand_by(self, timeout_s: float) -> None:
        """It does."""

    def run(
        self,
        task: SlotTask,
        on_step: Callable[[StepResult], None],
        on_ending: Callable[[], None] = lambda: None,
    ) -> Observation:
        self.runs += 1
        while not self.let_go.wait(0.01):
            if self._killed.is_set():
                gone = Failure(Verdict.CANCELLED, Reason.SHUTDOWN, "the run was called off")
                return Observation(duration_ms=1.0, failure=gone)
        return PASSED

    def sweep(self) -> None:
        if self.runs:
            self.while_sweeping()

    def kill(self) -> None:
        self.kills += 1
        self._killed.set()

    def close(self) -> None:
        """Nothing is open."""


class Relay:
    """Makes slots whose runs are done with their target soon, and end when the test says so."""

    def __init__(self, folder: Path) -> None:
        self.events: list[str] = []
        self.stood_by = 0
        self.warmed: set[RelaySlot] = set()
        self.may_end = threading.Semaphore(0)
        self._folder = folder

    def create(self) -> "RelaySlot":
        return RelaySlot(self, self._folder)


class RelaySlot(StagedSlot):
    def __init__(self, relay: Relay, folder: Path) -> None:
        super().__init__(folder)
        self._relay = relay

    def warm(self, timeout_s: float) -> None:
        self._relay.warmed.add(self)

    def stand_by(self, timeout_s: float) -> None:
        self._relay.stood_by += 1

    def run(
        self,
        task: SlotTask,
        on_step: Callable[[StepResult], None],
        on_ending: Callable[[], None] = lambda: None,
    ) -> Observation:
        self._relay.events.append("began")
        time.sleep(0.02)
        self._relay.events.append("ending")
        on_ending()
        assert self._relay.may_end.acquire(timeout=10)
        self._relay.events.append("ended")
        return PASSED


@pytest.fixture
def scripted() -> ScriptedCheckType:
    return SlottedCheckType()


@pytest.fixture
def slot(tmp_path: Path) -> StagedSlot:
    return StagedSlot(tmp_path)


@pytest.fixture
def leases(world: World) -> LeaseKeeper:
    return LeaseKeeper(claims=world.claims(), clock=SystemClock())


@pytest.fixture
def lane(world: World, slot: StagedSlot, leases: LeaseKeeper) -> Iterator[SlotLane]:
    lane = SlotLane(
        claims=world.claims(),
        executions=Executions(plugins=world.plugins, secrets=world.secrets, clock=SystemClock()),
        finishing=world.finishing,
        leases=leases,
        slots=slot,
        clock=SystemClock(),
        count=1,
    )
    lane.start()
    yield lane
    slot.let_go.set()
    lane.stop(5.0)


def test_runs_follow_one_another(world: World, lane: SlotLane, slot: StagedSlot) -> None:
    ids = [world.request(world.check(), queue="browser") for _ in range(3)]
    lane.wakeup.set()
    wait_until(lambda: all(world.run(run_id).status is RunStatus.PASSED for run_id in ids), "three runs to pass")
    assert slot.runs == 3


def test_a_lease_that_is_renewed_while_a_stored_run_is_swept_kills_nothing(
    world: World, lane: SlotLane, slot: StagedSlot, leases: LeaseKeeper
) -> None:
    slot.while_sweeping = leases.renew
    run_id = world.request(world.check(), queue="browser")
    lane.wakeup.set()
    wait_until(lambda: world.run(run_id).status is RunStatus.PASSED, "the run to pass")
    following = world.request(world.check(), queue="browser")
    lane.wakeup.set()
    wait_until(lambda: world.run(following).status is RunStatus.PASSED, "the next run to pass")
    assert slot.kills == 0


def test_a_run_whose_claim_is_lost_is_called_off(
    world: World, lane: SlotLane, slot: StagedSlot, leases: LeaseKeeper
) -> None:
    slot.let_go.clear()
    run_id = world.request(world.check(), queue="browser")
    lane.wakeup.set()
    wait_until(lambda: slot.runs == 1, "the run to begin")
    world.clock.advance(31)
    world.reaper.reap()
    leases.renew()
    wait_until(lambda: slot.kills == 1, "the kill")
    assert world.run(run_id).status is not RunStatus.CANCELLED


@pytest.fixture
def relay(tmp_path: Path) -> Relay:
    return Relay(tmp_path)


@pytest.fixture
def relay_lane(world: World, relay: Relay, leases: LeaseKeeper) -> Iterator[SlotLane]:
    lane = SlotLane(
        claims=world.claims(),
        executions=Executions(plugins=world.plugins, secrets=world.secrets, clock=SystemClock()),
        finishing=world.finishing,
        leases=leases,
        slots=relay,
        clock=SystemClock(),
        count=1,
        spare=1,
    )
    lane.start()
    yield lane
    for _ in range(10):
        relay.may_end.release()
    lane.stop(5.0)


def test_a_run_that_waits_begins_elsewhere_as_soon_as_another_is_done_with_its_target(
    world: World, relay_lane: SlotLane, relay: Relay
) -> None:
    check = world.check()
    ids = [world.request(check, queue="browser") for _ in range(3)]
    relay_lane.wakeup.set()
    wait_until(lambda: relay.events[-1:] == ["ending"], "the first run to be done with its target")
    relay.may_end.release()  # now the second has waited, and the spare slot gets ready
    wait_until(lambda: relay.events.count("began") == 3, "the third run to begin before the second has ended")
    assert relay.events[:6] == ["began", "ending", "ended", "began", "ending", "began"]
    assert relay.stood_by >= 1
    relay.may_end.release()
    relay.may_end.release()
    wait_until(lambda: all(world.run(run_id).status is RunStatus.PASSED for run_id in ids), "three runs to pass")


def test_a_run_that_may_be_tried_again_makes_no_room_before_it_has_ended(
    world: World, relay_lane: SlotLane, relay: Relay
) -> None:
    assertions = (Assertion(Source.RESPONSE_TIME, Operator.LESS_THAN, 1000),)
    check = world.check(max_retries=1, assertions=assertions)
    for _ in range(3):
        world.request(check, queue="browser")
        relay.may_end.release()
    relay_lane.wakeup.set()
    wait_until(lambda: relay.events.count("ended") == 3, "three runs to end")
    assert relay.events == ["began", "ending", "ended"] * 3


def test_a_spare_slot_stays_cold_while_no_run_has_to_wait(world: World, relay_lane: SlotLane, relay: Relay) -> None:
    relay.may_end.release()
    run_id = world.request(world.check(), queue="browser")
    relay_lane.wakeup.set()
    wait_until(lambda: world.run(run_id).status is RunStatus.PASSED, "the run to pass")
    assert len(relay.warmed) == 1
    assert relay.stood_by == 0
