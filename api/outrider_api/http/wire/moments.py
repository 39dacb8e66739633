"""Times and durations as they are shown.

Times are ISO 8601 in UTC, always to the millisecond, so that texts sort as times do; durations have no false digits.
"""

import re
from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BeforeValidator, Field, PlainSerializer, WithJsonSchema

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


def shown(moment: datetime) -> str:
    """Return a time as text, ``2026-01-15T12:00:00.000Z``."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def seconds(moment: datetime) -> str:
    """Return a time as text to the second, ``2026-01-15T12:00:00Z``."""
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


Moment = Annotated[
    datetime,
    PlainSerializer(shown, return_type=str, when_used="json"),
    WithJsonSchema({"type": "string", "format": "date-time"}, mode="serialization"),
]


def _written(value: object) -> object:
    """Refuse numbers, which could be seconds as well as milliseconds."""
    if isinstance(value, datetime) or (isinstance(value, str) and "-" in value[1:]):
        return value
    raise ValueError("must be a time as 2026-01-15T12:00:00Z")


def _in_utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise ValueError("is too far away") from None


Instant = Annotated[AwareDatetime, BeforeValidator(_written), AfterValidator(_in_utc)]
"""A time that a client names, with its time zone."""


def _of_day(time: str) -> BeforeValidator:
    """Return what lets a date stand for one of its times."""
    return BeforeValidator(
        lambda value: f"{value}T{time}" if isinstance(value, str) and _DATE.fullmatch(value) else value
    )


DAY_BEGINS = _of_day("00:00:00Z")
"""Lets a date stand for its beginning, where an ``Instant`` is a lower bound."""
DAY_ENDS = _of_day("23:59:59.999999Z")
"""Lets a date stand for its end, where an ``Instant`` is an upper bound."""


def _to_tenths(milliseconds: float) -> float:
    return round(milliseconds, 1)


Millis = Annotated[float, AfterValidator(_to_tenths)]
"""Milliseconds, to a tenth."""


def percent(share: float | None) -> float | None:
    """Return a share of 0 to 1 in per cent, to three decimals; ``None`` where nothing is known."""
    return None if share is None else round(share * 100, 3)


Percent = Annotated[float, Field(ge=0, le=100, description="Per cent, to three decimals.")]
