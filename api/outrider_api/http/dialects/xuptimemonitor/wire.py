"""Monitors as clients of xuptimemonitor read them."""

from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from outrider_api.http.wire.histories import address_of, method_of
from outrider_api.http.wire.moments import Moment
from outrider_engine.domain.assertions import Operator, Source
from outrider_engine.domain.checks import CheckDefinition
from outrider_engine.domain.health import Health
from outrider_engine.domain.ids import to_uuid
from outrider_engine.domain.schedules import IntervalSchedule
from outrider_engine.services.statistics import MonitorOverview

WORDS: Mapping[Health, str] = {Health.UP: "online", Health.DOWN: "offline", Health.UNKNOWN: "unknown"}
"""How this dialect's list says whether a target is up; its history says ``up`` and ``down``."""


class MonitorOut(BaseModel):
    """One monitor."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)

    id: str
    name: str
    url: str
    method: str
    status: str = Field(description="`online`, `offline` or `unknown`.")
    interval_seconds: int | None
    regions: list[str]
    uptime_percent: float | None = Field(description="Of the last 30 days.")
    latency_threshold_ms: float | int | None
    online_since: Moment | None
    last_checked_at: Moment | None
    last_incident_id: str | None
    created_at: Moment
    tags: list[str]


class MonitorsOut(BaseModel):
    """The monitors of an account, oldest first."""

    data: list[MonitorOut]
    count: int = Field(description="Monitors in this answer.")
    limit: int = Field(description="How many it could have been.")


def show_monitor(overview: MonitorOverview) -> MonitorOut:
    """Return a monitor's answer."""
    check, definition = overview.check, overview.check.definition
    schedule = definition.schedule
    is_online = overview.health.health is Health.UP
    return MonitorOut(
        id=str(to_uuid(check.id)),
        name=definition.name,
        url=address_of(check, overview.settings),
        method=method_of(overview.settings),
        status=WORDS[overview.health.health],
        interval_seconds=schedule.seconds if isinstance(schedule, IntervalSchedule) else None,
        regions=list(definition.locations),
        uptime_percent=None if overview.uptime is None else round(overview.uptime * 100, 2),
        latency_threshold_ms=_latency_threshold(definition),
        online_since=overview.health.since if is_online else None,
        last_checked_at=overview.last_checked_at,
        last_incident_id=None if overview.last_incident_id is None else str(to_uuid(overview.last_incident_id)),
        created_at=check.created_at,
        tags=list(definition.tags),
    )


def _latency_threshold(definition: CheckDefinition) -> float | int | None:
    """Return the response time from which on the monitor is no longer satisfied, in milliseconds."""
    for assertion in definition.assertions:
        if assertion.source is Source.RESPONSE_TIME and assertion.operator is Operator.LESS_THAN:
            expected = assertion.expected
            return expected if isinstance(expected, int | float) else None
    return None
