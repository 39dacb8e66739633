"""Monitors and journeys as clients read them."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from outrider_api.http.answers import is_none
from outrider_api.http.etags import OBSERVED
from outrider_engine.assertions import show_assertions
from outrider_engine.domain.checks import CheckStatus
from outrider_engine.domain.schedules import CronSchedule, IntervalSchedule
from outrider_engine.domain.verdicts import RunStatus
from outrider_engine.services.check_views import CheckView

from .moments import Millis, Moment, Percent, percent
from .spelling import API_MONITORS, HTTP, JOURNEYS, MONITORS, Spelling


class LastRun(BaseModel):
    """The newest finished run, in short."""

    id: str
    status: RunStatus
    location: str
    duration_ms: Millis | None
    completed_at: Moment | None


class CheckOut(BaseModel):
    """A stored monitor or journey; its own settings stand beside these fields, or under `config`."""

    model_config = ConfigDict(extra="allow")

    id: str
    name: str
    type: str
    description: str
    status: CheckStatus
    paused_reason: str | None = Field(description="Why the engine paused it by itself.")
    locations: list[str]
    cron: str | None
    timezone: str | None
    max_retries: int
    tags: list[str]
    variables: dict[str, str]
    secret_names: list[str] = Field(description="The names of its secrets; their values are never shown.")
    environment: str | None = Field(description="The name of its environment.")
    project_id: str
    assertions: list[dict[str, Any]]
    side_effects: bool
    quorum: int | None
    alert_policy: dict[str, Any] | None
    revision: int = Field(description="Counts the changes, pausing included.")
    current_version: int = Field(description="The number of the version that the definition is; see `…/versions`.")
    created_at: Moment
    updated_at: Moment
    next_run_at: Annotated[Moment | None, OBSERVED]
    last_run: Annotated[LastRun | None, OBSERVED]
    warnings: Annotated[list[str], OBSERVED] = Field(description="What keeps it from running as it is meant to.")


class RecentStats(BaseModel):
    """The last 24 hours of a monitor, in short."""

    uptime_24h: Percent | None
    avg_response_ms: Millis | None


class MonitorOut(CheckOut):
    """A stored monitor."""

    stats: Annotated[RecentStats | None, OBSERVED] = Field(
        default=None, exclude_if=is_none, description="Only where one monitor is read by its id."
    )

    interval: int | None
    timeout: int | float
    retries: int


class ApiMonitorOut(CheckOut):
    """A stored API monitor."""

    interval: int | None
    timeout: int | float


class JourneyOut(CheckOut):
    """A stored journey."""

    interval_seconds: int | None
    timeout_seconds: int | float
    primary_location: str | None


def show_check(view: CheckView, spelling: Spelling) -> dict[str, Any]:
    """Return a check as its family's answers show it."""
    check, definition = view.check, view.check.definition
    schedule = definition.schedule
    interval = schedule.seconds if isinstance(schedule, IntervalSchedule) else None
    cron = schedule if isinstance(schedule, CronSchedule) else None
    shown: dict[str, Any] = _shown_settings(view, spelling)
    shown |= {
        "id": check.id,
        "name": definition.name,
        "type": spelling.kinds.get(definition.type, definition.type),
        "description": definition.description,
        "status": definition.status,
        "paused_reason": check.paused_reason,
        "locations": list(definition.locations),
        spelling.interval: interval,
        "cron": cron.expression if cron else None,
        "timezone": cron.timezone if cron else None,
        spelling.timeout: _number(definition.timeout_s),
        "max_retries": definition.max_retries,
        "retries": definition.max_retries,
        "primary_location": definition.locations[0] if definition.locations else None,
        "tags": list(definition.tags),
        "variables": dict(definition.variables),
        "secret_names": list(definition.secret_names),
        "environment": view.environment,
        "project_id": check.project_id,
        "assertions": show_assertions(definition.assertions),
        "side_effects": definition.side_effects,
        "quorum": definition.quorum,
        "alert_policy": definition.alert_policy,
        "revision": check.revision,
        "current_version": check.version,
        "created_at": check.created_at,
        "updated_at": check.updated_at,
        "next_run_at": check.next_due_at,
        "last_run": _last_run(view),
        "warnings": [f"no worker is alive that takes its runs at {name}" for name in view.unserved],
    }
    for name in ("retries", "primary_location"):
        if name not in spelling.body.model_fields:
            shown.pop(name)
    if view.ping_token is not None:
        shown |= {"token": view.ping_token, "ping_path": f"/hb/{view.ping_token}"}
    return shown


def show_monitor(view: CheckView) -> MonitorOut:
    """Return a monitor's answer."""
    shown = show_check(view, MONITORS)
    if view.recent is not None:
        shown["stats"] = RecentStats(uptime_24h=percent(view.recent.uptime), avg_response_ms=view.recent.average_ms)
    return MonitorOut.model_validate(shown)


def show_api_monitor(view: CheckView) -> ApiMonitorOut:
    """Return an API monitor's answer."""
    return ApiMonitorOut.model_validate(show_check(view, API_MONITORS))


def show_journey(view: CheckView) -> JourneyOut:
    """Return a journey's answer."""
    return JourneyOut.model_validate(show_check(view, JOURNEYS))


def _shown_settings(view: CheckView, spelling: Spelling) -> dict[str, Any]:
    definition = view.check.definition
    if definition.type not in spelling.flat:
        return {"config": dict(definition.config)}
    settings = dict(view.settings)
    if definition.type == HTTP and "verify_tls" in settings:
        settings["tls"] = {"verify": settings.pop("verify_tls")}
    return settings


def _last_run(view: CheckView) -> LastRun | None:
    run = view.last_run
    if run is None:
        return None
    return LastRun(
        id=run.id,
        status=run.status,
        location=run.location,
        duration_ms=run.duration_ms,
        completed_at=run.completed_at,
    )


def _number(value: float) -> int | float:
    return int(value) if value.is_integer() else value
