"""How much of each hour or day a check's target was up, read from rollups."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from outrider_engine.domain.checks import Family
from outrider_engine.domain.rollups import Span, share
from outrider_engine.errors import InvalidInput
from outrider_engine.ports.storage import Storage

from .found_checks import require_check

MOST_BUCKETS = 1200
DEFAULT_BUCKETS = {Span.DAY: 7, Span.HOUR: 24}
"""How many hours or days are told of when no range is asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UptimeBucket:
    """One hour or day.

    Attributes:
        uptime: the share of runs in which the target was up, 0 to 1; ``None`` when nothing is known.
        incidents: how many incidents about the check started then.
    """

    starts_at: datetime
    uptime: float | None
    incidents: int


class UptimeService:
    """Reads the uptime of checks of one organization."""

    def __init__(self, *, storage: Storage) -> None:
        self._storage = storage

    def read(
        self,
        organization_id: str,
        check_id: str,
        family: Family,
        span: Span,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        type: str | None = None,
    ) -> Sequence[UptimeBucket]:
        """Return every hour or day of a range, both ends included, oldest first; by default the last ones up to now.

        A deleted check still has its history until it is purged.

        Raises:
            NotFound: there is no such check, or it is of another ``type``.
            InvalidInput: the range ends before it begins, or is too long.
        """
        with self._storage.read() as tx:
            require_check(tx, organization_id, check_id, family, type=type, deleted_too=True)
            last = span.start_of(until or tx.now)
            first = span.start_of(since) if since else last - (DEFAULT_BUCKETS[span] - 1) * span.length
            count = (last - first) // span.length + 1
            if count < 1:
                raise InvalidInput("is before from", field="to")
            if count > MOST_BUCKETS:
                raise InvalidInput(f"asks for more than {MOST_BUCKETS} {span}s", field="from")
            end = last + span.length
            counts = tx.rollups.counts(organization_id, check_id, span, since=first, until=end)
            started = tx.incidents.started(organization_id, check_id, since=first, until=end)
        return _buckets(counts, started, span, [first + number * span.length for number in range(count)])


def _buckets(
    counts: Mapping[datetime, tuple[int, int]], started: Sequence[datetime], span: Span, starts: Sequence[datetime]
) -> list[UptimeBucket]:
    incidents = Counter(map(span.start_of, started))
    return [
        UptimeBucket(starts_at=start, uptime=share(*counts.get(start, (0, 0))), incidents=incidents[start])
        for start in starts
    ]
