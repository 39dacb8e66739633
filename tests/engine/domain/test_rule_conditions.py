"""The five types of rules: when each is broken, when it is whole, and when it is too early to tell."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outrider_engine.domain.alerts import Rule, RuleType
from outrider_engine.domain.checks import CheckState
from outrider_engine.domain.rule_conditions import PARAMETERS, Standing, Tally, judge

PLACES = ("fra", "hel", "ams")
STATES = st.lists(
    st.builds(
        CheckState,
        check_id=st.just("mon_a"),
        location=st.sampled_from(PLACES),
        consecutive_failures=st.integers(0, 5),
        duration_ms=st.none() | st.floats(0, 5000),
        certificate_days=st.none() | st.integers(-10, 400).map(float),
        visual_diff_percent=st.none() | st.floats(0, 100),
    ),
    max_size=4,
)


def rule(type: RuleType, **parameters: float) -> Rule:
    """Return a rule with the defaults of its type."""
    defaults = {name: parameter.default for name, parameter in PARAMETERS[type].items()}
    return Rule(
        id="rul_a",
        organization_id="org_a",
        check_id="mon_a",
        name="a rule",
        type=type,
        channel_ids=(),
        enabled=True,
        created_at=datetime(2026, 1, 15, tzinfo=UTC),
        **(defaults | parameters),  # type: ignore[arg-type]
    )


def state(location: str = "fra", **known: float) -> CheckState:
    return CheckState(check_id="mon_a", location=location, **known)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("tally", "standing"),
    [
        pytest.param(Tally(0, 0), Standing.WHOLE, id="nothing-in-the-window"),
        pytest.param(Tally(9, 9), Standing.UNDECIDED, id="too-few-to-tell"),
        pytest.param(Tally(9, 0), Standing.WHOLE, id="few-and-all-well"),
        pytest.param(Tally(10, 1), Standing.BROKEN, id="just-as-many-as-the-threshold"),
        pytest.param(Tally(11, 1), Standing.WHOLE, id="one-less"),
    ],
)
def test_an_error_rate_is_judged_once_there_are_enough_runs(tally: Tally, standing: Standing) -> None:
    assert judge(rule(RuleType.ERROR_RATE, threshold=10), [], tally).standing is standing


@given(samples=st.integers(0, 200), failures=st.integers(0, 200), threshold=st.floats(0.1, 100))
def test_one_more_failure_never_mends_an_error_rate(samples: int, failures: int, threshold: float) -> None:
    failures = min(failures, samples)
    one = rule(RuleType.ERROR_RATE, threshold=threshold)
    if judge(one, [], Tally(samples, failures)).standing is Standing.BROKEN:
        assert judge(one, [], Tally(samples + 1, failures + 1)).standing is Standing.BROKEN


@pytest.mark.parametrize("type", [each for each in RuleType if each is not RuleType.ERROR_RATE])
@given(states=STATES)
def test_one_location_is_enough_and_recovery_needs_all(type: RuleType, states: list[CheckState]) -> None:
    number = {"days_before": 30} if type is RuleType.SSL_EXPIRY else {"threshold": 2}
    one = rule(type, **number)
    alone = [judge(one, [each]).standing for each in states]
    assert (judge(one, states).standing is Standing.BROKEN) is (Standing.BROKEN in alone)


def test_a_latency_is_too_long_beyond_its_threshold_and_names_where() -> None:
    one = rule(RuleType.LATENCY_THRESHOLD, threshold=2000)
    assert judge(one, [state(duration_ms=2000.0)]).standing is Standing.WHOLE
    assert judge(one, [state()]).standing is Standing.WHOLE
    slow = judge(one, [state(duration_ms=100.0), state("hel", duration_ms=3000.4)])
    assert (slow.standing, slow.why) == (Standing.BROKEN, "took 3000 ms at hel, more than 2000 ms")


def test_a_certificate_is_told_from_the_given_day_on_and_after_its_end() -> None:
    one = rule(RuleType.SSL_EXPIRY, days_before=14)
    assert judge(one, [state(certificate_days=15.0)]).standing is Standing.WHOLE
    assert judge(one, [state()]).standing is Standing.WHOLE
    assert judge(one, [state(certificate_days=14.0)]).why == "has a certificate that ends in 14 days (seen from fra)"
    assert judge(one, [state(certificate_days=-1.0)]).why == "has a certificate that ended 1 days ago (seen from fra)"


def test_pictures_may_differ_by_the_threshold() -> None:
    one = rule(RuleType.VISUAL_DIFF_THRESHOLD, threshold=5)
    assert judge(one, [state(visual_diff_percent=5.0)]).standing is Standing.WHOLE
    assert judge(one, [state(visual_diff_percent=5.01)]).standing is Standing.BROKEN
