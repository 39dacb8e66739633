"""The cookie that holds a session, and what a request must show beside it."""

from typing import Annotated

from fastapi import Depends, Request, Response

from outrider_engine.domain.sessions import LASTS, LONGEST_USER_AGENT, Browser
from outrider_engine.errors import Unauthenticated

from .parameters import refuse_unknown
from .services import Ask, Services

COOKIE = "outrider_session"
CSRF_HEADER = "X-CSRF-Token"
READING = ("GET", "HEAD", "OPTIONS")


def give(response: Response, request: Request, token: str) -> None:
    """Let the browser keep a session, out of the reach of scripts and of other sites."""
    response.set_cookie(
        COOKIE,
        token,
        max_age=int(LASTS.total_seconds()),
        path="/",
        httponly=True,
        samesite="lax",
        secure=_is_https(request),
    )


def take_back(response: Response, request: Request) -> None:
    """Let the browser forget its session."""
    response.delete_cookie(COOKIE, path="/", httponly=True, samesite="lax", secure=_is_https(request))


def address_of(request: Request) -> str | None:
    """Return the IP address from which a request comes."""
    return request.client.host if request.client else None


def browser_of(request: Request) -> Browser:
    """Return from where a request comes."""
    user_agent = request.headers.get("user-agent", "")[:LONGEST_USER_AGENT]
    return Browser(address=address_of(request), user_agent=user_agent or None)


def refuse_foreign(request: Request, services: Services) -> None:
    """Refuse what a page of another site sent.

    Raises:
        ForgedRequest: the request's ``Origin`` is another server.
    """
    services.sessions.refuse_foreign(request.headers.get("origin"), request.headers.get("host", ""))


def refuse_forged(request: Request, services: Services, token: str) -> None:
    """Refuse a request that would change something and does not show that a page of our own sent it.

    Raises:
        ForgedRequest: it comes from elsewhere, or its CSRF token is missing or wrong.
    """
    if request.method not in READING:
        refuse_foreign(request, services)
        services.sessions.refuse_forged(token, request.headers.get(CSRF_HEADER))


def _meant(request: Request, services: Ask) -> str:
    refuse_unknown(request)
    token = request.cookies.get(COOKIE)
    if not token:
        raise Unauthenticated("you are not signed in")
    refuse_forged(request, services, token)
    return token


SessionToken = Annotated[str, Depends(_meant)]
"""What a browser keeps of its session, in a request that is not forged; whether it is still good is for the service."""


def _is_https(request: Request) -> bool:
    return "https" in (request.url.scheme, request.headers.get("x-forwarded-proto"))
