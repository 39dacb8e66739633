"""A check's own alert: quorum of its locations, staleness, and what the policy counts as failing."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outrider_engine.domain.alert_policies import AlertPolicy, failing, judge_quorum, majority
from outrider_engine.domain.checks import CheckDefinition, CheckState, Family
from outrider_engine.domain.rule_conditions import Standing
from outrider_engine.domain.schedules import IntervalSchedule

NOW = datetime(2026, 1, 15, 12, 0, tzinfo=UTC)
PLACES = ("ams", "fra", "hel")


def definition(quorum: int | None = None, seconds: int | None = 60) -> CheckDefinition:
    schedule = IntervalSchedule(seconds) if seconds is not None else None
    return CheckDefinition(
        name="shop", type="http", family=Family.MONITOR, locations=PLACES, quorum=quorum, schedule=schedule
    )


def state(location: str, failures: int = 1, age_s: float = 0) -> CheckState:
    as_of = NOW - timedelta(seconds=age_s)
    return CheckState(check_id="mon_a", location=location, consecutive_failures=failures, as_of=as_of)


@pytest.mark.parametrize(("locations", "most"), [(1, 1), (2, 2), (3, 2), (4, 3), (5, 3)])
def test_a_majority_is_more_than_half(locations: int, most: int) -> None:
    assert majority(locations) == most


@given(quorum=st.none() | st.integers(1, 3), failures=st.lists(st.integers(0, 4), min_size=3, max_size=3))
def test_the_alert_is_broken_when_a_quorum_fails_and_whole_otherwise(quorum: int | None, failures: list[int]) -> None:
    states = [state(place, count) for place, count in zip(PLACES, failures, strict=True)]
    policy = AlertPolicy(consecutive_failures=2)
    ill = sum(count >= 2 for count in failures)
    standing = judge_quorum(definition(quorum), policy, states, NOW).standing
    assert standing is (Standing.BROKEN if ill >= (quorum or 2) else Standing.WHOLE)


def test_the_reason_names_the_locations_in_order() -> None:
    judgement = judge_quorum(definition(), AlertPolicy(), [state("hel"), state("ams")], NOW)
    assert judgement.why == "fails at 2 of 3 locations (ams, hel)"


def test_a_location_that_has_been_silent_for_long_does_not_count() -> None:
    states = [state("ams"), state("fra", age_s=301)]
    assert [one.location for one in failing(definition(), AlertPolicy(), states, NOW)] == ["ams"]
    assert len(failing(definition(seconds=3600), AlertPolicy(), states, NOW)) == 2
    assert len(failing(definition(seconds=None), AlertPolicy(), states, NOW)) == 2
