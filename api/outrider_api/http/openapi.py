"""The OpenAPI document: FastAPI's own, with the bodies that depend on the installed check types."""

from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as installed_version
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from outrider_engine.domain.checks import Family
from outrider_engine.services.check_types import CheckTypes

from .dialects.brily import errors as brily
from .dialects.brily.monitors import BrilyMonitorBody
from .dialects.errors import SHAPES
from .examples import EXAMPLES
from .links import add_links
from .routes.agent import TriggerBody
from .routes.baselines import PromoteBody
from .services import Services
from .session_cookies import COOKIE, CSRF_HEADER
from .wire.alerting import ChannelBody, ChannelChanges, RuleBody, RuleChanges
from .wire.batches import BatchBody
from .wire.billing import CheckoutBody
from .wire.bodies import ApiMonitorBody, JourneyBody, MonitorBody
from .wire.environments import EnvironmentBody, EnvironmentChanges, RunNowBody, VariableBody, VariableChanges
from .wire.imports import ImportBody
from .wire.incidents import BrilyIncidentBody, BrilyIncidentChanges, IncidentBody, IncidentChanges, PostedBody
from .wire.keys import KeyBody, RotationBody
from .wire.organizations import AcceptanceBody, InvitationBody, OrganizationBody, OrganizationChanges, RoleBody
from .wire.projects import ProjectBody, ProjectChanges
from .wire.releases import BrilyReleaseBody, BrilyReleaseChanges, ReleaseBody, ReleaseChanges
from .wire.sessions import PasswordBody, SignInBody, SwitchBody
from .wire.spelling import API_MONITORS, HTTP, JOURNEYS, MONITORS, Spelling
from .wire.versions import RestoreBody

DESCRIPTION = (
    "Monitors, API monitors, browser journeys, their runs, and alerts. Every answer is JSON: `{success: true, data}` "
    "or, for errors, `{success: false, error, code, data: {reason, field, allowed}}`. Send an API key as "
    "`Authorization: Bearer …`, `Authorization: ApiKey …`, `X-API-Key: …` or `?api_key=…`; or sign in at "
    "`/api/v1/session` and send `X-CSRF-Token` with what changes something. Times are ISO 8601 in UTC, "
    "durations say their unit."
)
TAGS = [
    {"name": "Monitors", "description": "Probes of one thing each: a URL, or what an installed plugin can observe."},
    {"name": "API monitors", "description": "HTTP requests in a row, with values handed from one to the next."},
    {"name": "Journeys", "description": "Paths of users through a site, walked in a real browser."},
    {"name": "Runs", "description": "What came of monitors and journeys, with their files."},
    {"name": "Heartbeats", "description": "Where jobs call in; no key is needed, only the token."},
    {"name": "Alerts", "description": "What is broken, and what was."},
    {"name": "Incidents", "description": "What people are told of a trouble, update by update."},
    {"name": "Releases", "description": "What was deployed when."},
    {"name": "Channels", "description": "Whom to tell."},
    {"name": "Rules", "description": "When to tell."},
    {"name": "Environments", "description": "Where checks run, and the values that they find there."},
    {"name": "API keys", "description": "Who may do what."},
    {"name": "Organizations", "description": "Of whom everything is."},
    {"name": "Projects", "description": "The parts of an organization."},
    {"name": "Members", "description": "The people of an organization, and who is invited."},
    {"name": "Sessions", "description": "Signing in with a password, for pages in a browser."},
    {"name": "Billing", "description": "What is used, and what plans allow."},
    {"name": "Events", "description": "What happens, as it happens: server-sent events."},
    {"name": "Audit log", "description": "Who changed what."},
    {"name": "CI", "description": "Start runs from pipelines, and wait for them."},
    {"name": "Catalog", "description": "What this installation offers."},
    {"name": "brily", "description": "For clients of brily: monitors, incidents and releases at `/v0`."},
    {"name": "xuptimemonitor", "description": "For clients of xuptimemonitor: the same address below this prefix."},
    {"name": "Health", "description": "How the server is."},
]
_BODIES: tuple[type[BaseModel], ...] = (
    MonitorBody,
    ApiMonitorBody,
    JourneyBody,
    ChannelBody,
    ChannelChanges,
    RuleBody,
    RuleChanges,
    IncidentBody,
    IncidentChanges,
    BrilyIncidentBody,
    BrilyIncidentChanges,
    PostedBody,
    ReleaseBody,
    ReleaseChanges,
    BrilyReleaseBody,
    BrilyReleaseChanges,
    KeyBody,
    RotationBody,
    OrganizationBody,
    OrganizationChanges,
    RoleBody,
    ProjectBody,
    ProjectChanges,
    InvitationBody,
    AcceptanceBody,
    SignInBody,
    SwitchBody,
    PasswordBody,
    CheckoutBody,
    TriggerBody,
    PromoteBody,
    BatchBody,
    RunNowBody,
    EnvironmentBody,
    EnvironmentChanges,
    VariableBody,
    VariableChanges,
    BrilyMonitorBody,
    RestoreBody,
    ImportBody,
)
_SECURITY = {
    "Bearer": {"type": "http", "scheme": "bearer", "description": "`Authorization: Bearer KEY`"},
    "Header": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
    "Query": {"type": "apiKey", "in": "query", "name": "api_key"},
    "Session": {
        "type": "apiKey",
        "in": "cookie",
        "name": COOKIE,
        "description": f"From `POST /api/v1/session`; what changes something also sends `{CSRF_HEADER}`.",
    },
}
_SIGN_IN = ("post", "/api/v1/session")
OF_SESSIONS = ("/api/v1/session", "/api/v1/user/sessions", "/api/v1/user/sessions/{id}", "/api/v1/user/password")
"""Paths for whoever is signed in, whatever their role."""
WITHOUT_KEY = (*OF_SESSIONS, "/api/v1/invitations/{token}/accept", "/hb/{token}", "/hb/{token}/{exit_code}")
"""Paths of the API for which a key counts nothing: what opens them is the secret in them, a password or a session."""
_METHODS = ("get", "put", "post", "delete", "patch", "head")

