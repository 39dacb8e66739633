"""Slots lie on an absolute grid; after a gap only the newest fresh one runs and the rest is recorded."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outrider_engine.adapters.cron_calendar import CronCalendar
from outrider_engine.domain.schedules import (
    LATENESS_LIMIT,
    CronSchedule,
    IntervalSchedule,
    SlotRange,
    lateness_budget,
    next_due,
    phase_s,
    plan_slots,
)

CALENDAR = CronCalendar()
NOON = datetime(2026, 1, 15, 12, 0, tzinfo=UTC)

intervals = st.integers(min_value=10, max_value=86_400)
check_ids = st.text(min_size=1, max_size=30)
moments = st.datetimes(min_value=datetime(2020, 1, 1), max_value=datetime(2040, 1, 1)).map(  # noqa: DTZ001
    lambda naive: naive.replace(tzinfo=UTC)
)


@given(intervals, check_ids, moments)
def test_slots_lie_on_a_grid_that_no_restart_moves(seconds: int, check_id: str, now: datetime) -> None:
    schedule = IntervalSchedule(seconds)
    first = next_due(schedule, check_id, now, CALENDAR)
    assert first is not None
    assert now < first <= now + timedelta(seconds=seconds)
    later = first - timedelta(microseconds=1)
    assert next_due(schedule, check_id, later, CALENDAR) == first
    assert next_due(schedule, check_id, first, CALENDAR) == first + timedelta(seconds=seconds)


@given(intervals, check_ids)
def test_a_phase_is_within_its_interval_and_always_the_same(seconds: int, check_id: str) -> None:
    assert 0 <= phase_s(check_id, seconds) < seconds
    assert phase_s(check_id, seconds) == phase_s(check_id, seconds)


def test_phases_spread_a_herd() -> None:
    seconds_of_minute = {int(phase_s(f"mon_{number}", 60)) for number in range(1000)}
    assert len(seconds_of_minute) == 60


@given(intervals, check_ids, moments, st.integers(min_value=0, max_value=200_000))
def test_every_slot_of_a_gap_is_run_or_recorded_exactly_once(
    seconds: int, check_id: str, start: datetime, late_s: int
) -> None:
    schedule = IntervalSchedule(seconds)
    due = next_due(schedule, check_id, start, CALENDAR)
    assert due is not None
    now = due + timedelta(seconds=late_s)
    plan = plan_slots(schedule, check_id, due, now, CALENDAR)
    step = timedelta(seconds=seconds)
    expected = (now - due) // step + 1
    recorded = plan.missed.count if plan.missed else 0
    assert recorded is not None
    assert recorded + (plan.run is not None) == expected
    assert plan.next_due is not None
    assert plan.next_due > now
    if plan.run is not None:
        assert now - plan.run <= lateness_budget(schedule)
        assert plan.next_due == plan.run + step
    if plan.missed is not None:
        assert plan.missed.first == due


def test_a_slot_in_time_runs_and_nothing_is_missed() -> None:
    schedule = IntervalSchedule(60)
    due = next_due(schedule, "mon_a", NOON, CALENDAR)
    assert due is not None
    plan = plan_slots(schedule, "mon_a", due, due + timedelta(milliseconds=300), CALENDAR)
    assert (plan.run, plan.missed) == (due, None)


def test_a_slot_that_is_too_old_is_missed_and_nothing_runs() -> None:
    schedule = IntervalSchedule(3600)
    due = next_due(schedule, "mon_a", NOON, CALENDAR)
    assert due is not None
    plan = plan_slots(schedule, "mon_a", due, due + LATENESS_LIMIT + timedelta(seconds=1), CALENDAR)
    assert plan.run is None
    assert plan.missed == SlotRange(due, due, 1)


@pytest.mark.parametrize(
    ("expression", "zone", "after", "expected"),
    [
        pytest.param("*/15 * * * *", "UTC", "2026-01-15T12:00", "2026-01-15T12:15", id="every quarter"),
        pytest.param("0 9 * * 1-5", "UTC", "2026-01-16T10:00", "2026-01-19T09:00", id="over the weekend"),
        pytest.param("30 2 * * *", "Europe/Berlin", "2026-03-28T12:00", "2026-03-29T01:00", id="in the lost hour"),
        pytest.param("30 2 * * *", "Europe/Berlin", "2026-10-24T12:00", "2026-10-25T00:30", id="in the doubled hour"),
        pytest.param("0 0 1 * *", "America/New_York", "2026-02-10T00:00", "2026-03-01T05:00", id="first of the month"),
    ],
)
def test_cron_follows_debian_rules_across_zones(expression: str, zone: str, after: str, expected: str) -> None:
    moment = datetime.fromisoformat(after).replace(tzinfo=UTC)
    wanted = datetime.fromisoformat(expected).replace(tzinfo=UTC)
    assert CALENDAR.next_after(CronSchedule(expression, zone), moment) == wanted


expressions = st.sampled_from(["*/5 * * * *", "0 * * * *", "30 2 * * *", "15 1,13 * * *", "0 0 * * 0", "45 23 28 * *"])
zones = st.sampled_from(["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata"])


@given(expressions, zones, moments)
def test_looking_back_agrees_with_looking_ahead(expression: str, zone: str, now: datetime) -> None:
    schedule = CronSchedule(expression, zone)
    last = CALENDAR.last_until(schedule, now)
    assert last is not None
    assert last <= now
    following = CALENDAR.next_after(schedule, last)
    assert following is not None
    assert following > now
    assert following == CALENDAR.next_after(schedule, now)


def test_missed_cron_slots_are_one_range() -> None:
    schedule = CronSchedule("*/10 * * * *")
    due = NOON + timedelta(minutes=10)
    plan = plan_slots(schedule, "jrn_a", due, NOON + timedelta(minutes=41), CALENDAR)
    assert plan.run == NOON + timedelta(minutes=40)
    assert plan.missed == SlotRange(due, NOON + timedelta(minutes=30), None)
    assert plan.next_due == NOON + timedelta(minutes=50)
