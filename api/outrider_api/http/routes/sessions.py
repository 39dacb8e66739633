"""``/api/v1/session``: signing in and out, for pages in a browser."""

from fastapi import Depends, Request, Response

from outrider_api.http.answers import Answer, Done
from outrider_api.http.bodies import JsonBody
from outrider_api.http.documented import ERRORS, accepts
from outrider_api.http.errors import after_refusal
from outrider_api.http.parameters import refuse_unknown
from outrider_api.http.routing import Routes
from outrider_api.http.services import Ask
from outrider_api.http.session_cookies import SessionToken, browser_of, give, refuse_foreign, take_back
from outrider_api.http.wire.sessions import SessionOut, SignInBody, SwitchBody
from outrider_engine.errors import Unauthenticated
from outrider_engine.services.validation import validated

router = Routes(prefix="/api/v1/session", tags=["Sessions"], responses=ERRORS)


@router.post(
    "",
    status_code=201,
    operation_id="signIn",
    openapi_extra=accepts("SignInBody"),
    dependencies=[Depends(refuse_unknown)],
)
def sign_in(request: Request, response: Response, services: Ask, body: JsonBody) -> Answer[SessionOut]:
    """Sign in with e-mail address and password; the session is in the cookie `outrider_session`."""
    refuse_foreign(request, services)
    given = validated(SignInBody, body)
    try:
        token, signed_in = services.sessions.sign_in(
            given.email, given.password, organization_id=given.organization_id, browser=browser_of(request)
        )
    except Unauthenticated:
        after_refusal(request, services.sessions.note_failure, given.email)
        raise
    give(response, request, token)
    return Answer(data=SessionOut.of(signed_in, token))


@router.get("", operation_id="getSession")
def show(token: SessionToken, services: Ask) -> Answer[SessionOut]:
    """Tell who is signed in, where and as what."""
    return Answer(data=SessionOut.of(services.sessions.current(token), token))


@router.put("", operation_id="switchOrganization", openapi_extra=accepts("SwitchBody"))
def switch(token: SessionToken, services: Ask, body: JsonBody) -> Answer[SessionOut]:
    """Go on in another organization of the user."""
    given = validated(SwitchBody, body)
    return Answer(data=SessionOut.of(services.sessions.switch(token, given.organization_id), token))


@router.delete("", operation_id="signOut")
def sign_out(request: Request, response: Response, token: SessionToken, services: Ask) -> Answer[Done]:
    """Sign out: the session ends, on the server too."""
    ended = services.sessions.sign_out(token)
    take_back(response, request)
    return Answer(data=Done(id=ended.id))
