import re
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from outrider_api.demo import shop
from outrider_api.demo.shop.catalogue import PRODUCTS

ADDRESS = {
    "name": "Ada Lovelace",
    "email": "ada@example.com",
    "street": "12 Square",
    "postcode": "SW1Y",
    "city": "London",
    "country": "United Kingdom",
    "delivery": "express",
    "terms": "yes",
}


@pytest.fixture
def shopper(visitor: TestClient) -> TestClient:
    """A visitor with one lantern in the cart."""
    visitor.post("/cart", data={"product": "storm-lantern", "quantity": "1"})
    return visitor


@pytest.mark.parametrize("path", ["/", "/products", "/products/enamel-mug", "/cart", "/login", "/demo"])
def test_every_page_has_one_heading_and_its_stylesheet(visitor: TestClient, path: str) -> None:
    answer = visitor.get(path)
    assert answer.status_code == 200
    assert answer.text.count("<h1") == 1
    assert visitor.get("/static/shop.css").status_code == 200


@pytest.mark.parametrize("slug", [product.slug for product in PRODUCTS])
def test_every_product_has_a_page_and_a_picture(visitor: TestClient, slug: str) -> None:
    assert f'src="/static/images/{slug}.svg"' in visitor.get(f"/products/{slug}").text
    assert visitor.get(f"/static/images/{slug}.svg").headers["content-type"] == "image/svg+xml"


def test_the_pages_ask_for_nothing_from_elsewhere() -> None:
    here = Path(shop.__file__).parent
    texts = [path.read_text() for path in here.rglob("*") if path.suffix in {".html", ".css", ".js"}]
    assert not [text for text in texts if re.search(r"""(?:src|href|url)\s*[=(]\s*["']?(?:https?:)?//""", text)]


def test_searching_finds_by_name_and_says_when_there_is_nothing(visitor: TestClient) -> None:
    assert "1 found for" in visitor.get("/products", params={"q": "lantern"}).text
    assert "Nothing by that name" in visitor.get("/products", params={"q": "<submarine>"}).text


def test_an_order_goes_from_cart_to_confirmation_and_empties_the_cart(shopper: TestClient) -> None:
    confirmation = shopper.post("/checkout", data=ADDRESS)
    assert confirmation.status_code == 200
    assert re.search(r'data-testid="order-number">WS-[2-9A-Z]{8}<', confirmation.text)
    assert 'data-testid="order-total">€52.40<' in confirmation.text
    assert 'data-testid="cart-empty"' in shopper.get("/cart").text


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        pytest.param("name", " ", "Enter your name.", id="blank-name"),
        pytest.param("email", "@", "Enter an email address like", id="half-an-address"),
        pytest.param("country", "Atlantis", "Choose a country", id="country-not-on-the-list"),
        pytest.param("delivery", "pigeon", "Choose how we should deliver", id="unknown-delivery"),
        pytest.param("terms", "", "Accept the terms", id="terms-not-accepted"),
    ],
)
def test_a_checkout_form_with_a_mistake_comes_back_and_says_which(
    shopper: TestClient, field: str, value: str, sentence: str
) -> None:
    answer = shopper.post("/checkout", data={**ADDRESS, field: value})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert shopper.get("/checkout").status_code == 200


def test_what_customers_write_is_shown_as_text(shopper: TestClient) -> None:
    answer = shopper.post("/checkout", data={**ADDRESS, "name": "<script>x</script>"})
    assert "<script>x" not in answer.text
    assert "&lt;script&gt;" in answer.text


def test_an_empty_cart_has_no_checkout(visitor: TestClient) -> None:
    assert visitor.get("/checkout").url.path == "/cart"
    assert visitor.post("/checkout", data=ADDRESS).url.path == "/cart"


@pytest.mark.parametrize(
    "form",
    [
        pytest.param({"product": "submarine", "quantity": "1"}, id="unknown-product"),
        pytest.param({"product": "enamel-mug", "quantity": "-1"}, id="negative-quantity"),
        pytest.param({}, id="nothing"),
    ],
)
def test_a_senseless_cart_request_is_refused(visitor: TestClient, form: dict[str, str]) -> None:
    assert visitor.post("/cart", data=form).status_code == 400


def test_the_customer_can_log_in_and_out(visitor: TestClient) -> None:
    greeted = visitor.post("/login", data={"email": "ada@example.com", "password": "trailhead"})
    assert "Hello, Ada" in greeted.text
    assert "Hello, Ada" not in visitor.post("/logout").text


def test_a_wrong_password_is_refused(visitor: TestClient) -> None:
    answer = visitor.post("/login", data={"email": "ada@example.com", "password": "no"})
    assert answer.status_code == 401
    assert 'data-testid="login-problem"' in answer.text


@pytest.mark.parametrize("path", ["/nothing", "/products/submarine", "/orders/WS-00000000", "/static/images/x.svg"])
def test_what_is_not_there_is_404(visitor: TestClient, path: str) -> None:
    assert visitor.get(path).status_code == 404


def test_monitors_find_json(visitor: TestClient) -> None:
    assert visitor.get("/api/health").json()["status"] == "ok"
    assert visitor.get("/api/products").json()["total"] == len(PRODUCTS)
    assert visitor.get("/api/broken").status_code == 503
