"""``/api/v1/monitors``: probes of one thing each."""

from typing import Annotated

from fastapi import Query

from outrider_api.http.answers import Answer, Done, Listing, Paging, Timeline
from outrider_api.http.bodies import JsonBody, OptionalJsonBody
from outrider_api.http.documented import ERRORS, accepts
from outrider_api.http.etags import Changing, Reading
from outrider_api.http.routing import Routes
from outrider_api.http.security import MonitorReader, MonitorRunner, MonitorWriter
from outrider_api.http.services import Ask
from outrider_api.http.wire.check_ids import MonitorId
from outrider_api.http.wire.environments import run_overrides
from outrider_api.http.wire.histories import HistoryOut, Place, Range, show_history
from outrider_api.http.wire.listing import AskedChecks, of_monitors
from outrider_api.http.wire.reading import as_spelled, read_fields
from outrider_api.http.wire.runs import Asked, BegunOut, RunOut, begun, timeline
from outrider_api.http.wire.showing import ApiMonitorOut, MonitorOut, show_api_monitor, show_monitor
from outrider_api.http.wire.spelling import MONITORS
from outrider_api.http.wire.statistics import StatsOut, show_stats
from outrider_engine.domain.checks import Family
from outrider_engine.domain.runs import Trigger
from outrider_engine.services.check_history import (
    ALL_LOCATIONS,
    DEFAULT_POINTS,
    DEFAULT_RANGE,
    FEWEST_POINTS,
    MOST_POINTS,
)

router = Routes(prefix="/api/v1/monitors", tags=["Monitors"], responses=ERRORS)


@router.get("", operation_id="listMonitors")
def list_monitors(
    key: MonitorReader, services: Ask, paging: Paging, asked: AskedChecks
) -> Listing[MonitorOut | ApiMonitorOut]:
    """List monitors, oldest first unless `sort` says otherwise; with `type=api`, API monitors."""
    query = of_monitors(asked, services.checks.types)
    show = show_monitor if query.family is Family.MONITOR else show_api_monitor
    views, total = services.checks.list(key.organization_id, query)
    return paging.listing([show(view) for view in views], total)


@router.post("", status_code=201, operation_id="createMonitor", openapi_extra=accepts("MonitorCreate"))
def create_monitor(key: MonitorWriter, services: Ask, body: JsonBody) -> Answer[MonitorOut]:
    """Create a monitor. It is first run at its next slot, or by `POST …/check`."""
    fields = read_fields(body, MONITORS, services.checks.types)
    with as_spelled(body, MONITORS):
        return Answer(data=show_monitor(services.checks.create(key.organization_id, Family.MONITOR, fields)))


@router.get("/{id}", operation_id="getMonitor")
def get_monitor(id: MonitorId, key: MonitorReader, services: Ask, seen: Reading) -> Answer[MonitorOut]:
    """Return a monitor."""
    return Answer(data=seen(show_monitor(services.checks.get(key.organization_id, id, Family.MONITOR))))


@router.put("/{id}", operation_id="updateMonitor", openapi_extra=accepts("MonitorUpdate"))
def update_monitor(
    id: MonitorId, key: MonitorWriter, services: Ask, body: JsonBody, match: Changing
) -> Answer[MonitorOut]:
    """Change some fields of a monitor; what is not sent keeps its value, lists and objects are replaced whole."""
    current = services.checks.get(key.organization_id, id, Family.MONITOR)
    fields = read_fields(body, MONITORS, services.checks.types, current)
    with as_spelled(body, MONITORS):
        expecting = match.on(show_monitor)
        changed = services.checks.update(key.organization_id, id, Family.MONITOR, fields, expecting=expecting)
    return Answer(data=match.changed(show_monitor(changed)))


@router.delete("/{id}", operation_id="deleteMonitor")
def delete_monitor(id: MonitorId, key: MonitorWriter, services: Ask, match: Changing) -> Answer[Done]:
    """Delete a monitor. Its runs stay readable for 30 days."""
    services.checks.delete(key.organization_id, id, Family.MONITOR, expecting=match.on(show_monitor))
    return Answer(data=Done(id=id))


@router.post(
    "/{id}/check",
    status_code=202,
    operation_id="checkMonitor",
    openapi_extra=accepts("RunNowBody", required=False),
)
@router.post("/{id}/run", status_code=202, include_in_schema=False)
def check_monitor(id: MonitorId, key: MonitorRunner, services: Ask, body: OptionalJsonBody) -> Answer[BegunOut]:
    """Run a monitor now, at each of its locations; the answer shows the first of the runs, and the ids of all."""
    runs = services.checks.run_now(
        key.organization_id, id, family=Family.MONITOR, trigger=Trigger.MANUAL, overrides=run_overrides(body)
    )
    return Answer(data=begun(runs))


@router.post("/{id}/rotate-token", operation_id="rotateMonitorToken")
def rotate_token(id: str, key: MonitorWriter, services: Ask) -> Answer[MonitorOut]:
    """Give a heartbeat another token; pings with the old one are refused from now on."""
    return Answer(data=show_monitor(services.checks.rotate_token(key.organization_id, id, Family.MONITOR)))


@router.get("/{id}/results", operation_id="listMonitorResults")
def list_results(id: MonitorId, key: MonitorReader, services: Ask, asked: Asked) -> Timeline[RunOut]:
    """List a monitor's runs, newest first."""
    views, more = services.history.of_check(key.organization_id, id, Family.MONITOR, asked)
    return timeline(views, asked, more=more)


@router.get("/{id}/runs", operation_id="listMonitorRuns")
def list_monitor_runs(id: MonitorId, key: MonitorReader, services: Ask, asked: Asked) -> Timeline[RunOut]:
    """List a monitor's runs, newest first: the same as `…/results`."""
    return list_results(id, key, services, asked)


@router.get("/{id}/stats", operation_id="getMonitorStats")
def monitor_stats(id: MonitorId, key: MonitorReader, services: Ask) -> Answer[StatsOut]:
    """Return a monitor's uptime and response times over the last 24 hours, 7, 30 and 90 days."""
    return Answer(data=show_stats(services.statistics.of_check(key.organization_id, id, Family.MONITOR)))


@router.get("/{id}/history", operation_id="getMonitorHistory")
def monitor_history(  # noqa: PLR0917 - FastAPI calls it by name
    id: MonitorId,
    key: MonitorReader,
    services: Ask,
    range: Range = DEFAULT_RANGE,
    location: Place = ALL_LOCATIONS,
    limit: Annotated[int, Query(ge=FEWEST_POINTS, le=MOST_POINTS, description="Points at most.")] = DEFAULT_POINTS,
) -> HistoryOut:
    """Return a monitor's results as points on a time line, for graphs, and what these points come to."""
    found = services.histories.read(key.organization_id, id, range=range, location=location, limit=limit)
    return show_history(found, range=range, limit=limit, id=found.check.id)


@router.post("/{id}/pause", operation_id="pauseMonitor")
def pause_monitor(id: MonitorId, key: MonitorWriter, services: Ask) -> Answer[MonitorOut]:
    """Stop scheduling a monitor."""
    return Answer(data=show_monitor(services.checks.pause(key.organization_id, id, Family.MONITOR)))


@router.post("/{id}/resume", operation_id="resumeMonitor")
def resume_monitor(id: MonitorId, key: MonitorWriter, services: Ask) -> Answer[MonitorOut]:
    """Schedule a monitor again, from its next slot on."""
    return Answer(data=show_monitor(services.checks.resume(key.organization_id, id, Family.MONITOR)))
