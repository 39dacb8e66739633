"""Monitors and journeys as clients write them, into the fields of a check; and errors back into the clients' words."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from outrider_engine.assertions import read_assertions, respelled
from outrider_engine.domain.checks import CheckStatus
from outrider_engine.domain.json_values import JsonObject, JsonValue
from outrider_engine.domain.schedules import CronSchedule, IntervalSchedule
from outrider_engine.domain.versions import Origin
from outrider_engine.errors import InvalidInput
from outrider_engine.services.check_fields import CheckFields
from outrider_engine.services.check_types import CheckTypes, refuse_unknown
from outrider_engine.services.check_views import CheckView
from outrider_engine.services.validation import validated

from .bodies import CheckBody, MonitorBody
from .showing import MonitorOut
from .spelling import HTTP, Spelling

_READ_ONLY = frozenset(MonitorOut.model_fields) - frozenset(MonitorBody.model_fields)
"""What answers show and no body sets; clients that send back what they read send it along."""

_OF_PINGS = frozenset({"token", "ping_path"})


def read_fields(
    body: JsonObject, spelling: Spelling, types: CheckTypes, current: CheckView | None = None
) -> CheckFields:
    """Return what a body sets, on top of ``current`` when it is a change.

    Raises:
        InvalidInput: names the field that is wrong, as the client spelled it, and what is allowed.
    """
    if current is not None:
        if body.get("id", current.check.id) != current.check.id:
            raise InvalidInput("can't be changed", field="id")
        shown = _READ_ONLY if current.ping_token is None else _READ_ONLY | _OF_PINGS
        body = {name: value for name, value in body.items() if name not in shown}
    common = set(spelling.body.model_fields)
    given = validated(spelling.body, {name: value for name, value in body.items() if name in common})
    kind = _kind(given, spelling, types, current)
    settings = _settings(body, spelling, types, kind, creating=current is None)
    fields: CheckFields = {"type": kind} if kind is not None else {}
    if isinstance(given.secrets, list):
        if kind is None or "secrets" not in types.setting_names(kind):
            raise InvalidInput("must be an object of names and texts", field="secrets")
        settings["secrets"] = given.secrets
    if settings:
        fields["config_changes"] = settings
    if "config" in given.model_fields_set:
        fields["config"] = given.config
    _plain(given, fields)
    _limits(given, spelling, fields, current)
    if current is None and spelling.timeout not in given.model_fields_set:
        fields["timeout_s"] = spelling.default_timeouts.get(kind or "", spelling.default_timeout_s)
    _places(given, fields, current)
    _schedule(given, spelling, fields, current)
    if kind is not None and types.is_passive(kind):
        _unscheduled(given, spelling, fields)
    if "assertions" in given.model_fields_set:
        fields["assertions"] = read_assertions(given.assertions)
    return fields


@contextmanager
def as_spelled(body: JsonObject, spelling: Spelling) -> Iterator[None]:
    """Name wrong fields in errors as the client spelled them."""
    try:
        yield
    except InvalidInput as error:
        path = _spelled(error.field or "", body, spelling) or None
        raise InvalidInput(error.problem, field=path, allowed=error.allowed) from None


def _kind(given: CheckBody, spelling: Spelling, types: CheckTypes, current: CheckView | None) -> str | None:
    if "type" in given.model_fields_set:
        if current is not None and given.type == spelling.kinds.get(*[current.check.definition.type] * 2):
            return current.check.definition.type
        return spelling.kind_of(given.type, types)
    if current is not None:
        return current.check.definition.type
    return spelling.default_kind


def _missing(body: JsonObject, spelling: Spelling, types: CheckTypes, kind: str) -> list[str]:
    """Return the required fields that a new check lacks: an unknown field may be one of them, misspelt."""
    beside = "config" not in body and kind in types.kinds(spelling.family)
    required = types.required_settings(kind) if beside else []
    return [name for name in ("name", *required) if name not in body]


def _settings(
    body: JsonObject, spelling: Spelling, types: CheckTypes, kind: str | None, *, creating: bool
) -> dict[str, JsonValue]:
    if kind is None:
        return {}
    common = set(spelling.body.model_fields)
    given = {name: value for name, value in body.items() if name not in common}
    names = [name for name in types.setting_names(kind) if name not in common]
    if kind == HTTP:
        names = [*(name for name in names if name != "verify_tls"), "tls"]
    missing = _missing(body, spelling, types, kind) if creating else []
    refuse_unknown(given, [*spelling.body.model_fields, *names], missing)
    settings = dict(given)
    if kind == HTTP and "tls" in settings:
        settings["verify_tls"] = _read_tls(settings.pop("tls"))
    return settings


def _read_tls(given: JsonValue) -> bool:
    if not isinstance(given, Mapping):
        raise InvalidInput("must be an object", field="tls")
    for name, value in given.items():
        if name not in ("enabled", "verify"):
            raise InvalidInput("is not a known field", field=f"tls.{name}", allowed=["enabled", "verify"], given=name)
        if not isinstance(value, bool):
            raise InvalidInput("must be true or false", field=f"tls.{name}")
    return bool(given.get("verify", True))


def _plain(given: CheckBody, fields: CheckFields) -> None:
    sent = given.model_fields_set
    if "name" in sent:
        fields["name"] = given.name
    if "description" in sent:
        fields["description"] = given.description
    if "status" in sent:
        fields["status"] = CheckStatus(given.status)
    if "tags" in sent:
        fields["tags"] = given.tags
    if "variables" in sent:
        fields["variables"] = {name: str(text) for name, text in given.variables.items()}
    if "secrets" in sent and isinstance(given.secrets, dict):
        fields["secrets"] = given.secrets
    if "side_effects" in sent:
        fields["side_effects"] = given.side_effects
    _wider(given, fields)


def _wider(given: CheckBody, fields: CheckFields) -> None:
    """Read what is about more than the check alone."""
    sent = given.model_fields_set
    if "environment" in sent:
        fields["environment"] = given.environment
    if "project_id" in sent:
        fields["project_id"] = given.project_id
    if "quorum" in sent:
        fields["quorum"] = given.quorum
    if "alert_policy" in sent:
        fields["alert_policy"] = given.alert_policy
    if given.version_message:
        fields["origin"] = Origin(message=given.version_message)


def _limits(given: CheckBody, spelling: Spelling, fields: CheckFields, current: CheckView | None) -> None:
    sent = given.model_fields_set
    if spelling.timeout in sent or current is None:
        fields["timeout_s"] = getattr(given, spelling.timeout)
    offered = [getattr(given, name) for name in ("max_retries", "retries") if name in sent]
    if len(set(offered)) > 1 and current is not None:
        offered = [number for number in offered if number != current.check.definition.max_retries]
    if len(set(offered)) > 1:
        raise InvalidInput("says something else than max_retries", field="retries")
    if offered:
        fields["max_retries"] = offered[0]


def _places(given: CheckBody, fields: CheckFields, current: CheckView | None) -> None:
    before = current.check.definition.locations if current is not None else ()
    sent = given.model_fields_set
    places = given.locations if "locations" in sent else None
    primary = getattr(given, "primary_location", None)
    if primary is not None and primary != (before[0] if before else None):
        if places is None or tuple(places) == before:
            places = [primary]
        elif primary not in places:
            raise InvalidInput("is not among the locations", field="primary_location", allowed=places)
        places = [primary, *(name for name in places if name != primary)]
    if places is not None:
        fields["locations"] = places


def _schedule(given: CheckBody, spelling: Spelling, fields: CheckFields, current: CheckView | None) -> None:
    sent = given.model_fields_set
    interval: int | None = getattr(given, spelling.interval) if spelling.interval in sent else None
    if given.cron is not None and interval is not None:
        raise InvalidInput(f"can't be given together with {spelling.interval}", field="cron")
    before = current.check.definition.schedule if current is not None else None
    if given.cron is not None:
        kept = before.timezone if isinstance(before, CronSchedule) else "UTC"
        fields["schedule"] = CronSchedule(given.cron, given.timezone or kept)
    elif interval is not None:
        fields["schedule"] = IntervalSchedule(interval)
    elif given.timezone is not None:
        if not isinstance(before, CronSchedule) or "cron" in sent:
            raise InvalidInput("is only for cron", field="timezone")
        fields["schedule"] = CronSchedule(before.expression, given.timezone)
    elif current is None:
        default = spelling.default_interval_s if spelling.interval not in sent else None
        fields["schedule"] = IntervalSchedule(default) if default is not None else None
    elif ("cron" if isinstance(before, CronSchedule) else spelling.interval) in sent:
        fields["schedule"] = None


def _unscheduled(given: CheckBody, spelling: Spelling, fields: CheckFields) -> None:
    for name in (spelling.interval, "cron"):
        if name in given.model_fields_set and getattr(given, name) is not None:
            raise InvalidInput("is not for checks that are pinged", field=name)
    fields["schedule"] = None


def _spelled(path: str, body: JsonObject, spelling: Spelling) -> str:
    names = {"timeout_s": spelling.timeout, "schedule.seconds": spelling.interval}
    if "retries" in body:
        names["max_retries"] = "retries"
    if body.get("primary_location") is not None and not body.get("locations"):
        names["locations[0]"] = "primary_location"
    if path in names:
        return names[path]
    if path.startswith("assertions["):
        given = body.get("assertions")
        return respelled(path, given if isinstance(given, list) else [])
    head, _, rest = path.partition("config.")
    if head or not rest:
        return path
    if rest == "verify_tls":
        return "tls.verify"
    top = rest.partition(".")[0].partition("[")[0]
    return path if "config" in body and top not in body else rest
