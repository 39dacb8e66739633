"""Times and durations as they are shown.

Times are ISO 8601 in UTC, always to the millisecond, so that texts sort as times do; durations have no false digits.
"""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, PlainSerializer, WithJsonSchema


def shown(moment: datetime) -> str:
    """Return a time as text, ``2026-01-15T12:00:00.000Z``."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


Moment = Annotated[
    datetime,
    PlainSerializer(shown, return_type=str, when_used="json"),
    WithJsonSchema({"type": "string", "format": "date-time"}, mode="serialization"),
]


def _to_tenths(milliseconds: float) -> float:
    return round(milliseconds, 1)


Millis = Annotated[float, AfterValidator(_to_tenths)]
"""Milliseconds, to a tenth."""
