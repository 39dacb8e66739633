"""Assertions over a window are judged against the runs before, when a run is stored."""

from dataclasses import replace

import pytest
from engine_world import PASSED, World

from outrider_engine.domain.assertions import Assertion, Operator, Source
from outrider_engine.domain.checks import Check
from outrider_engine.domain.runs import Overrides
from outrider_engine.domain.verdicts import Cause, Reason, RunStatus

P95 = Assertion(Source.LATENCY, Operator.LESS_THAN, 400, "p95")


def stored(world: World, check: Check, milliseconds: float, overrides: Overrides | None = None) -> RunStatus:
    """Carry out a run that takes so long, and return how it is stored."""
    return world.run(world.run_once(check, replace(PASSED, duration_ms=milliseconds), overrides)).status


def test_a_slow_run_after_many_quick_ones_passes_and_a_window_of_slow_ones_fails(world: World) -> None:
    steady, lame = (world.check(assertions=(P95,)) for _ in range(2))
    assert {stored(world, steady, 20.0) for _ in range(20)} == {RunStatus.PASSED}
    assert stored(world, steady, 500.0) is RunStatus.PASSED
    assert {stored(world, lame, 500.0) for _ in range(3)} == {RunStatus.FAILED}
    (run, *_) = world.runs(lame)
    assert (run.cause, run.reason) == (Cause.TARGET, Reason.ASSERTION)
    assert run.error == "latency p95: expected less than 400, got 500 (3 runs in 10 min)"
    assert [result["passed"] for result in run.assertions] == [False]


def test_runs_before_the_window_do_not_count(world: World) -> None:
    check = world.check(assertions=(P95,))
    assert {stored(world, check, 500.0) for _ in range(3)} == {RunStatus.FAILED}
    world.clock.advance(601)
    assert stored(world, check, 20.0) is RunStatus.PASSED


@pytest.mark.parametrize(("soft", "ending"), [(False, RunStatus.FAILED), (True, RunStatus.DEGRADED)])
def test_a_soft_one_only_degrades(world: World, soft: bool, ending: RunStatus) -> None:
    assert stored(world, world.check(assertions=(replace(P95, options={"soft": soft}),)), 500.0) is ending


def test_a_rehearsal_is_not_judged_by_runs_it_has_nothing_to_do_with(world: World) -> None:
    check = world.check(assertions=(P95,))
    elsewhere = Overrides(base_url="https://preview.example.com")
    assert stored(world, check, 500.0, elsewhere) is RunStatus.PASSED
    assert stored(world, check, 20.0) is RunStatus.PASSED
