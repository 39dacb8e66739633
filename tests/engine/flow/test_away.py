"""The database goes away: leases run out, commits are left without an answer, and no result is lost or made up."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractContextManager, asynccontextmanager, contextmanager
from copy import copy
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import pytest
from engine_world import PASSED, World

from outrider_engine.adapters.clock import SystemClock
from outrider_engine.adapters.http.curl import CurlHttpClient
from outrider_engine.adapters.http.resolver import GuardedResolver
from outrider_engine.adapters.sql.storage import SqlStorage
from outrider_engine.contracts import LightContext
from outrider_engine.domain.egress import EgressMode, EgressPolicy
from outrider_engine.domain.observations import ArtifactKind, Failure, Observation, ProducedFile, StepResult
from outrider_engine.domain.runs import Trigger
from outrider_engine.domain.verdicts import Reason, RunStatus, Verdict
from outrider_engine.errors import StorageError
from outrider_engine.ports.http import HttpClient, Resolver
from outrider_engine.ports.slots import Slot, SlotTask
from outrider_engine.ports.storage import Transaction
from outrider_engine.services.claiming import Claims
from outrider_engine.services.execution import Executions
from outrider_engine.services.finishing import Finished
from outrider_engine.services.run_creation import requested_runs
from outrider_engine.testing import ScriptedCheckType, ScriptedSettings
from outrider_engine.worker.leases import LeaseKeeper
from outrider_engine.worker.light_lane import LightLane
from outrider_engine.worker.slot_lane import SlotLane

LEASE = timedelta(seconds=1)


@dataclass
class Unreliable:
    """A storage whose next transactions fail: before they begin, or after they were committed."""

    storage: SqlStorage
    troubles: list[str] = field(default_factory=list)

    @contextmanager
    def begin(self) -> Iterator[Transaction]:
        trouble = self.troubles.pop(0) if self.troubles else ""
        if trouble == "away":
            raise StorageError("connection refused")
        with self.storage.begin() as tx:
            yield tx
        if trouble == "unanswered":
            raise StorageError("connection reset during COMMIT")

    def read(self) -> AbstractContextManager[Transaction]:
        return self.storage.read()

    def glance(self) -> None:
        return None

    def schema_problem(self) -> str | None:
        return self.storage.schema_problem()

    def close(self) -> None:
        self.storage.close()


class Lingering(ScriptedCheckType):
    """Observes until it is called off."""

    def __init__(self) -> None:
        super().__init__()
        self.called_off = threading.Event()

    async def observe(self, settings: ScriptedSettings, context: LightContext) -> Observation:
        try:
            await asyncio.sleep(60)
        finally:
            self.called_off.set()
        return PASSED


@dataclass(eq=False)
class LingeringSlot:
    """A slot, and the maker of it, whose run goes on until it is killed."""

    folder: Path
    killed: threading.Event

    def create(self) -> Slot:
        return self

    def warm(self, timeout_s: float) -> None: ...

    def stand_by(self, timeout_s: float) -> None: ...

    def run(
        self,
        task: SlotTask,
        on_step: Callable[[StepResult], None],
        on_ending: Callable[[], None] = lambda: None,
    ) -> Observation:
        self.killed.wait(60)
        return Observation(duration_ms=1.0, failure=Failure(Verdict.CANCELLED, Reason.SHUTDOWN, "called off"))

    def sweep(self) -> None: ...

    def kill(self) -> None:
        self.killed.set()

    def close(self) -> None: ...


@asynccontextmanager
async def network() -> AsyncIterator[tuple[HttpClient, Resolver]]:
    resolver = GuardedResolver(EgressPolicy(EgressMode.PRIVATE))
    http = CurlHttpClient(resolver)
    try:
        yield http, resolver
    finally:
        await http.aclose()
        resolver.close()


@pytest.fixture
def scripted() -> Lingering:
    return Lingering()


@pytest.fixture
def cut_off() -> Iterator[LeaseKeeper]:
    """What keeps leases, whose database is away."""
    storage = SqlStorage("postgresql://nobody@127.0.0.1:9/away_test")
    keeper = LeaseKeeper(
        claims=Claims(storage=storage, worker="worker-1", locations=None, lease=LEASE), clock=SystemClock()
    )
    keeper.start()
    yield keeper
    keeper.stop()
    storage.close()


@pytest.fixture(params=["light", "slot"])
def lane(
    request: pytest.FixtureRequest, world: World, cut_off: LeaseKeeper, scripted: Lingering, tmp_path: Path
) -> LightLane | SlotLane:
    """A lane that can claim and store, and can't renew."""
    executions = Executions(plugins=world.plugins, secrets=world.secrets, clock=SystemClock())
    if request.param == "light":
        return LightLane(
            claims=world.claims(),
            executions=executions,
            finishing=world.finishing,
            leases=cut_off,
            network=network,
            clock=SystemClock(),
            concurrency=4,
        )
    return SlotLane(
        claims=world.claims(),
        executions=executions,
        finishing=world.finishing,
        leases=cut_off,
        slots=LingeringSlot(tmp_path, scripted.called_off),
        clock=SystemClock(),
        count=1,
    )


