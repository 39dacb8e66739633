"""What visitors do not see: the switches, and small JSON answers for monitors to watch."""

import json

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from outrider_engine.errors import InvalidInput

from .catalogue import PRODUCTS
from .counter import Counter, form_of
from .switches import CHOICES, MEANINGS, SLOWEST_MS


class Backstage:
    """Handlers of ``/demo`` and ``/api``."""

    def __init__(self, counter: Counter) -> None:
        self._counter = counter

    @property
    def routes(self) -> list[BaseRoute]:
        """Where they are."""
        return [
            Route("/demo", self._page),
            Route("/demo/switch", self._positions),
            Route("/demo/switch", self._turn, methods=["POST"]),
            Route("/api/health", self._health),
            Route("/api/products", self._products),
            Route("/api/broken", self._broken),
        ]

    async def _page(self, request: Request) -> Response:
        return self._switch_page(request)

    async def _positions(self, _request: Request) -> Response:
        return JSONResponse(self._counter.switches.as_dict())

    async def _turn(self, request: Request) -> Response:
        by_form = not request.headers.get("content-type", "").startswith("application/json")
        try:
            wanted = await form_of(request) if by_form else _json_object(await request.body())
            self._counter.switches = self._counter.switches.turned(wanted)
        except InvalidInput as error:
            if by_form:
                return self._switch_page(request, 400, str(error))
            return JSONResponse({"error": str(error)}, 400)
        return RedirectResponse("/demo", 303) if by_form else JSONResponse(self._counter.switches.as_dict())

    async def _health(self, _request: Request) -> Response:
        if self._counter.switches.health == "down":
            return JSONResponse({"status": "down", "reason": "switched off"}, 503)
        return JSONResponse({"status": "ok", "checks": {"catalogue": len(PRODUCTS), "warehouse": "reachable"}})

    async def _products(self, _request: Request) -> Response:
        found = [{"slug": p.slug, "name": p.name, "price": p.price / 100, "currency": "EUR"} for p in PRODUCTS]
        return JSONResponse({"products": found, "total": len(found)})

    async def _broken(self, _request: Request) -> Response:
        return JSONResponse({"status": "down", "reason": "this address fails on purpose"}, 503)

    def _switch_page(self, request: Request, status: int = 200, problem: str | None = None) -> Response:
        return self._counter.show(
            request, "switches.html", status, choices=CHOICES, meanings=MEANINGS, slowest=SLOWEST_MS, problem=problem
        )


def _json_object(body: bytes) -> dict[str, object]:
    try:
        found = json.loads(body)
    except ValueError as error:
        raise InvalidInput(f"this is not JSON: {error}") from None
    if not isinstance(found, dict):
        raise InvalidInput("an object of switches is expected")
    return found
