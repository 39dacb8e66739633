"""What checks come to over hours, days and months, read from rollups; and how all monitors of an organization are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from outrider_engine.domain.checks import Check, Family
from outrider_engine.domain.health import Health, HealthSince, health_of
from outrider_engine.domain.incidents import Incident
from outrider_engine.domain.json_values import JsonValue
from outrider_engine.domain.rollups import Span, Tally, share, total
from outrider_engine.ports.check_repository import CheckQuery
from outrider_engine.ports.incident_repository import IncidentQuery
from outrider_engine.ports.storage import Storage, Transaction

from .check_types import CheckTypes
from .found_checks import require_check

PERIODS: Mapping[str, tuple[Span, timedelta]] = {
    "24h": (Span.HOUR, timedelta(hours=24)),
    "7d": (Span.DAY, timedelta(days=7)),
    "30d": (Span.DAY, timedelta(days=30)),
    "90d": (Span.DAY, timedelta(days=90)),
}
"""The periods of statistics, shortest first: 24 hours by the hour, the longer ones by the day, and the hour or day
that is going on besides."""

LISTED = "30d"
"""The period of the uptime in a list of monitors."""

_PAGE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckStatistics:
    """What the runs of a check come to, by the names of ``PERIODS``; rehearsals are left out.

    Attributes:
        by_location: the same for each location that had runs in one of the periods.
        last_incident: the newest incident about it, open or not.
    """

    periods: Mapping[str, Tally]
    by_location: Mapping[str, Mapping[str, Tally]]
    last_incident: Incident | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MonitorOverview:
    """How one monitor is.

    Attributes:
        settings: its settings with the defaults of those left out.
        uptime: the share of up in the period ``LISTED``, 0 to 1; ``None`` when nothing is known.
        last_checked_at: when its newest finished run ended.
    """

    check: Check
    settings: Mapping[str, JsonValue]
    health: HealthSince
    uptime: float | None
    last_checked_at: datetime | None
    last_incident_id: str | None


class StatisticsService:
    """Reads statistics of one organization. No answer's cost grows with the number of runs."""

    def __init__(self, *, storage: Storage, types: CheckTypes) -> None:
        self._storage = storage
        self._types = types

    def of_check(self, organization_id: str, id: str, family: Family) -> CheckStatistics:
        """Return the statistics of a check.

        Raises:
            NotFound: there is no such check.
        """
        with self._storage.read() as tx:
            require_check(tx, organization_id, id, family)
            by_location = _by_location(tx, organization_id, id)
            incidents = tx.incidents.list(organization_id, IncidentQuery(check_id=id, limit=1))
        return CheckStatistics(
            periods={name: Tally.together(each[name] for each in by_location.values()) for name in PERIODS},
            by_location=by_location,
            last_incident=incidents[0] if incidents else None,
        )

    def overview(self, organization_id: str, *, limit: int, health: Health | None = None) -> Sequence[MonitorOverview]:
        """Return up to ``limit`` monitors in the order of their creation, those of a ``health`` if one is given."""
        found: list[MonitorOverview] = []
        page = 1
        with self._storage.read() as tx:
            while len(found) < limit:
                query = CheckQuery(family=Family.MONITOR, page=page, per_page=_PAGE)
                checks, number = tx.checks.list(organization_id, query)
                found += [one for one in self._overviews(tx, checks) if health in (None, one.health.health)]
                if page * _PAGE >= number:
                    break
                page += 1
        return found[:limit]

    def _overviews(self, tx: Transaction, checks: Sequence[Check]) -> list[MonitorOverview]:
        ids = [check.id for check in checks]
        states = tx.checks.states(ids)
        last = tx.runs.last(ids)
        span, length = PERIODS[LISTED]
        uptimes = tx.rollups.uptimes(ids, span, since=span.start_of(tx.now - length))
        incidents = tx.incidents.newest_of_checks(ids)
        return [
            MonitorOverview(
                check=check,
                settings=self._types.shown(check.definition),
                health=health_of(states.get(check.id, ()), check.definition.locations),
                uptime=share(*uptimes.get(check.id, (0, 0))),
                last_checked_at=last[check.id].completed_at if check.id in last else None,
                last_incident_id=incidents.get(check.id),
            )
            for check in checks
        ]


def recent(tx: Transaction, organization_id: str, check_id: str) -> Tally:
    """Return what the runs of a check came to in the last 24 hours."""
    span, length = PERIODS["24h"]
    return total(tx.rollups.of(organization_id, check_id, span, since=span.start_of(tx.now - length)))


def _by_location(tx: Transaction, organization_id: str, id: str) -> Mapping[str, Mapping[str, Tally]]:
    """Return what the runs of a check come to at each location in each period; each span is read once."""
    found: dict[str, dict[str, Tally]] = {}
    for span in Span:
        since = {name: span.start_of(tx.now - length) for name, (each, length) in PERIODS.items() if each is span}
        for location, tallies in tx.rollups.tallies(organization_id, id, span, since=list(since.values())).items():
            found.setdefault(location, dict.fromkeys(PERIODS, Tally())).update(zip(since, tallies, strict=True))
    return {location: found[location] for location in sorted(found)}
