"""What holds around every request: its id, and answers that are compressed."""

import pytest
from api_house import House


@pytest.mark.parametrize("given", ["deploy-4711.a", "a" * 64])
def test_an_id_that_the_client_gives_is_taken_over(house: House, given: str) -> None:
    response = house.owner.send("GET", "/api/v1/monitors/unknown", headers={"X-Request-Id": given})
    assert response.headers["X-Request-Id"] == response.json()["request_id"] == given


@pytest.mark.parametrize("given", ["short", "a" * 65, "with spaces in it", "{injected}", ""])
def test_an_id_of_another_form_is_replaced(house: House, given: str) -> None:
    response = house.owner.send("GET", "/api/v1/monitors/unknown", headers={"X-Request-Id": given})
    assert response.headers["X-Request-Id"].startswith("req_")


def test_long_answers_are_compressed_for_those_who_accept_it(house: House) -> None:
    for _ in range(3):
        house.owner.monitor(type="scripted")
    packed = house.owner.send("GET", "/api/v1/monitors", headers={"Accept-Encoding": "gzip"})
    plain = house.owner.send("GET", "/api/v1/monitors", headers={"Accept-Encoding": "identity"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain.headers
    assert packed.json() == plain.json()
    assert "Content-Encoding" not in house.owner.send("GET", "/healthz").headers


def test_answers_that_are_repeated_are_compressed_too(house: House) -> None:
    body = {"name": "m", "type": "scripted", "description": "x" * 2000}
    send = {"headers": {"Idempotency-Key": "k", "Accept-Encoding": "gzip"}}
    first, second = (house.owner.send("POST", "/api/v1/monitors", body, **send) for _ in range(2))
    assert first.json() == second.json()
    assert second.headers["Content-Encoding"] == "gzip"
