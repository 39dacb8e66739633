from hypothesis import given
from hypothesis import strategies as st

from outrider_api.demo.shop.cart import FREE_DELIVERY_FROM, MOST_OF_ONE, Cart
from outrider_api.demo.shop.catalogue import BY_SLUG, euros

SLUGS = st.sampled_from(sorted(BY_SLUG))
CARTS = st.dictionaries(SLUGS, st.integers(1, MOST_OF_ONE)).map(Cart)


@given(CARTS)
def test_a_cart_survives_its_cookie(cart: Cart) -> None:
    assert Cart.from_cookie(cart.to_cookie()) == cart


@given(st.text())
def test_any_cookie_makes_a_cart_that_can_be_paid_for(text: str) -> None:
    cart = Cart.from_cookie(text)
    assert cart.subtotal >= 0
    assert all(0 < line.quantity <= MOST_OF_ONE for line in cart.lines)


@given(CARTS, SLUGS, st.integers(0, 9999))
def test_adding_never_exceeds_the_most_that_is_sold_of_one(cart: Cart, slug: str, quantity: int) -> None:
    assert all(line.quantity <= MOST_OF_ONE for line in cart.added(slug, quantity).lines)


@given(CARTS, SLUGS)
def test_setting_the_quantity_to_none_removes_the_line(cart: Cart, slug: str) -> None:
    assert slug not in cart.changed(slug, 0).quantities


@given(CARTS)
def test_standard_delivery_is_free_from_the_limit_on(cart: Cart) -> None:
    assert (cart.delivery("standard") == 0) == (cart.subtotal >= FREE_DELIVERY_FROM)
    assert cart.delivery("express") > 0


def test_amounts_are_shown_with_two_decimals() -> None:
    assert euros(490) == "€4.90"