def test_a_run_that_is_called_off_for_its_lease_ran_out_is_left_to_be_run_again(
    world: World, lane: LightLane | SlotLane, scripted: Lingering
) -> None:
    check = world.check()
    with world.storage.begin() as tx:
        (run,) = requested_runs(check, queue=lane.queue, trigger=Trigger.CI, locations=("local",), now=tx.now)
        tx.runs.add([run], tx.now)
    lane.start()
    assert scripted.called_off.wait(20)
    lane.stop(5.0)
    assert (world.run(run.id).status, world.run(run.id).attempt) == (RunStatus.RUNNING, 1)
    world.clock.advance(31)
    world.reaper.reap()
    assert world.run(run.id).status is RunStatus.QUEUED


def test_the_reaper_lets_results_be_stored_that_waited_for_the_database(world: World) -> None:
    run_id = world.request(world.check())
    (claim,) = world.take()
    away = copy(world)
    away.storage = Unreliable(world.storage, ["away"])  # type: ignore[assignment]
    reaper = away.reaper
    world.clock.advance(31)
    with pytest.raises(StorageError):
        reaper.reap()
    assert reaper.reap() == 0
    assert world.finish(claim, PASSED)
    assert (world.run(run_id).status, world.run(run_id).attempt) == (RunStatus.PASSED, 1)


def test_the_reaper_spares_the_lost_only_once(world: World) -> None:
    run_id = world.request(world.check())
    world.take()
    away = copy(world)
    away.storage = Unreliable(world.storage, ["away"])  # type: ignore[assignment]
    reaper = away.reaper
    world.clock.advance(31)
    with pytest.raises(StorageError):
        reaper.reap()
    assert [reaper.reap(), reaper.reap()] == [0, 1]
    assert world.run(run_id).status is RunStatus.QUEUED


@pytest.mark.parametrize(
    "troubles", [["away"], ["away", "away", "away"], ["unanswered"], ["away", "unanswered", "away"]], ids="+".join
)
def test_a_result_is_stored_once_with_its_files_whatever_becomes_of_the_commit(
    world: World, tmp_path: Path, troubles: list[str]
) -> None:
    path = tmp_path / "shot.png"
    path.write_bytes(b"pixels")
    file = ProducedFile(kind=ArtifactKind.SCREENSHOT, name="shot.png", path=path, content_type="image/png")
    run_id = world.request(world.check())
    (claim,) = world.take()
    away = copy(world)
    away.storage = Unreliable(world.storage, troubles)  # type: ignore[assignment]
    result = Finished(claim, world.outcome(replace(PASSED, files=(file,))))
    assert away.finishing.finish([result]) == {run_id}
    with world.storage.read() as tx:
        (artifact,) = tx.runs.artifacts([run_id])[run_id]
    assert list(world.artifacts.keys("")) == [artifact.key]
    assert world.run(run_id).status is RunStatus.PASSED
