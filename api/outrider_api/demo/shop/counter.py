"""The counter of the shop: what all pages share, and how each of them is shown."""

import secrets
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse

from .cart import COOKIE, Cart
from .catalogue import euros
from .orders import OrderBook
from .switches import Switches

HERE = Path(__file__).parent
VISITOR_COOKIE = "wayside_visitor"
EMAIL = "ada@example.com"
PASSWORD = "trailhead"  # noqa: S105 - shown on the login page itself
_MOST_VISITORS = 1000


class Counter:
    """The state of one shop: its switches, the newest orders and who is logged in."""

    def __init__(self, switches: Switches) -> None:
        self.switches = switches
        self.orders = OrderBook()
        self._visitors: dict[str, str] = {}
        self._templates = Environment(
            loader=FileSystemLoader(HERE / "templates"), autoescape=True, undefined=StrictUndefined
        )
        self._templates.filters["euros"] = euros

    def show(self, request: Request, template: str, status: int = 200, **facts: Any) -> HTMLResponse:
        """Return a page."""
        text = self._templates.get_template(template).render(
            cart=cart_of(request),
            visitor=self.visitor(request),
            switches=self.switches,
            path=request.url.path,
            **facts,
        )
        return HTMLResponse(text, status, headers={"Cache-Control": "no-store"})

    def log_in(self, name: str) -> str:
        """Remember a visitor; returns the text of the cookie that tells them apart."""
        if len(self._visitors) >= _MOST_VISITORS:
            self._visitors.pop(next(iter(self._visitors)))
        token = secrets.token_urlsafe(18)
        self._visitors[token] = name
        return token

    def log_out(self, request: Request) -> None:
        """Forget the visitor who asks."""
        self._visitors.pop(request.cookies.get(VISITOR_COOKIE, ""), None)

    def visitor(self, request: Request) -> str | None:
        """Return the name of the visitor who asks, ``None`` when nobody is logged in."""
        return self._visitors.get(request.cookies.get(VISITOR_COOKIE, ""))


def cart_of(request: Request) -> Cart:
    """Return the cart that a request brings along."""
    return Cart.from_cookie(request.cookies.get(COOKIE, ""))


async def form_of(request: Request) -> dict[str, str]:
    """Return the text fields of a form, without the blanks around them; of a repeated one the last."""
    async with request.form(max_files=0, max_fields=40) as form:
        return {name: value.strip()[:200] for name, value in form.items() if isinstance(value, str)}
