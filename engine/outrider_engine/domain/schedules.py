"""When checks are due: an absolute grid for intervals, calendar rules for cron, and what to do after a gap.

Slots of an interval lie at ``phase + k * interval`` since the Unix epoch, so neither a restart nor a slow run moves
them; the phase is a hash of the check's id, so that a thousand checks of one minute do not start together.
"""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Protocol

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LATENESS_LIMIT = timedelta(minutes=5)
"""A slot older than this (or than its own interval, if that is shorter) is not run any more, but recorded as missed."""

SHORTEST_INTERVAL_S = 10
LONGEST_INTERVAL_S = 86_400


@dataclass(frozen=True, slots=True)
class IntervalSchedule:
    """Every ``seconds`` seconds, on the grid."""

    seconds: int


@dataclass(frozen=True, slots=True)
class CronSchedule:
    """A five-field cron expression (Vixie rules) in an IANA time zone."""

    expression: str
    timezone: str = "UTC"


Schedule = IntervalSchedule | CronSchedule


class Calendar(Protocol):
    """What a cron expression means; both answers are aware UTC datetimes, ``None`` when there is no such time."""

    def next_after(self, schedule: CronSchedule, moment: datetime) -> datetime | None:
        """Return the first time strictly after ``moment``."""

    def last_until(self, schedule: CronSchedule, moment: datetime) -> datetime | None:
        """Return the last time at or before ``moment``."""


class SkipReason(StrEnum):
    """Why slots have no run."""

    MISSED = "missed"
    OVERLAP = "overlap"
    QUOTA = "quota"


@dataclass(frozen=True, slots=True)
class SlotRange:
    """Consecutive slots that were not run, ends included; ``count`` is ``None`` where only a calendar can tell."""

    first: datetime
    last: datetime
    count: int | None


@dataclass(frozen=True, slots=True)
class SlotPlan:
    """What to do about a check that is due."""

    run: datetime | None
    """The one slot to run now; ``None`` when even the newest is too old."""
    missed: SlotRange | None
    """The older slots, which nobody will run."""
    next_due: datetime | None
    """When to look again; ``None`` when the schedule never fires again."""


def phase_s(check_id: str, interval_s: int) -> float:
    """Return where on its grid a check's slots lie: 0 <= phase < interval, in whole milliseconds, as seconds."""
    digest = hashlib.blake2b(check_id.encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") % (interval_s * 1000) / 1000


def next_due(schedule: Schedule, check_id: str, now: datetime, calendar: Calendar) -> datetime | None:
    """Return the first slot strictly after ``now``."""
    if isinstance(schedule, CronSchedule):
        return calendar.next_after(schedule, now)
    return _grid_slot(schedule, check_id, now) + timedelta(seconds=schedule.seconds)


def lateness_budget(schedule: Schedule) -> timedelta:
    """Return how late a slot may still be started."""
    if isinstance(schedule, IntervalSchedule):
        return min(timedelta(seconds=schedule.seconds), LATENESS_LIMIT)
    return LATENESS_LIMIT


def plan_slots(schedule: Schedule, check_id: str, due: datetime, now: datetime, calendar: Calendar) -> SlotPlan:
    """Decide about a check whose ``due`` slot has come (``due <= now``).

    Only the newest slot is run, and only while it is within its lateness budget; all the others are one range of
    missed slots, so that an outage is visible and is never followed by a burst.
    """
    newest = _newest_slot(schedule, check_id, due, now, calendar)
    following = next_due(schedule, check_id, now, calendar)
    if now - newest <= lateness_budget(schedule):
        missed = _range(schedule, due, _before(schedule, newest, calendar)) if newest > due else None
        return SlotPlan(newest, missed, following)
    return SlotPlan(None, _range(schedule, due, newest), following)


def _grid_slot(schedule: IntervalSchedule, check_id: str, now: datetime) -> datetime:
    """Return the last slot at or before ``now``."""
    phase = timedelta(seconds=phase_s(check_id, schedule.seconds))
    interval = timedelta(seconds=schedule.seconds)
    return EPOCH + phase + (now - EPOCH - phase) // interval * interval


def _newest_slot(schedule: Schedule, check_id: str, due: datetime, now: datetime, calendar: Calendar) -> datetime:
    if isinstance(schedule, IntervalSchedule):
        return max(due, _grid_slot(schedule, check_id, now))
    return max(due, calendar.last_until(schedule, now) or due)


def _before(schedule: Schedule, slot: datetime, calendar: Calendar) -> datetime:
    if isinstance(schedule, IntervalSchedule):
        return slot - timedelta(seconds=schedule.seconds)
    return calendar.last_until(schedule, slot - timedelta(microseconds=1)) or slot


def _range(schedule: Schedule, first: datetime, last: datetime) -> SlotRange:
    if isinstance(schedule, IntervalSchedule):
        return SlotRange(first, last, (last - first) // timedelta(seconds=schedule.seconds) + 1)
    return SlotRange(first, last, 1 if first == last else None)
