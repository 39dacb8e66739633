"""The state of a check follows its results in the order of their due times, however they arrive."""

import itertools
from datetime import UTC, datetime, timedelta

import pytest

from outrider_engine.domain.alerts import Rule, RuleType
from outrider_engine.domain.check_states import advance
from outrider_engine.domain.checks import CheckState
from outrider_engine.domain.rule_conditions import Standing, judge
from outrider_engine.domain.verdicts import Reason, Verdict

START = datetime(2026, 1, 15, 12, 0, tzinfo=UTC)
FRESH = CheckState(check_id="mon_a", location="local")
Result = tuple[Verdict, Reason | None]
PASS: Result = (Verdict.PASSED, None)
FAIL: Result = (Verdict.FAILED, Reason.ASSERTION)
LOST: Result = (Verdict.ERROR, Reason.WORKER_LOST)
BAD_CHECK: Result = (Verdict.ERROR, Reason.UNKNOWN_VARIABLE)


def apply(state: CheckState, number: int, result: Result) -> CheckState:
    verdict, reason = result
    due = START + timedelta(minutes=number)
    return advance(
        state,
        verdict=verdict,
        reason=reason,
        run_id=f"run_{number}",
        due_at=due,
        completed_at=due + timedelta(seconds=1),
    )


def after(*results: Result) -> CheckState:
    state = FRESH
    for number, result in enumerate(results):
        state = apply(state, number, result)
    return state


@pytest.mark.parametrize(
    ("results", "streak"),
    [
        pytest.param([FAIL, FAIL], 2, id="failures add up"),
        pytest.param([FAIL, FAIL, PASS], 0, id="a pass ends the streak"),
        pytest.param([FAIL, (Verdict.DEGRADED, Reason.SLOW)], 0, id="degraded counts as up"),
        pytest.param([FAIL, LOST, FAIL], 2, id="a lost worker says nothing about the target"),
        pytest.param([FAIL, BAD_CHECK, FAIL], 2, id="neither does a wrong check"),
        pytest.param([FAIL, (Verdict.TIMED_OUT, Reason.TIMEOUT)], 2, id="a timeout is a failure"),
        pytest.param([FAIL, (Verdict.CANCELLED, Reason.SHUTDOWN)], 1, id="a cancelled run is not"),
    ],
)
def test_only_the_target_counts(results: list[Result], streak: int) -> None:
    assert after(*results).consecutive_failures == streak


def test_since_tells_when_the_target_changed() -> None:
    state = after(PASS, PASS, FAIL, FAIL)
    assert state.since == START + timedelta(minutes=2, seconds=1)


def test_lost_workers_are_counted_in_a_row() -> None:
    assert after(LOST, LOST).lost_workers == 2
    assert after(LOST, PASS, LOST).lost_workers == 1


def test_results_out_of_order_never_move_the_state_back() -> None:
    results = [PASS, FAIL, FAIL, PASS, FAIL, PASS]
    for order in itertools.permutations(range(len(results))):
        state = FRESH
        newest = -1
        for number in order:
            before = state
            state = apply(state, number, results[number])
            if number < newest:
                assert state == before
            newest = max(newest, number)
        assert state.verdict is Verdict.PASSED
        assert state.last_run_id == "run_5"
        assert state.consecutive_failures == 0


def test_a_rule_is_broken_by_any_one_location() -> None:
    rule = Rule(
        id="rul_a",
        organization_id="org_a",
        check_id="mon_a",
        name="three in a row",
        type=RuleType.CONSECUTIVE_FAILURES,
        threshold=3,
        channel_ids=(),
        enabled=True,
        created_at=START,
    )
    well, ill = after(PASS), after(FAIL, FAIL, FAIL)
    assert judge(rule, [well, ill]).standing is Standing.BROKEN
    assert judge(rule, [well, after(FAIL, FAIL)]).standing is Standing.WHOLE
    assert judge(rule, []).standing is Standing.WHOLE
