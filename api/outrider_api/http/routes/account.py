"""``/api/v1/user/sessions`` and ``/api/v1/user/password``: what belongs to who is signed in."""

from fastapi import Request, Response

from outrider_api.http.answers import Answer, Done, Listing, Paging
from outrider_api.http.bodies import JsonBody
from outrider_api.http.documented import ERRORS, accepts
from outrider_api.http.routing import Routes
from outrider_api.http.services import Ask
from outrider_api.http.session_cookies import SessionToken, address_of, take_back
from outrider_api.http.wire.sessions import EndedOut, PasswordBody, SessionOfUserOut
from outrider_engine.services.validation import validated

router = Routes(prefix="/api/v1/user", tags=["Sessions"], responses=ERRORS)


@router.get("/sessions", operation_id="listSessions")
def list_sessions(token: SessionToken, services: Ask, paging: Paging) -> Listing[SessionOfUserOut]:
    """List the sessions of who is signed in, newest first."""
    own, found, total = services.sessions.of_user(token, paging.page, paging.per_page)
    return paging.listing([SessionOfUserOut.of(each, own=own) for each in found], total)


@router.delete("/sessions", operation_id="signOutEverywhere")
def sign_out_everywhere(request: Request, response: Response, token: SessionToken, services: Ask) -> Answer[EndedOut]:
    """Sign out everywhere: all sessions of the user end, this one too."""
    ended = services.sessions.sign_out_everywhere(token)
    take_back(response, request)
    return Answer(data=EndedOut(ended_sessions=ended))


@router.delete("/sessions/{id}", operation_id="endSession")
def end_session(id: str, request: Request, response: Response, token: SessionToken, services: Ask) -> Answer[Done]:
    """End one session of the user, wherever it is."""
    if services.sessions.end(token, id):
        take_back(response, request)
    return Answer(data=Done(id=id))


@router.put("/password", operation_id="changePassword", openapi_extra=accepts("PasswordBody"))
def change_password(request: Request, token: SessionToken, services: Ask, body: JsonBody) -> Answer[EndedOut]:
    """Choose another password. All other sessions of the user end."""
    given = validated(PasswordBody, body)
    ended = services.accounts.change_password(
        token, current=given.current_password, new=given.new_password, address=address_of(request)
    )
    return Answer(data=EndedOut(ended_sessions=ended))
