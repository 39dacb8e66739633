"""The shop as an ASGI application."""

import asyncio

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send

from .backstage import Backstage
from .browsing import Browsing
from .counter import HERE, Counter
from .ordering import Ordering
from .switches import Switches

_UNDISTURBED = ("/demo", "/static", "/api/broken")
_LARGEST_BODY = 64_000
_TITLES = {
    400: ("That did not make sense", "The form that brought you here sent something we cannot read."),
    404: ("Nothing at this crossing", "The page you followed has been moved or was never here."),
    500: ("We lost the trail", "Something broke on our side. Your cart is safe; try again in a moment."),
}


def create_shop(switches: Switches | None = None) -> Starlette:
    """Build a shop with an empty order book; ``switches`` are the positions that it opens with."""
    counter = Counter(switches or Switches())

    async def wrong(request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        title, text = _TITLES.get(status, ("That did not work", "The shop cannot do that."))
        return counter.show(request, "problem.html", status, title=title, text=text)

    return Starlette(
        routes=[
            *Browsing(counter).routes,
            *Ordering(counter).routes,
            *Backstage(counter).routes,
            Mount("/static", StaticFiles(directory=HERE / "static")),
        ],
        middleware=[Middleware(_Disturbed, counter=counter)],
        exception_handlers={HTTPException: wrong, 500: wrong},
        max_body_size=_LARGEST_BODY,
    )


class _Disturbed:
    """Does to requests what the switches say: keeps them waiting, takes the pictures away."""

    def __init__(self, app: ASGIApp, counter: Counter) -> None:
        self._app = app
        self._counter = counter

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            path: str = scope["path"]
            switches = self._counter.switches
            if switches.images == "missing" and path.startswith("/static/images/"):
                await PlainTextResponse("The picture is missing.", 404)(scope, receive, send)
                return
            if switches.slow_ms and not path.startswith(_UNDISTURBED):
                await asyncio.sleep(switches.slow_ms / 1000)
        await self._app(scope, receive, send)
