"""Results as points on a time line, and what they come to."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from outrider_engine.errors import InvalidInput

_RANGE = re.compile(r"([1-9][0-9]{0,6})([mhd])")
_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}
LONGEST_RANGE = timedelta(days=366)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbePoint:
    """One result that says something about the target.

    Attributes:
        due_at: when it was due.
        latency_ms: how long the target took; ``None`` when it was down and nothing answered.
        response_code: the status that it answered with, where the check has one.
    """

    due_at: datetime
    location: str
    is_up: bool
    latency_ms: float | None
    response_code: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PointSummary:
    """What points come to. ``is_truncated``: there are more of them than were read, and older."""

    checks: int
    up: int
    average_latency_ms: float | None
    latest: ProbePoint | None
    is_truncated: bool

    @property
    def uptime(self) -> float | None:
        """The share of up, 0 to 1; ``None`` without points."""
        return self.up / self.checks if self.checks else None


def summary_of(points: Sequence[ProbePoint], *, is_truncated: bool) -> PointSummary:
    """Return what points in the order of time come to."""
    latencies = [point.latency_ms for point in points if point.latency_ms is not None]
    return PointSummary(
        checks=len(points),
        up=sum(point.is_up for point in points),
        average_latency_ms=sum(latencies) / len(latencies) if latencies else None,
        latest=points[-1] if points else None,
        is_truncated=is_truncated,
    )


def parse_range(text: str) -> timedelta:
    """Return the length of time that ``30m``, ``24h`` or ``7d`` names.

    Raises:
        InvalidInput: it names none, or more than 366 days.
    """
    found = _RANGE.fullmatch(text)
    if found is None:
        raise InvalidInput("must be a number of minutes, hours or days, such as 30m, 24h or 7d", field="range")
    length = int(found[1]) * _UNITS[found[2]]
    if length > LONGEST_RANGE:
        raise InvalidInput("must be at most 366d", field="range")
    return length
