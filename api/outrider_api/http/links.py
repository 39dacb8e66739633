"""Links of the OpenAPI document: which operations go on with what an answer names."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from .dialects.brily import errors as brily

Schema = dict[str, Any]

_SUCCESSES = ("200", "201", "202")
_METHODS = ("get", "put", "post", "patch", "delete")


@dataclass(frozen=True, slots=True)
class Lead:
    """Where an answer leads.

    Attributes:
        pointer: where the answer has the value, as a JSON pointer.
        to: beginnings of the paths that it leads to; their other parameters are those of the answer's own path.
        parameter: the name of the path parameter that takes the value.
    """

    pointer: str
    to: tuple[str, ...]
    parameter: str = "id"


_RUN = Lead("/data/run_id", ("/api/v1/runs/{id}", "/api/agent/runs/{id}"))
_MEMBER = "/api/v1/organizations/{id}/members/{member_id}"

LEADS: Mapping[str, tuple[Lead, ...]] = {
    "checkMonitor": (_RUN,),
    "triggerApiMonitor": (_RUN,),
    "runJourney": (_RUN,),
    "triggerMonitor": (_RUN,),
    "triggerApiMonitorRun": (_RUN,),
    "triggerJourney": (_RUN,),
    "createMonitor": (Lead("/data/id", ("/api/agent/monitors/{id}/trigger",)),),
    "rotateMonitorToken": (Lead("/data/token", ("/hb/{token}",), "token"),),
    "createApiMonitor": (Lead("/data/id", ("/api/agent/api-monitors/{id}/trigger",)),),
    "createJourney": (Lead("/data/id", ("/api/agent/journeys/{id}/trigger",)),),
    "getRun": (Lead("/data/id", ("/api/v1/runs/{id}/artifacts",)),),
    "pollRun": (Lead("/data/id", ("/api/v1/runs/{id}/artifacts",)),),
    "createApiKeyOfOrganization": (Lead("/data/id", ("/api/v1/api-keys/{id}",)),),
    "inviteMember": (
        Lead("/data/id", (_MEMBER,), "member_id"),
        Lead("/data/id", ("/api/v1/organizations/{id}/invitations/{invitation_id}",), "invitation_id"),
        Lead("/data/token", ("/api/v1/invitations/{token}/accept",), "token"),
    ),
}
"""Where the answers of operations lead, besides from the making of an object to the object."""


def add_links(document: Schema) -> None:
    """Let every answer that names an object lead to what can be done with it."""
    paths = document["paths"]
    for path, item in paths.items():
        for method in _METHODS:
            operation = item.get(method)
            if operation is None:
                continue
            answers = [operation["responses"][status] for status in _SUCCESSES if status in operation["responses"]]
            leads = (*_into_collection(path, method, paths), *LEADS.get(operation["operationId"], ()))
            links = {name: link for lead in leads for name, link in _links(lead, path, paths)}
            if answers and links:
                answers[0]["links"] = links


def _into_collection(path: str, method: str, paths: Schema) -> Iterator[Lead]:
    """Lead from the making of an object to the object; a list may be empty, so it leads nowhere."""
    below = f"{path}/{{id}}"
    if method == "post" and any(other == below or other.startswith(f"{below}/") for other in paths):
        yield Lead("/id" if path.startswith(brily.PREFIX) else "/data/id", (below,))


def _links(lead: Lead, path: str, paths: Schema) -> Iterator[tuple[str, Schema]]:
    for other, item in paths.items():
        if not any(other == start or other.startswith(f"{start}/") for start in lead.to):
            continue
        values = {name: _value(name, lead, path) for name in _parameters_of(other)}
        parameters = {name: value for name, value in values.items() if value is not None}
        if lead.parameter not in parameters:
            continue
        for method in _METHODS:
            if method in item:
                name = item[method]["operationId"]
                yield name, {"operationId": name, "parameters": parameters}


def _value(name: str, lead: Lead, path: str) -> str | None:
    """Return where a parameter has its value from; ``None`` when that is up to the client."""
    if name == lead.parameter:
        return f"$response.body#{lead.pointer}"
    return f"$request.path.{name}" if name in _parameters_of(path) else None


def _parameters_of(path: str) -> list[str]:
    return [part[1:-1] for part in path.split("/") if part.startswith("{")]
