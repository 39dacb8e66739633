"""Orders and the form that makes one. Nothing is charged, nothing is sent, and only the newest are remembered."""

import secrets
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass

from .cart import DELIVERY, Cart

COUNTRIES = ("Austria", "France", "Germany", "Ireland", "Netherlands", "Switzerland", "United Kingdom")
REQUIRED = {
    "name": "Enter your name.",
    "email": "Enter your email address.",
    "street": "Enter the street and house number.",
    "postcode": "Enter the postcode.",
    "city": "Enter the town or city.",
}
_REMEMBERED = 1000
_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """An order that was placed."""

    number: str
    name: str
    email: str
    city: str
    cart: Cart
    way: str

    @property
    def total(self) -> int:
        """What it costs, delivery included, in cents."""
        return self.cart.subtotal + self.cart.delivery(self.way)


class OrderBook:
    """The newest orders, in memory."""

    def __init__(self) -> None:
        self._orders: OrderedDict[str, Order] = OrderedDict()

    def place(self, cart: Cart, form: Mapping[str, str]) -> Order:
        """Keep a new order; the form has been found to be in order."""
        number = "WS-" + "".join(secrets.choice(_LETTERS) for _ in range(8))
        order = Order(
            number=number,
            name=form["name"],
            email=form["email"],
            city=form["city"],
            cart=cart,
            way=form["delivery"],
        )
        self._orders[number] = order
        if len(self._orders) > _REMEMBERED:
            self._orders.popitem(last=False)
        return order

    def get(self, number: str) -> Order | None:
        """Return an order, ``None`` when it is unknown or was forgotten."""
        return self._orders.get(number)


def objections(form: Mapping[str, str]) -> dict[str, str]:
    """Return what is wrong with a checkout form: a sentence for each field, none when all is well."""
    found = {name: sentence for name, sentence in REQUIRED.items() if not form.get(name)}
    email = form.get("email", "")
    if email and ("@" not in email.strip("@") or " " in email):
        found["email"] = "Enter an email address like name@example.com."
    if form.get("country") not in COUNTRIES:
        found["country"] = "Choose a country from the list."
    if form.get("delivery") not in DELIVERY:
        found["delivery"] = "Choose how we should deliver."
    if form.get("terms") != "yes":
        found["terms"] = "Accept the terms to place the order."
    return found
