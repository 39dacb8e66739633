"""The pages for buying: cart, checkout, confirmation."""

from collections.abc import Mapping

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from .cart import COOKIE, DELIVERY, Cart
from .catalogue import BY_SLUG
from .counter import Counter, cart_of, form_of
from .orders import COUNTRIES, objections

_WAYS = {
    "standard": ("Standard", "three to five days, free from €100"),
    "express": ("Express", "tomorrow, if you order before noon"),
}


class Ordering:
    """Handlers of the cart and of orders."""

    def __init__(self, counter: Counter) -> None:
        self._counter = counter

    @property
    def routes(self) -> list[BaseRoute]:
        """Where the pages are."""
        return [
            Route("/cart", self._cart),
            Route("/cart", self._put, methods=["POST"]),
            Route("/checkout", self._checkout),
            Route("/checkout", self._order, methods=["POST"]),
            Route("/orders/{number}", self._confirmation),
        ]

    async def _cart(self, request: Request) -> Response:
        return self._counter.show(request, "cart.html")

    async def _put(self, request: Request) -> Response:
        form = await form_of(request)
        slug, quantity = form.get("product", ""), form.get("quantity", "1")
        if slug not in BY_SLUG or not (quantity.isascii() and quantity.isdigit()):
            raise HTTPException(400)
        cart = cart_of(request)
        number = int(quantity[:4])
        changed = cart.changed(slug, number) if form.get("action") == "set" else cart.added(slug, number)
        return _with_cart(RedirectResponse("/cart", 303), changed)

    async def _checkout(self, request: Request) -> Response:
        if not cart_of(request).count:
            return RedirectResponse("/cart", 303)
        return self._checkout_page(request, {"delivery": "standard"}, {})

    async def _order(self, request: Request) -> Response:
        cart = cart_of(request)
        if not cart.count:
            return RedirectResponse("/cart", 303)
        form = await form_of(request)
        if problems := objections(form):
            return self._checkout_page(request, form, problems, 422)
        if self._counter.switches.checkout == "broken":
            raise HTTPException(500)
        if self._counter.switches.checkout == "declined":
            declined = {"": "The order could not be placed. Nothing was charged; try again in a moment."}
            return self._checkout_page(request, form, declined, 402)
        order = self._counter.orders.place(cart, form)
        return _with_cart(RedirectResponse(f"/orders/{order.number}", 303), Cart())

    async def _confirmation(self, request: Request) -> Response:
        order = self._counter.orders.get(request.path_params["number"])
        if order is None:
            raise HTTPException(404)
        return self._counter.show(request, "confirmation.html", order=order, way=_WAYS[order.way])

    def _checkout_page(
        self, request: Request, form: Mapping[str, str], problems: Mapping[str, str], status: int = 200
    ) -> Response:
        cart = cart_of(request)
        chosen = form.get("delivery", "")
        way = chosen if chosen in DELIVERY else "standard"
        return self._counter.show(
            request,
            "checkout.html",
            status,
            form=form,
            problems=problems,
            countries=COUNTRIES,
            ways=[(key, *words, cart.delivery(key)) for key, words in _WAYS.items()],
            delivery=cart.delivery(way),
        )


def _with_cart(answer: Response, cart: Cart) -> Response:
    if cart.count:
        answer.set_cookie(COOKIE, cart.to_cookie(), samesite="lax", httponly=True)
    else:
        answer.delete_cookie(COOKIE)
    return answer
