"""The results of one monitor as points on a time line, for graphs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from outrider_engine.domain.checks import Check, Family
from outrider_engine.domain.health import HealthSince, health_of
from outrider_engine.domain.json_values import JsonObject
from outrider_engine.domain.probe_points import PointSummary, ProbePoint, parse_range, summary_of
from outrider_engine.errors import InvalidInput
from outrider_engine.ports.storage import Storage

from .check_types import CheckTypes
from .found_checks import found_check

ALL_LOCATIONS = "all"
FEWEST_POINTS = 50
MOST_POINTS = 20_000
DEFAULT_POINTS = 2000
DEFAULT_RANGE = "24h"


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckHistory:
    """The results of a monitor in a range of time that ends now.

    Attributes:
        settings: its settings with the defaults of those left out.
        location: the one that was asked for, ``None`` for all.
        points: the newest of them, at most as many as asked for, in the order of time.
        summary: what these points come to.
    """

    check: Check
    settings: JsonObject
    health: HealthSince
    since: datetime
    until: datetime
    location: str | None
    locations: Sequence[str]
    points: Sequence[ProbePoint]
    summary: PointSummary


class CheckHistories:
    """Reads the time lines of one organization's monitors."""

    def __init__(self, *, storage: Storage, types: CheckTypes) -> None:
        self._storage = storage
        self._types = types

    def read(
        self, organization_id: str, id: str, *, range: str = DEFAULT_RANGE, location: str | None, limit: int
    ) -> CheckHistory:
        """Return a monitor's results.

        Raises:
            NotFound: there is no such monitor.
            InvalidInput: the range or the location is none.
        """
        length = parse_range(range)
        place = None if location in (None, ALL_LOCATIONS) else location
        with self._storage.read() as tx:
            check = found_check(tx, organization_id, id, Family.MONITOR)
            if place is not None:
                _refuse_unknown(place, tx.locations.names())
            since = tx.now - length
            found = tx.runs.points(id, since=since, until=tx.now, location=place, limit=limit + 1)
            states = tx.checks.states([id]).get(id, ())
            until = tx.now
        points = sorted(found[:limit], key=lambda point: point.due_at)
        return CheckHistory(
            check=check,
            settings=self._types.shown(check.definition),
            health=health_of(states, check.definition.locations),
            since=since,
            until=until,
            location=place,
            locations=[place] if place is not None else check.definition.locations,
            points=points,
            summary=summary_of(points, is_truncated=len(found) > limit),
        )


def _refuse_unknown(place: str, known: Sequence[str]) -> None:
    if place not in known:
        raise InvalidInput("is not a known location", field="location", allowed=[ALL_LOCATIONS, *known], given=place)
