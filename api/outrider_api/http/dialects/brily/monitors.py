"""Monitors as clients of brily write and read them, by way of the native words."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, Field, PlainSerializer, WithJsonSchema

from outrider_api.http.wire.fixed_fields import without_fixed
from outrider_api.http.wire.moments import seconds
from outrider_api.http.wire.reading import as_spelled, read_fields
from outrider_api.http.wire.spelling import MONITORS
from outrider_engine.assertions import show_assertions
from outrider_engine.domain.alert_policies import majority, quorum_of
from outrider_engine.domain.checks import CheckStatus
from outrider_engine.domain.json_values import JsonObject
from outrider_engine.domain.schedules import IntervalSchedule
from outrider_engine.errors import InvalidInput
from outrider_engine.services.check_fields import CheckFields
from outrider_engine.services.check_types import CheckTypes
from outrider_engine.services.check_views import CheckView

_NATIVE = {"interval_seconds": "interval", "regions": "locations"}
_BRILY = {native: brily for brily, native in _NATIVE.items()} | {"status": "enabled"}
_SAME = ("name", "url", "method", "headers", "assertions", "quorum", "alert_policy")
_WRITABLE = (*_SAME, *_NATIVE, "enabled")

SecondMoment = Annotated[
    datetime,
    PlainSerializer(seconds, return_type=str, when_used="json"),
    WithJsonSchema({"type": "string", "format": "date-time"}, mode="serialization"),
]
"""A time to the second."""


class BrilyMonitorBody(BaseModel):
    """What is written of a monitor; for a change, only what is to be changed."""

    name: str
    url: str = Field(description="`http` or `https`.")
    method: str = "GET"
    interval_seconds: int = Field(default=60, ge=10, le=86_400)
    regions: list[str] = Field(default_factory=list, description="One region when left out.")
    quorum: int = Field(default=1, ge=1, description="More than half of the regions when left out.")
    assertions: list[dict[str, Any]] = Field(default_factory=list, description="A status of 200 to 399 when left out.")
    headers: dict[str, str] = Field(default_factory=dict)
    alert_policy: dict[str, Any] = Field(default_factory=dict)
    enabled: bool = True


class BrilyMonitor(BaseModel):
    """A monitor: one check against one address, from one or more regions."""

    id: str
    name: str
    url: str
    method: str
    interval_seconds: int | None = Field(description="`null` for one that has a cron expression, or no schedule.")
    regions: list[str]
    quorum: int = Field(description="How many regions have to fail before its alert opens.")
    assertions: list[dict[str, Any]]
    headers: dict[str, str]
    alert_policy: dict[str, Any]
    enabled: bool
    project_id: str
    created_at: SecondMoment


def show_monitor(view: CheckView) -> BrilyMonitor:
    """Return a monitor's answer."""
    check, definition = view.check, view.check.definition
    schedule = definition.schedule
    return BrilyMonitor.model_validate(
        {
            "id": check.id,
            "name": definition.name,
            "url": view.settings["url"],
            "method": view.settings.get("method", "GET"),
            "interval_seconds": schedule.seconds if isinstance(schedule, IntervalSchedule) else None,
            "regions": list(definition.locations),
            "quorum": quorum_of(definition),
            "assertions": show_assertions(definition.assertions),
            "headers": view.settings.get("headers") or {},
            "alert_policy": definition.alert_policy or {},
            "enabled": definition.status is CheckStatus.ACTIVE,
            "project_id": check.project_id,
            "created_at": check.created_at,
        }
    )


def native_body(body: JsonObject, shown: BrilyMonitor | None = None) -> dict[str, Any]:
    """Return a body in the native words; a new monitor's alert needs the majority of its regions unless it says more.

    Args:
        body: what was sent.
        shown: the monitor as the client can have read it, when it is to be changed.

    Raises:
        InvalidInput: there is a field that this dialect does not know or does not let be set, or a value that it does
            not have.
    """
    if shown is not None:
        body = without_fixed(body, shown, BrilyMonitorBody)
    for name in body:
        if name not in _WRITABLE:
            raise InvalidInput("is not a known field", field=name, allowed=_WRITABLE, given=name)
    _refuse_foreign_values(body, {} if shown is None else shown.model_dump(mode="json"))
    native: dict[str, Any] = {name: body[name] for name in _SAME if name in body}
    native |= {inner: body[outer] for outer, inner in _NATIVE.items() if outer in body}
    if "enabled" in body:
        if not isinstance(body["enabled"], bool):
            raise InvalidInput("must be true or false", field="enabled")
        native["status"] = "active" if body["enabled"] else "paused"
    if shown is not None:
        return native
    regions = body.get("regions")
    native.setdefault("quorum", majority(len(regions)) if isinstance(regions, list) and regions else 1)
    return native | {"type": "url"}


def _refuse_foreign_values(body: JsonObject, shown: JsonObject) -> None:
    """Refuse what the native API understands and this dialect does not, unless it is there already and comes back."""
    for name in ("interval_seconds", "quorum"):
        if name in body and body[name] is None and (name not in shown or shown[name] is not None):
            raise InvalidInput("must be a whole number", field=name)
    url = body.get("url")
    if isinstance(url, str) and url.startswith("/") and url != shown.get("url"):
        raise InvalidInput("must begin with http:// or https://", field="url")
    given, kept = (each if isinstance(each, list) else [] for each in (body.get("assertions"), shown.get("assertions")))
    for index, one in enumerate(given):
        if isinstance(one, dict) and one.get("type") == "json_path" and one not in kept and not _compares(one):
            raise InvalidInput("is required", field=f"assertions[{index}].operator")


def _compares(assertion: JsonObject) -> bool:
    """Whether an assertion says how to compare; natively the operator itself may be the key of the value."""
    return "operator" in assertion or "value" not in assertion


@contextmanager
def in_our_words(native: JsonObject) -> Iterator[None]:
    """Name wrong fields in errors as clients of this dialect spell them."""
    try:
        with as_spelled(native, MONITORS):
            yield
    except InvalidInput as error:
        head = (error.field or "").replace("[", ".").partition(".")[0]
        field = (error.field or "").replace(head, _BRILY.get(head, head), 1) or None
        raise InvalidInput(error.problem, field=field, allowed=error.allowed) from None


def read_monitor(native: JsonObject, types: CheckTypes, current: CheckView | None = None) -> CheckFields:
    """Return what a body in the native words sets."""
    return read_fields(native, MONITORS, types, current)
