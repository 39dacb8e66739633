"""Months are calendar months in UTC."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from outrider_engine.domain.usage import month_of, next_month, start_of_month


@pytest.mark.parametrize(
    ("moment", "month", "following"),
    [
        (datetime(2026, 1, 1, tzinfo=UTC), "2026-01", datetime(2026, 2, 1, tzinfo=UTC)),
        (datetime(2026, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC), "2026-12", datetime(2027, 1, 1, tzinfo=UTC)),
        (datetime(2026, 3, 1, 1, 0, tzinfo=timezone(timedelta(hours=2))), "2026-02", datetime(2026, 3, 1, tzinfo=UTC)),
    ],
)
def test_a_month_ends_at_midnight_utc(moment: datetime, month: str, following: datetime) -> None:
    assert month_of(moment) == month
    assert next_month(moment) == following
    assert start_of_month(moment) <= moment < following
