"""Cron expressions by the rules of Debian's cron (cronsim): what happens at changes of daylight saving included."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError

from outrider_engine.domain.schedules import CronSchedule
from outrider_engine.errors import InvalidInput

_FIELDS = 5
_LONGEST_SHIFT = timedelta(hours=3)
"""More than any change of a zone's offset moves a time of day."""


class CronCalendar:
    """Answers when a cron schedule fires; what it fires at is what iterating forwards yields."""

    def next_after(self, schedule: CronSchedule, moment: datetime) -> datetime | None:
        """Return the first time strictly after ``moment``; ``None`` when there is none within 50 years.

        Raises:
            InvalidInput: the expression or the time zone is wrong.
        """
        return next(_times(schedule, moment), None)

    def last_until(self, schedule: CronSchedule, moment: datetime) -> datetime | None:
        """Return the last time at or before ``moment``; ``None`` when there is none within 50 years.

        Iterating backwards finds the neighbourhood; iterating forwards from before it decides, because around changes
        of daylight saving the two do not agree.
        """
        guess = next(_times(schedule, moment + timedelta(microseconds=1), reverse=True), None)
        if guess is None:
            return None
        latest = None
        for time in _times(schedule, guess - _LONGEST_SHIFT):
            if time > moment:
                break
            latest = time
        return latest or guess


def _times(schedule: CronSchedule, moment: datetime, *, reverse: bool = False) -> Iterator[datetime]:
    try:
        zone = ZoneInfo(schedule.timezone)
    except (KeyError, ValueError, OSError):
        raise InvalidInput(f"no time zone is called {schedule.timezone!r}", field="timezone") from None
    if len(schedule.expression.split()) != _FIELDS:
        raise InvalidInput("a cron expression has five fields: minute hour day month weekday", field="cron")
    try:
        times = CronSim(schedule.expression, moment.astimezone(zone), reverse=reverse)
    except CronSimError as error:
        raise InvalidInput(f"not a cron expression: {error}", field="cron") from None
    return (time.astimezone(UTC) for time in times)