_TAG = {
    "ETag": {
        "description": "Stands for what it is now: for `If-Match` and `If-None-Match`.",
        "schema": {"type": "string"},
    }
}
_IDEMPOTENCY_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "Any text that stands for this request: sent again within 24 hours, it gets the first answer.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[ -~]+$"},
}

Schema = dict[str, Any]


def version() -> str:
    """Return the version of the installed distribution."""
    try:
        return installed_version("outrider")
    except PackageNotFoundError:
        return "0"


def install(app: FastAPI, services: Services) -> None:
    """Let the application answer with the complete document, which is made once."""
    made: Schema = {}

    def document() -> Schema:
        if not made:
            made.update(_document(app, services.checks.types))
        return made

    app.openapi = document  # type: ignore[method-assign]


def _document(app: FastAPI, types: CheckTypes) -> Schema:
    document = get_openapi(
        title=app.title,
        version=app.version,
        description=app.description,
        routes=app.routes,
        tags=app.openapi_tags,
    )
    components = document.setdefault("components", {})
    schemas: Schema = components.setdefault("schemas", {})
    _, bodies = models_json_schema(
        [(model, "validation") for model in _BODIES], ref_template="#/components/schemas/{model}"
    )
    schemas.update(bodies["$defs"])
    schemas["MonitorCreate"] = _creation(schemas, MONITORS, types)
    schemas["MonitorUpdate"] = _change(schemas["MonitorBody"])
    schemas["ApiMonitorCreate"] = _creation(schemas, API_MONITORS, types)
    schemas["ApiMonitorUpdate"] = _change(schemas["ApiMonitorBody"])
    schemas["BrilyMonitorCreate"] = dict(schemas["BrilyMonitorBody"])
    schemas["BrilyMonitorUpdate"] = _change(schemas["BrilyMonitorBody"])
    schemas["JourneyCreate"] = _creation(schemas, JOURNEYS, types)
    schemas["JourneyUpdate"] = _change(schemas["JourneyBody"])
    for name, example in EXAMPLES.items():
        schemas[name]["examples"] = [example]
    bodies_of_checks = ("MonitorBody", "ApiMonitorBody", "JourneyBody", "BrilyMonitorBody")
    for unused in (*bodies_of_checks, "HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    components["securitySchemes"] = _SECURITY
    _finish_operations(document)
    add_links(document)
    return document


def _creation(schemas: Schema, spelling: Spelling, types: CheckTypes) -> Schema:
    """Return what may be created: one alternative for each installed check type of the family."""
    common = schemas[spelling.body.__name__]
    kinds = types.kinds(spelling.family)
    return {"anyOf": [_of_kind(schemas, common, spelling, types, kind) for kind in kinds]} if kinds else common


def _of_kind(schemas: Schema, common: Schema, spelling: Spelling, types: CheckTypes, kind: str) -> Schema:
    settings = _hoisted(schemas, types.schema(kind), kind)
    own = {name: schema for name, schema in settings.get("properties", {}).items() if name not in common["properties"]}
    required = [name for name in settings.get("required", []) if name in own]
    if kind == HTTP:
        own.pop("verify_tls", None)
        own["tls"] = {
            "type": "object",
            "properties": {"enabled": {"type": "boolean"}, "verify": {"type": "boolean", "default": True}},
            "additionalProperties": False,
        }
    if types.is_passive(kind):
        common = {**common, "properties": _without(common["properties"], spelling.interval, "cron", "timezone")}
    name = spelling.kinds.get(kind, kind)
    properties = {**common["properties"], "type": {"type": "string", "const": name}, **own}
    if kind in spelling.default_timeouts:
        properties[spelling.timeout] = {**properties[spelling.timeout], "default": spelling.default_timeouts[kind]}
    if kind not in spelling.flat:
        properties["config"] = {**settings, "description": "All settings of the check type."}
        required = ["config"] if required else []
    needed = ["name", *([] if spelling.default_kind == kind else ["type"]), *required]
    return {
        "title": f"{name} {Family(spelling.family).value}",
        "type": "object",
        "properties": properties,
        "required": needed,
        "additionalProperties": False,
    }


def _without(properties: Schema, *names: str) -> Schema:
    return {name: schema for name, schema in properties.items() if name not in names}


def _hoisted(schemas: Schema, schema: Mapping[str, Any], kind: str) -> Schema:
    """Return a settings schema whose definitions have moved to the document's components."""
    prefix = f"{kind}_"
    rest = {name: value for name, value in schema.items() if name != "$defs"}
    for name, definition in schema.get("$defs", {}).items():
        schemas[prefix + name] = _referring(definition, prefix)
    moved: Schema = _referring(rest, prefix)
    return moved


def _referring(value: Any, prefix: str) -> Any:
    if isinstance(value, Mapping):
        return {key: _referring(item, prefix) for key, item in value.items()}
    if isinstance(value, list):
        return [_referring(item, prefix) for item in value]
    return value.replace("#/$defs/", f"#/components/schemas/{prefix}") if isinstance(value, str) else value


def _change(body: Schema) -> Schema:
    """Return what may be changed: any of the fields, and any setting of the check's type."""
    return {key: value for key, value in body.items() if key not in ("required", "additionalProperties")}


def _finish_operations(document: Schema) -> None:
    for path, item in document["paths"].items():
        for method in _METHODS:
            if method not in item:
                continue
            operation = item[method]
            if method == "post" and path.startswith(("/api/", brily.PREFIX)) and path not in WITHOUT_KEY:
                operation.setdefault("parameters", []).append(_IDEMPOTENCY_KEY)
            elif method != "patch" or not path.startswith(brily.PREFIX):
                operation["responses"].pop("422", None)
            _tell_of_tags(operation)
            if path.startswith(("/api/", *SHAPES)) and path not in WITHOUT_KEY:
                operation["security"] = [{name: []} for name in _SECURITY]
            elif path in OF_SESSIONS and (method, path) != _SIGN_IN:
                operation["security"] = [{"Session": []}]


def _tell_of_tags(operation: Schema) -> None:
    """Describe what comes of the headers about tags where an operation takes one."""
    taken = {one["name"] for one in operation.get("parameters", ())}
    answers = operation["responses"]
    if "If-None-Match" in taken:
        answers["304"] = {"description": "Nothing has changed since that `ETag`.", "headers": _TAG}
    if "If-Match" in taken:
        answers["412"] = {**answers["409"], "description": "It was changed since it had the `ETag` in `If-Match`."}
    if taken & {"If-None-Match", "If-Match"} and "200" in answers:
        answers["200"]["headers"] = _TAG
