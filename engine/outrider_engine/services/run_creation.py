"""Making runs: the one place that says what a run of a check looks like when it is queued."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from outrider_engine.domain.checks import Check
from outrider_engine.domain.ids import new_id
from outrider_engine.domain.runs import NewRun, Overrides, Trigger
from outrider_engine.domain.schedules import lateness_budget
from outrider_engine.errors import InvalidInput

MAX_ATTEMPTS = 2
"""Claims of a run before a lost worker ends it; one when running twice would harm."""

PATIENCE = timedelta(hours=1)
"""How long a run that somebody asked for may wait for a worker."""


def refuse_unknown_location(name: str, known: Sequence[str], *, field: str = "location") -> None:
    """Refuse a location that there is not.

    Raises:
        InvalidInput: names those that there are.
    """
    if name not in known:
        raise InvalidInput("is not a known location", field=field, allowed=known, given=name)


def scheduled_runs(
    check: Check, *, queue: str, slot: datetime, locations: Sequence[str], now: datetime
) -> list[NewRun]:
    """Return the runs of one slot, one for each of ``locations``; each may begin while the slot is fresh enough."""
    schedule = check.definition.schedule
    patience = lateness_budget(schedule) if schedule is not None else PATIENCE
    return [
        NewRun(
            id=new_id("run", now),
            organization_id=check.organization_id,
            check_id=check.id,
            family=check.definition.family,
            location=location,
            queue=queue,
            trigger=Trigger.SCHEDULE,
            slot=slot,
            due_at=slot,
            not_after=slot + patience,
            max_attempts=_max_attempts(check),
        )
        for location in locations
    ]


def requested_runs(
    check: Check,
    *,
    queue: str,
    trigger: Trigger,
    locations: Sequence[str],
    now: datetime,
    overrides: Overrides | None = None,
    batch_id: str | None = None,
    is_blocking: bool = True,
) -> list[NewRun]:
    """Return the runs that somebody asked for, one for each of ``locations``."""
    return [
        NewRun(
            id=new_id("run", now),
            organization_id=check.organization_id,
            check_id=check.id,
            family=check.definition.family,
            location=location,
            queue=queue,
            trigger=trigger,
            slot=None,
            due_at=now,
            not_after=now + PATIENCE,
            max_attempts=_max_attempts(check),
            overrides=overrides,
            batch_id=batch_id,
            is_blocking=is_blocking,
        )
        for location in locations
    ]


def _max_attempts(check: Check) -> int:
    return 1 if check.definition.side_effects else MAX_ATTEMPTS
