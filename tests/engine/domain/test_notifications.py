"""Failed deliveries are repeated with growing pauses for a day."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from outrider_engine.domain.notifications import GIVE_UP_AFTER, LONGEST_PAUSE, retry_at

START = datetime(2026, 1, 15, 12, 0, tzinfo=UTC)
jitters = st.floats(min_value=0, max_value=1)


@given(st.integers(min_value=1, max_value=1000), jitters)
def test_pauses_are_bounded(attempts: int, jitter: float) -> None:
    moment = retry_at(attempts, START, START, None, jitter)
    assert moment is not None
    assert timedelta(0) < moment - START <= LONGEST_PAUSE


@given(jitters)
def test_trying_ends_after_a_day(jitter: float) -> None:
    now, attempts = START, 0
    while (moment := retry_at(attempts + 1, START, now, None, jitter)) is not None:
        assert moment > now
        now, attempts = moment, attempts + 1
    assert GIVE_UP_AFTER - LONGEST_PAUSE <= now - START <= GIVE_UP_AFTER
    assert attempts >= 144


def test_a_receiver_may_ask_for_more_time() -> None:
    assert retry_at(1, START, START, 3600, 0.5) == START + timedelta(hours=1)
    assert retry_at(1, START, START, 2 * 86_400, 0.5) is None
