"""``/invitations/{token}``: where people accept an invitation in a browser, from the link in their mail."""

import secrets
from functools import cache

from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, select_autoescape

from outrider_api.http.routing import Routes
from outrider_api.http.services import Ask
from outrider_engine.errors import NotFound
from outrider_engine.services.invitation_mails import page_of
from outrider_engine.services.passwords import SHORTEST_PASSWORD

router = Routes(include_in_schema=False)

_POLICY = (
    "default-src 'none'; style-src 'nonce-{0}'; script-src 'nonce-{0}'; connect-src 'self'; form-action 'none'; "
    "base-uri 'none'; frame-ancestors 'none'"
)


@router.api_route(page_of("{token}"), methods=["GET", "HEAD"], operation_id="invitationPage")
def invitation_page(token: str, services: Ask) -> HTMLResponse:
    """Show an invitation, with a form that accepts it."""
    nonce = secrets.token_urlsafe(16)
    try:
        invited, status = services.members.invitation(token), 200
    except NotFound:
        invited, status = None, 404
    page = _template_environment().get_template("invitation.html")
    shown = page.render(invited=invited, nonce=nonce, shortest=SHORTEST_PASSWORD)
    headers = {"Content-Security-Policy": _POLICY.format(nonce), "Referrer-Policy": "no-referrer"}
    return HTMLResponse(shown, status, headers)


@cache
def _template_environment() -> Environment:
    return Environment(loader=PackageLoader("outrider_api.http"), autoescape=select_autoescape())
