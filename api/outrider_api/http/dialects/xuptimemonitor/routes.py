"""``/compat/xuptimemonitor/api/v1``: the list of monitors, and the history of one."""

from typing import Annotated

from fastapi import Query

from outrider_api.http.documented import errors_as
from outrider_api.http.routing import Routes
from outrider_api.http.security import MonitorReader
from outrider_api.http.services import Ask
from outrider_api.http.wire.check_ids import MonitorId
from outrider_api.http.wire.histories import HistoryOut, Place, Range, show_history
from outrider_engine.domain.ids import to_uuid
from outrider_engine.services.check_history import (
    ALL_LOCATIONS,
    DEFAULT_POINTS,
    DEFAULT_RANGE,
    FEWEST_POINTS,
    MOST_POINTS,
)

from .errors import PREFIX, Problem
from .wire import WORDS, MonitorsOut, show_monitor

DEFAULT_MONITORS = 100
MOST_MONITORS = 200

router = Routes(prefix=f"{PREFIX}api/v1", tags=["xuptimemonitor"], responses=errors_as(Problem))

_Monitors = Annotated[int, Query(description=f"Monitors at most, 1 to {MOST_MONITORS}; others count as the nearest.")]
_Points = Annotated[
    int, Query(description=f"Points at most, {FEWEST_POINTS} to {MOST_POINTS}; others count as the nearest.")
]
_Status = Annotated[str | None, Query(description="`online`, `offline` or `unknown`, in any case.")]


@router.get("/monitors", operation_id="xuptimemonitorListMonitors")
def list_monitors(
    key: MonitorReader, services: Ask, limit: _Monitors = DEFAULT_MONITORS, status: _Status = None
) -> MonitorsOut:
    """List monitors, oldest first."""
    effective = min(max(limit, 1), MOST_MONITORS)
    health = None
    if status is not None:
        health = next((health for health, word in WORDS.items() if word == status.lower()), None)
        if health is None:  # no monitor is ever called that
            return MonitorsOut(data=[], count=0, limit=effective)
    found = services.statistics.overview(key.organization_id, limit=effective, health=health)
    return MonitorsOut(data=[show_monitor(one) for one in found], count=len(found), limit=effective)


@router.get("/monitors/{id}/history", operation_id="xuptimemonitorHistory")
def history(  # noqa: PLR0917 - FastAPI calls it by name
    id: MonitorId,
    key: MonitorReader,
    services: Ask,
    range: Range = DEFAULT_RANGE,
    location: Place = ALL_LOCATIONS,
    limit: _Points = DEFAULT_POINTS,
) -> HistoryOut:
    """Return a monitor's results as points on a time line, and what they come to."""
    effective = min(max(limit, FEWEST_POINTS), MOST_POINTS)
    found = services.histories.read(key.organization_id, id, range=range, location=location, limit=effective)
    return show_history(found, range=range, limit=effective, id=str(to_uuid(found.check.id)))
