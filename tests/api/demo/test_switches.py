import time

import pytest
from starlette.testclient import TestClient

from outrider_api.demo.shop import Switches
from outrider_engine.errors import InvalidInput


def test_turning_one_switch_leaves_the_others() -> None:
    assert Switches(slow_ms=5).turned({"login": "broken"}) == Switches(slow_ms=5, login="broken")


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        pytest.param({"gravity": "off"}, "gravity", id="unknown-switch"),
        pytest.param({"checkout": "maybe"}, "checkout", id="unknown-position"),
        pytest.param({"checkout": ["ok"]}, "checkout", id="not-a-text"),
        pytest.param({"slow_ms": -1}, "slow_ms", id="negative"),
        pytest.param({"slow_ms": 30_001}, "slow_ms", id="longer-than-half-a-minute"),
        pytest.param({"slow_ms": True}, "slow_ms", id="not-a-number"),
    ],
)
def test_a_switch_that_makes_no_sense_is_refused(wanted: dict[str, object], field: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        Switches().turned(wanted)
    assert refusal.value.field == field


def test_switches_are_turned_by_json_and_read_back(visitor: TestClient) -> None:
    assert visitor.post("/demo/switch", json={"checkout": "broken"}).json()["checkout"] == "broken"
    assert visitor.get("/demo/switch").json() == Switches(checkout="broken").as_dict()


def test_switches_are_turned_by_the_page(visitor: TestClient) -> None:
    page = visitor.post("/demo/switch", data={"login": "broken", "slow_ms": "0"})
    assert page.url.path == "/demo"
    assert visitor.get("/demo/switch").json()["login"] == "broken"


@pytest.mark.parametrize("body", [b"nonsense", b"[]"])
def test_a_body_that_is_no_object_turns_nothing(visitor: TestClient, body: bytes) -> None:
    answer = visitor.post("/demo/switch", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 400
    assert visitor.get("/demo/switch").json() == Switches().as_dict()


@pytest.mark.parametrize(
    ("position", "status"), [pytest.param("broken", 500, id="breaks"), pytest.param("declined", 402, id="declines")]
)
def test_the_checkout_switch(visitor: TestClient, position: str, status: int) -> None:
    visitor.post("/demo/switch", json={"checkout": position})
    visitor.post("/cart", data={"product": "enamel-mug", "quantity": "1"})
    form = dict.fromkeys(("name", "street", "postcode", "city"), "x") | {"email": "a@b", "country": "France"}
    answer = visitor.post("/checkout", data={**form, "delivery": "standard", "terms": "yes"})
    assert answer.status_code == status
    assert 'data-count="1"' in answer.text


def test_the_images_switch_takes_pictures_away(visitor: TestClient) -> None:
    visitor.post("/demo/switch", json={"images": "missing"})
    assert visitor.get("/static/images/enamel-mug.svg").status_code == 404
    assert visitor.get("/static/shop.css").status_code == 200


def test_the_login_switch_refuses_the_right_password(visitor: TestClient) -> None:
    visitor.post("/demo/switch", json={"login": "broken"})
    assert visitor.post("/login", data={"email": "ada@example.com", "password": "trailhead"}).status_code == 401


def test_the_health_switch_takes_the_service_down(visitor: TestClient) -> None:
    visitor.post("/demo/switch", json={"health": "down"})
    assert visitor.get("/api/health").status_code == 503


def test_the_script_switch_reaches_the_page(visitor: TestClient) -> None:
    visitor.post("/demo/switch", json={"script": "broken"})
    assert 'data-script="broken"' in visitor.get("/").text


def test_the_slow_switch_keeps_pages_waiting_but_not_the_switches(visitor: TestClient) -> None:
    visitor.post("/demo/switch", json={"slow_ms": 300})
    begun = time.monotonic()
    visitor.get("/products")
    assert time.monotonic() - begun >= 0.3
    begun = time.monotonic()
    visitor.post("/demo/switch", json={"slow_ms": 0})
    assert time.monotonic() - begun < 0.3
