"""Opening the trace of a run in a viewer: a link for a while, the page behind it, and the file."""

import secrets
from functools import cache
from typing import Annotated
from urllib.parse import quote

from fastapi import Path, Request, Response
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, select_autoescape
from pydantic import BaseModel, Field

from outrider_api.http.answers import Answer
from outrider_api.http.documented import ERRORS
from outrider_api.http.downloads import Download
from outrider_api.http.routing import Routes
from outrider_api.http.security import RunReader, require_of
from outrider_api.http.services import Ask
from outrider_api.http.trace_viewer import PATH as VIEWER
from outrider_api.http.trace_viewer import viewer_folder
from outrider_api.http.wire.moments import Moment
from outrider_engine.domain.identity import Permission
from outrider_engine.errors import NotFound

router = Routes(prefix="/api/v1/runs", tags=["Runs"], responses=ERRORS)
pages = Routes(include_in_schema=False)

_POLICY = (
    "default-src 'none'; style-src 'nonce-{0}'; script-src 'nonce-{0}'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
_Token = Annotated[str, Path(max_length=1000)]


class TraceLinkOut(BaseModel):
    """A link that opens the trace of a run, for whoever has it, until its time is over."""

    run_id: str
    artifact_id: str
    url: str = Field(description="A page of this server that opens the trace in Playwright's trace viewer.")
    download_url: str = Field(description="The trace itself.")
    expires_at: Moment


@router.get("/{id}/trace", operation_id="linkTrace")
def link_trace(id: str, key: RunReader, services: Ask) -> Answer[TraceLinkOut]:
    """Return a link that opens the run's trace in a viewer for an hour, without a key.

    The viewer needs a browser that reaches this server over TLS or on localhost; elsewhere the page says what to do.
    """
    require_of(key, Permission.READ, services.history.get(key.organization_id, id).run.family)
    link = services.trace_links.make(key.organization_id, id)
    page = f"/traces/{link.token}"
    return Answer(
        data=TraceLinkOut(
            run_id=id,
            artifact_id=link.artifact.id,
            url=page,
            download_url=f"{page}/trace.zip",
            expires_at=link.expires_at,
        )
    )


@pages.api_route("/traces/{token}", methods=["GET", "HEAD"], operation_id="tracePage")
def trace_page(token: _Token, services: Ask) -> HTMLResponse:
    """Lead to the viewer, or say why it can't open here and what to do instead."""
    nonce = secrets.token_urlsafe(16)
    viewer = None
    try:
        artifact, status = services.trace_links.artifact(token), 200
        if viewer_folder() is not None:
            viewer = f"{VIEWER}/index.html?trace={quote(f'/traces/{token}/trace.zip', safe='')}"
    except NotFound:
        artifact, status = None, 404
    page = _template_environment().get_template("trace.html")
    shown = page.render(artifact=artifact, viewer=viewer, download=f"/traces/{token}/trace.zip", nonce=nonce)
    headers = {"Content-Security-Policy": _POLICY.format(nonce), "Referrer-Policy": "no-referrer"}
    return HTMLResponse(shown, status, headers)


@pages.api_route("/traces/{token}/trace.zip", methods=["GET", "HEAD"], operation_id="traceFile")
def trace_file(token: _Token, request: Request, services: Ask) -> Response:
    """Send the trace that a link is for."""
    return Download(services.trace_links.artifact(token), services.history.open, request.headers)


@cache
def _template_environment() -> Environment:
    return Environment(loader=PackageLoader("outrider_api.http"), autoescape=select_autoescape())
