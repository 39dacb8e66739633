"""The light lane: many at a time, a blocked loop replaced, an orderly stop."""

import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager

import pytest
from engine_world import FAILED, PASSED, World

from outrider_engine.adapters.clock import SystemClock
from outrider_engine.adapters.http.curl import CurlHttpClient
from outrider_engine.adapters.http.resolver import GuardedResolver
from outrider_engine.contracts import LightContext
from outrider_engine.domain.assertions import Assertion, Operator, Source
from outrider_engine.domain.egress import EgressMode, EgressPolicy
from outrider_engine.domain.observations import Observation
from outrider_engine.domain.verdicts import Cause, Reason, RunStatus
from outrider_engine.ports.http import HttpClient, Resolver
from outrider_engine.services.execution import Executions
from outrider_engine.testing import ScriptedCheckType, ScriptedSettings
from outrider_engine.worker.leases import LeaseKeeper
from outrider_engine.worker.light_lane import LightLane

release = threading.Event()


def act(settings: ScriptedSettings, context: LightContext) -> Observation:
    """Do what the check's target says."""
    if settings.target == "block":
        release.wait(20)
    if settings.target == "raise":
        raise RuntimeError("the plugin is broken: hunter2-secret")
    if settings.target == "fail":
        return FAILED
    return Observation(duration_ms=1.0, facts={"said": str(context.render("{{word}}"))})


@pytest.fixture
def scripted() -> ScriptedCheckType:
    return ScriptedCheckType(act)


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
def lane(world: World) -> Iterator[LightLane]:
    release.clear()
    leases = LeaseKeeper(claims=world.claims(), clock=SystemClock())
    lane = LightLane(
        claims=world.claims(),
        executions=Executions(plugins=world.plugins, secrets=world.secrets, clock=SystemClock()),
        finishing=world.finishing,
        leases=leases,
        network=network,
        clock=SystemClock(),
        concurrency=16,
        frozen_s=1.0,
    )
    leases.start()
    lane.start()
    yield lane
    release.set()
    lane.stop(5.0)
    leases.stop()


def wait_until(condition: Callable[[], bool], what: str, timeout_s: float = 20.0) -> None:
    deadline = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < deadline, f"waited in vain for {what}"
        time.sleep(0.02)


def ended(world: World, run_id: str) -> bool:
    return world.run(run_id).status.is_terminal


def test_waiting_runs_are_claimed_observed_and_stored(world: World, lane: LightLane) -> None:
    check = world.check(variables={"word": "hello"})
    ids = [world.request(check) for _ in range(50)]
    lane.wakeup.set()
    wait_until(lambda: all(ended(world, run_id) for run_id in ids), "50 runs to end")
    runs = [world.run(run_id) for run_id in ids]
    assert {run.status for run in runs} == {RunStatus.PASSED}
    assert {run.attempt for run in runs} == {1}
    assert runs[0].facts["said"] == "hello"


@pytest.mark.parametrize(
    ("fields", "status", "cause", "reason"),
    [
        pytest.param({"target": "fail"}, RunStatus.FAILED, Cause.TARGET, Reason.CONNECT, id="target"),
        pytest.param({"target": "raise"}, RunStatus.ERROR, Cause.RUNNER, Reason.PLUGIN, id="plugin raises"),
        pytest.param({}, RunStatus.ERROR, Cause.CHECK, Reason.UNKNOWN_VARIABLE, id="unknown variable"),
        pytest.param({"type": "gone"}, RunStatus.ERROR, Cause.CHECK, Reason.UNKNOWN_CHECK_TYPE, id="no plugin"),
        pytest.param(
            {
                "variables": {"word": "hello"},
                "assertions": (Assertion(Source.FACT, Operator.EQUALS, "bye", selector="said"),),
            },
            RunStatus.FAILED,
            Cause.TARGET,
            Reason.ASSERTION,
            id="assertion",
        ),
    ],
)
def test_whatever_goes_wrong_is_the_outcome_of_its_run(
    world: World, lane: LightLane, fields: dict[str, object], status: RunStatus, cause: Cause, reason: Reason
) -> None:
    run_id = world.request(world.check(**fields))  # type: ignore[arg-type]
    lane.wakeup.set()
    wait_until(lambda: ended(world, run_id), "the run to end")
    run = world.run(run_id)
    assert (run.status, run.cause, run.reason) == (status, cause, reason), run.error


def test_retries_are_tries_of_the_same_run(world: World, lane: LightLane, scripted: ScriptedCheckType) -> None:
    run_id = world.request(world.check(target="fail", max_retries=2))
    lane.wakeup.set()
    wait_until(lambda: ended(world, run_id), "the run to end")
    run = world.run(run_id)
    assert (len(run.tries), run.attempt, len(scripted.observed)) == (3, 1, 3)


def test_a_blocked_loop_is_replaced_and_its_neighbours_go_on(world: World, lane: LightLane) -> None:
    blocking = world.request(world.check(target="block"))
    lane.wakeup.set()
    wait_until(lambda: world.run(blocking).status is RunStatus.RUNNING, "the loop to block")
    neighbours = [world.request(world.check(variables={"word": "still here"})) for _ in range(5)]
    lane.wakeup.set()
    wait_until(lambda: all(ended(world, run_id) for run_id in neighbours), "the neighbours to end")
    assert {world.run(run_id).status for run_id in neighbours} == {RunStatus.PASSED}
    assert world.run(blocking).status is RunStatus.RUNNING
    world.clock.advance(31)
    world.reaper.reap()
    assert world.run(blocking).attempt == 1


def test_stopping_leaves_nothing_running(world: World, lane: LightLane) -> None:
    check = world.check(variables={"word": "x"})
    ids = [world.request(check) for _ in range(100)]
    lane.wakeup.set()
    wait_until(lambda: any(ended(world, run_id) for run_id in ids), "the first run to end")
    lane.stop(5.0)
    statuses = {world.run(run_id).status for run_id in ids}
    assert RunStatus.RUNNING not in statuses
    assert statuses <= {RunStatus.PASSED, RunStatus.QUEUED}
    assert PASSED.failure is None
