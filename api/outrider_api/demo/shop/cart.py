"""A cart, kept in a cookie so that every browser that arrives begins with an empty one."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from .catalogue import BY_SLUG, Product

COOKIE = "wayside_cart"
MOST_OF_ONE = 20
FREE_DELIVERY_FROM = 10_000
DELIVERY = {"standard": 490, "express": 990}


@dataclass(frozen=True, slots=True)
class Line:
    """So many of one product."""

    product: Product
    quantity: int

    @property
    def price(self) -> int:
        """What the line costs, in cents."""
        return self.product.price * self.quantity


@dataclass(frozen=True, slots=True)
class Cart:
    """Quantities by product; a changed cart is a new one."""

    quantities: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def from_cookie(cls, text: str) -> "Cart":
        """Read a cart; whatever makes no sense in it is left out."""
        found: dict[str, int] = {}
        for part in text.split("_"):
            slug, _, number = part.partition(".")
            if slug in BY_SLUG and number.isascii() and number.isdigit():
                found[slug] = min(int(number[:4]), MOST_OF_ONE)
        return cls({slug: quantity for slug, quantity in found.items() if quantity})

    def to_cookie(self) -> str:
        """Return the cart as text for its cookie."""
        return "_".join(f"{slug}.{quantity}" for slug, quantity in self.quantities.items())

    def added(self, slug: str, quantity: int) -> "Cart":
        """Return the cart with more of a product."""
        return self.changed(slug, self.quantities.get(slug, 0) + quantity)

    def changed(self, slug: str, quantity: int) -> "Cart":
        """Return the cart with exactly so many of a product; none removes it."""
        rest = {**self.quantities, slug: min(quantity, MOST_OF_ONE)}
        return Cart({name: number for name, number in rest.items() if number > 0})

    @property
    def lines(self) -> tuple[Line, ...]:
        """What is in the cart, in the order in which it was put there."""
        return tuple(Line(BY_SLUG[slug], quantity) for slug, quantity in self.quantities.items())

    @property
    def count(self) -> int:
        """How many articles are in the cart."""
        return sum(self.quantities.values())

    @property
    def subtotal(self) -> int:
        """What the articles cost together, in cents."""
        return sum(line.price for line in self.lines)

    def delivery(self, way: str) -> int:
        """What it costs to send the cart one of the ways of ``DELIVERY``, in cents."""
        free = way == "standard" and self.subtotal >= FREE_DELIVERY_FROM
        return 0 if free else DELIVERY[way]
