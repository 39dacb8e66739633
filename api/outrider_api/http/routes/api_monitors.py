"""``/api/v1/api-monitors``: several HTTP requests in a row, with values handed from one to the next."""

from outrider_api.http.answers import Answer, Done, Listing, Paging, Timeline
from outrider_api.http.bodies import JsonBody, OptionalJsonBody
from outrider_api.http.documented import ERRORS, accepts
from outrider_api.http.etags import Changing, Reading
from outrider_api.http.routing import Routes
from outrider_api.http.security import MonitorReader, MonitorRunner, MonitorWriter
from outrider_api.http.services import Ask
from outrider_api.http.wire.environments import run_overrides
from outrider_api.http.wire.listing import AskedChecks, of_family
from outrider_api.http.wire.reading import as_spelled, read_fields
from outrider_api.http.wire.runs import Asked, BegunOut, RunOut, begun, timeline
from outrider_api.http.wire.showing import ApiMonitorOut, show_api_monitor
from outrider_api.http.wire.spelling import API_MONITORS
from outrider_engine.domain.checks import Family
from outrider_engine.domain.runs import Trigger

router = Routes(prefix="/api/v1/api-monitors", tags=["API monitors"], responses=ERRORS)


@router.get("", operation_id="listApiMonitors")
def list_api_monitors(key: MonitorReader, services: Ask, paging: Paging, asked: AskedChecks) -> Listing[ApiMonitorOut]:
    """List API monitors, oldest first unless `sort` says otherwise."""
    query = of_family(asked, API_MONITORS, services.checks.types)
    views, total = services.checks.list(key.organization_id, query)
    return paging.listing([show_api_monitor(view) for view in views], total)


@router.post("", status_code=201, operation_id="createApiMonitor", openapi_extra=accepts("ApiMonitorCreate"))
def create_api_monitor(key: MonitorWriter, services: Ask, body: JsonBody) -> Answer[ApiMonitorOut]:
    """Create an API monitor. It is first run at its next slot, or by `POST …/trigger`."""
    fields = read_fields(body, API_MONITORS, services.checks.types)
    with as_spelled(body, API_MONITORS):
        return Answer(data=show_api_monitor(services.checks.create(key.organization_id, Family.API_MONITOR, fields)))


@router.get("/{id}", operation_id="getApiMonitor")
def get_api_monitor(id: str, key: MonitorReader, services: Ask, seen: Reading) -> Answer[ApiMonitorOut]:
    """Return an API monitor."""
    return Answer(data=seen(show_api_monitor(services.checks.get(key.organization_id, id, Family.API_MONITOR))))


@router.put("/{id}", operation_id="updateApiMonitor", openapi_extra=accepts("ApiMonitorUpdate"))
def update_api_monitor(
    id: str, key: MonitorWriter, services: Ask, body: JsonBody, match: Changing
) -> Answer[ApiMonitorOut]:
    """Change some fields of an API monitor; what is not sent keeps its value, lists and objects are replaced whole."""
    current = services.checks.get(key.organization_id, id, Family.API_MONITOR)
    fields = read_fields(body, API_MONITORS, services.checks.types, current)
    with as_spelled(body, API_MONITORS):
        expecting = match.on(show_api_monitor)
        changed = services.checks.update(key.organization_id, id, Family.API_MONITOR, fields, expecting=expecting)
    return Answer(data=match.changed(show_api_monitor(changed)))


@router.delete("/{id}", operation_id="deleteApiMonitor")
def delete_api_monitor(id: str, key: MonitorWriter, services: Ask, match: Changing) -> Answer[Done]:
    """Delete an API monitor. Its runs stay readable for 30 days."""
    services.checks.delete(key.organization_id, id, Family.API_MONITOR, expecting=match.on(show_api_monitor))
    return Answer(data=Done(id=id))


@router.post(
    "/{id}/trigger",
    status_code=202,
    operation_id="triggerApiMonitor",
    openapi_extra=accepts("RunNowBody", required=False),
)
@router.post("/{id}/run", status_code=202, include_in_schema=False)
def trigger_api_monitor(id: str, key: MonitorRunner, services: Ask, body: OptionalJsonBody) -> Answer[BegunOut]:
    """Run an API monitor now, at each of its locations; the answer shows the first of the runs, and the ids of all."""
    runs = services.checks.run_now(
        key.organization_id, id, family=Family.API_MONITOR, trigger=Trigger.MANUAL, overrides=run_overrides(body)
    )
    return Answer(data=begun(runs))


@router.get("/{id}/runs", operation_id="listApiMonitorRuns")
def list_api_monitor_runs(id: str, key: MonitorReader, services: Ask, asked: Asked) -> Timeline[RunOut]:
    """List an API monitor's runs, newest first."""
    views, more = services.history.of_check(key.organization_id, id, Family.API_MONITOR, asked)
    return timeline(views, asked, more=more)


@router.post("/{id}/pause", operation_id="pauseApiMonitor")
def pause_api_monitor(id: str, key: MonitorWriter, services: Ask) -> Answer[ApiMonitorOut]:
    """Stop scheduling an API monitor."""
    return Answer(data=show_api_monitor(services.checks.pause(key.organization_id, id, Family.API_MONITOR)))


@router.post("/{id}/resume", operation_id="resumeApiMonitor")
def resume_api_monitor(id: str, key: MonitorWriter, services: Ask) -> Answer[ApiMonitorOut]:
    """Schedule an API monitor again, from its next slot on."""
    return Answer(data=show_api_monitor(services.checks.resume(key.organization_id, id, Family.API_MONITOR)))
