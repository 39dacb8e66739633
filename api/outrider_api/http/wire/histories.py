"""A monitor's results on a time line; xuptimemonitor's shape, which is native too."""

from typing import Annotated, Literal

from fastapi import Query
from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from outrider_engine.domain.checks import Check
from outrider_engine.domain.health import Health
from outrider_engine.domain.json_values import JsonObject
from outrider_engine.domain.probe_points import ProbePoint
from outrider_engine.services.check_history import CheckHistory

from .moments import Millis, Moment, Percent, percent

Range = Annotated[str, Query(description="A number of minutes, hours or days up to now: `30m`, `24h`, `7d`.")]
Place = Annotated[str, Query(description="One location, or `all`.")]


class _Camel(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)


class HistoryMonitor(_Camel):
    """The monitor."""

    id: str
    name: str
    url: str
    method: str
    status: Health
    regions: list[str]


class HistoryRequest(_Camel):
    """What was asked for."""

    range: str
    from_: Moment = Field(alias="from")
    to: Moment
    location: str | None = Field(description="`null` for all.")
    locations_queried: list[str]
    limit: int


class HistorySummary(_Camel):
    """What the points come to."""

    checks: int
    up_checks: int
    uptime_percent: Percent | None
    average_latency_ms: Millis | None
    latest_status: Health
    latest_check_at: Moment | None
    truncated: bool = Field(description="There are more results in the range than points, older ones.")


class HistoryPoint(_Camel):
    """One result."""

    timestamp: Moment
    location: str
    status: Health
    is_up: bool
    latency_ms: Millis | None
    response_code: int | None


class HistoryOut(BaseModel):
    """The results in a range of time."""

    success: Literal[True] = True
    monitor: HistoryMonitor
    query: HistoryRequest
    summary: HistorySummary
    points: list[HistoryPoint] = Field(description="In the order of time.")


def show_history(history: CheckHistory, *, range: str, limit: int, id: str) -> HistoryOut:
    """Return the answer about a monitor's results, the monitor named by ``id``."""
    summary = history.summary
    latest = summary.latest
    return HistoryOut(
        monitor=HistoryMonitor(
            id=id,
            name=history.check.definition.name,
            url=address_of(history.check, history.settings),
            method=method_of(history.settings),
            status=history.health.health,
            regions=list(history.check.definition.locations),
        ),
        query=HistoryRequest(
            range=range,
            from_=history.since,
            to=history.until,
            location=history.location,
            locations_queried=list(history.locations),
            limit=limit,
        ),
        summary=HistorySummary(
            checks=summary.checks,
            up_checks=summary.up,
            uptime_percent=percent(summary.uptime),
            average_latency_ms=summary.average_latency_ms,
            latest_status=Health.UNKNOWN if latest is None else _status(latest),
            latest_check_at=None if latest is None else latest.due_at,
            truncated=summary.is_truncated,
        ),
        points=[
            HistoryPoint(
                timestamp=point.due_at,
                location=point.location,
                status=_status(point),
                is_up=point.is_up,
                latency_ms=point.latency_ms,
                response_code=point.response_code,
            )
            for point in history.points
        ],
    )


def address_of(check: Check, settings: JsonObject) -> str:
    """Return what a monitor watches as one text: its URL, or its type with host and port, or else its name."""
    kind = check.definition.type
    if isinstance(settings.get("url"), str):
        return str(settings["url"])
    for name in ("host", "domain"):
        if settings.get(name):
            port = f":{settings['port']}" if settings.get("port") else ""
            return f"{kind}://{settings[name]}{port}"
    return f"{kind}:{check.definition.name}"


def method_of(settings: JsonObject) -> str:
    """Return the HTTP method of a monitor; ``GET`` for one that has none."""
    method = settings.get("method")
    return method if isinstance(method, str) and method else "GET"


def _status(point: ProbePoint) -> Health:
    return Health.UP if point.is_up else Health.DOWN
