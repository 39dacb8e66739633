"""Tallies: what counts as up, as down, and as neither; and how times of day are cut."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from outrider_engine.domain.latency_histogram import LatencyHistogram
from outrider_engine.domain.rollups import Span, Tally
from outrider_engine.domain.runs import Outcome
from outrider_engine.domain.verdicts import Reason, Verdict

NOON = datetime(2026, 1, 15, 12, 0, tzinfo=UTC)


def outcome(verdict, reason=None, duration_ms=100.0):
    return Outcome(verdict=verdict, reason=reason, started_at=NOON, completed_at=NOON, duration_ms=duration_ms)


@pytest.mark.parametrize(
    ("verdict", "reason", "counts_as"),
    [
        (Verdict.PASSED, None, "passed"),
        (Verdict.DEGRADED, Reason.SLOW, "degraded"),
        (Verdict.FAILED, Reason.ASSERTION, "failed"),
        (Verdict.TIMED_OUT, Reason.TIMEOUT, "timed_out"),
        (Verdict.FAILED, Reason.RUNNER_NETWORK, "other"),
        (Verdict.ERROR, Reason.UNKNOWN_VARIABLE, "other"),
        (Verdict.ERROR, Reason.WORKER_LOST, "other"),
        (Verdict.CANCELLED, Reason.BY_USER, "other"),
        (Verdict.MISSED, Reason.NOT_STARTED, "other"),
    ],
)
def test_only_the_target_counts_for_or_against_uptime(verdict, reason, counts_as):
    tally = Tally.of(outcome(verdict, reason))
    counts = {name: getattr(tally, name) for name in ("passed", "degraded", "failed", "timed_out", "other")}
    assert counts == dict.fromkeys(counts, 0) | {counts_as: 1}
    assert tally.uptime == {"passed": 1.0, "degraded": 1.0, "failed": 0.0, "timed_out": 0.0, "other": None}[counts_as]


def test_only_runs_that_were_up_have_a_response_time():
    tally = Tally.of(outcome(Verdict.PASSED, duration_ms=10.0)).merged(
        Tally.of(outcome(Verdict.FAILED, Reason.CONNECT, duration_ms=30_000.0))
    )
    assert (tally.average_ms, tally.min_ms, tally.max_ms) == (10.0, 10.0, 10.0)
    assert tally.quantile_ms(0.99) == 10.0
    assert tally.uptime == 0.5


def test_merging_knows_the_shortest_the_longest_and_the_mean():
    tally = Tally()
    for duration in (30.0, 10.0, 20.0):
        tally = tally.merged(Tally.of(outcome(Verdict.PASSED, duration_ms=duration)))
    assert (tally.min_ms, tally.max_ms, tally.average_ms) == (10.0, 30.0, 20.0)
    assert tally.latency == LatencyHistogram.of([10.0, 20.0, 30.0])


def test_hours_and_days_begin_on_the_clock_of_utc():
    moment = datetime(2026, 1, 16, 0, 59, 59, tzinfo=timezone(timedelta(hours=2)))
    assert Span.HOUR.start_of(moment) == datetime(2026, 1, 15, 22, tzinfo=UTC)
    assert Span.DAY.start_of(moment) == datetime(2026, 1, 15, tzinfo=UTC)
