"""``/v0/monitors``: the monitors of the key's project, their checks and their uptime."""

from datetime import UTC, datetime, time
from typing import Annotated

from fastapi import Query, Response

from outrider_api.http.bodies import JsonBody
from outrider_api.http.documented import accepts
from outrider_api.http.etags import Changing, Reading
from outrider_api.http.routing import Routes
from outrider_api.http.security import MonitorReader, MonitorWriter
from outrider_api.http.services import Ask
from outrider_api.http.wire.check_ids import MonitorId
from outrider_api.http.wire.moments import DAY_BEGINS, DAY_ENDS, Instant
from outrider_api.http.wire.spelling import HTTP
from outrider_engine.domain.checks import CheckStatus, Family
from outrider_engine.domain.rollups import Span
from outrider_engine.errors import InvalidInput, NotFound
from outrider_engine.ports.check_repository import CheckQuery
from outrider_engine.ports.run_repository import RunQuery
from outrider_engine.services.check_views import CheckView

from .checks import STATUSES, CheckOut, Health, UptimeOut, show_check, show_uptime
from .documented import PROBLEMS
from .errors import PREFIX
from .monitors import BrilyMonitor, in_our_words, native_body, read_monitor, show_monitor
from .paging import AskedPage, Page

router = Routes(prefix=f"{PREFIX}monitors", tags=["brily"], responses=PROBLEMS)

_From = Annotated[Instant | None, DAY_BEGINS, Query(alias="from", description="Only checks from this time or day on.")]
_To = Annotated[Instant | None, DAY_ENDS, Query(description="Only checks up to this time, or the end of this day.")]
_First = Annotated[str | None, Query(alias="from", description="The first day or hour: a date or a time.")]
_Last = Annotated[str | None, Query(alias="to", description="The last one.")]


@router.get("", operation_id="brilyListMonitors")
def list_monitors(
    key: MonitorReader, services: Ask, paging: AskedPage, enabled: bool | None = None
) -> Page[BrilyMonitor]:
    """List monitors, oldest first."""
    status = None if enabled is None else CheckStatus.ACTIVE if enabled else CheckStatus.PAUSED
    query = CheckQuery(family=Family.MONITOR, type=HTTP, status=status, after=paging.cursor, per_page=paging.limit + 1)
    views, _ = services.checks.list(key.organization_id, query)
    shown = views[: paging.limit]
    return paging.page(
        [show_monitor(view) for view in shown],
        [view.check.id for view in shown],
        more=len(views) > paging.limit,
    )


@router.post("", status_code=201, operation_id="brilyCreateMonitor", openapi_extra=accepts("BrilyMonitorCreate"))
def create_monitor(key: MonitorWriter, services: Ask, body: JsonBody) -> BrilyMonitor:
    """Create a monitor; one that was deleted less than 30 days ago and had this name gets its history back."""
    native = native_body(body)
    with in_our_words(native):
        fields = read_monitor(native, services.checks.types)
        return show_monitor(services.checks.create(key.organization_id, Family.MONITOR, fields, restoring=True))


@router.get("/{id}", operation_id="brilyGetMonitor")
def get_monitor(id: MonitorId, key: MonitorReader, services: Ask, seen: Reading) -> BrilyMonitor:
    """Return a monitor."""
    return seen(show_monitor(_found(services, key.organization_id, id)))


@router.patch("/{id}", operation_id="brilyUpdateMonitor", openapi_extra=accepts("BrilyMonitorUpdate"))
def update_monitor(id: MonitorId, key: MonitorWriter, services: Ask, body: JsonBody, match: Changing) -> BrilyMonitor:
    """Change the fields that are sent; lists are replaced, not merged."""
    current = _found(services, key.organization_id, id)
    native = native_body(body, show_monitor(current))
    with in_our_words(native):
        fields = read_monitor(native, services.checks.types, current)
        expecting = match.on(show_monitor)
        changed = services.checks.update(key.organization_id, id, Family.MONITOR, fields, expecting=expecting)
    return match.changed(show_monitor(changed))


@router.delete("/{id}", status_code=204, operation_id="brilyDeleteMonitor")
def delete_monitor(id: MonitorId, key: MonitorWriter, services: Ask, match: Changing) -> Response:
    """Delete a monitor; its history is kept for 30 days."""
    _found(services, key.organization_id, id)
    services.checks.delete(key.organization_id, id, Family.MONITOR, expecting=match.on(show_monitor))
    return Response(status_code=204)


@router.post("/{id}/pause", operation_id="brilyPauseMonitor")
def pause_monitor(id: MonitorId, key: MonitorWriter, services: Ask) -> BrilyMonitor:
    """Stop checking; no alert is opened meanwhile."""
    _found(services, key.organization_id, id)
    return show_monitor(services.checks.pause(key.organization_id, id, Family.MONITOR))


@router.post("/{id}/resume", operation_id="brilyResumeMonitor")
def resume_monitor(id: MonitorId, key: MonitorWriter, services: Ask) -> BrilyMonitor:
    """Check again, from the next slot on."""
    _found(services, key.organization_id, id)
    return show_monitor(services.checks.resume(key.organization_id, id, Family.MONITOR))


@router.get("/{id}/checks", operation_id="brilyListChecks")
def list_checks(  # noqa: PLR0917 - FastAPI calls it by name
    id: MonitorId,
    key: MonitorReader,
    services: Ask,
    paging: AskedPage,
    since: _From = None,
    to: _To = None,
    region: str | None = None,
    status: Health | None = None,
) -> Page[CheckOut]:
    """List the checks of a monitor, newest first; of one that was deleted for 30 days more."""
    query = RunQuery(
        statuses=STATUSES[status] if status else sum(STATUSES.values(), ()),
        location=region,
        after_time=since,
        before_time=to,
        before=paging.cursor,
        limit=paging.limit,
    )
    found, more = services.history.of_check(key.organization_id, id, Family.MONITOR, query, type=HTTP, deleted_too=True)
    return paging.page([show_check(view.run) for view in found], [view.run.id for view in found], more=more)


@router.get("/{id}/uptime", operation_id="brilyUptime")
def uptime(  # noqa: PLR0917 - FastAPI calls it by name
    id: MonitorId,
    key: MonitorReader,
    services: Ask,
    since: _First = None,
    until: _Last = None,
    granularity: Span = Span.DAY,
) -> UptimeOut:
    """Return how much of each day or hour the target was up; the last seven days or 24 hours by default."""
    buckets = services.uptime.read(
        key.organization_id,
        id,
        Family.MONITOR,
        granularity,
        since=_moment(since, "from", time.min),
        until=_moment(until, "to", time.max),
        type=HTTP,
    )
    return show_uptime(buckets, granularity)


def _found(services: Ask, organization_id: str, id: str) -> CheckView:
    """Return a monitor that this dialect can express: one of an address."""
    view = services.checks.get(organization_id, id, Family.MONITOR)
    if view.check.definition.type != HTTP:
        raise NotFound("monitor", id)
    return view


def _moment(text: str | None, name: str, of_day: time) -> datetime | None:
    """Return the time that a text means: a date stands for its beginning or its end."""
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise InvalidInput("must be a date or a time in ISO 8601", field=name) from None
    if len(text) == len("2026-04-17"):
        return datetime.combine(moment.date(), of_day, UTC)
    if moment.tzinfo is None:
        raise InvalidInput("must name its time zone", field=name)
    return moment
