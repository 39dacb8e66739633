"""Calls are counted by month, for the organization and each key; answers tell the count, limits are kept."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from api_house import House, error_of

MONITORS = "/api/v1/monitors"
KEYS = "/api/v1/api-keys"


def test_every_authenticated_answer_tells_what_is_counted_errors_too(any_house: House) -> None:
    client = any_house.key(monthly_limit=10)
    paths = (MONITORS, f"{MONITORS}/unknown", "/api/agent/runs/unknown", "/api/v1/journeys?page=0")
    seen = [client.send("GET", path).headers for path in paths]
    assert [int(headers["X-API-Usage"]) for headers in seen] == [1, 2, 3, 4]
    assert [int(headers["X-API-Key-Usage"]) for headers in seen] == [1, 2, 3, 4]
    assert [int(headers["X-API-Remaining"]) for headers in seen] == [9, 8, 7, 6]
    assert {headers["X-API-Limit"] for headers in seen} == {"10"}
    assert {headers["X-API-Reset"] for headers in seen} == {"2026-02-01T00:00:00.000Z"}


def test_what_is_not_authenticated_is_neither_counted_nor_told(house: House) -> None:
    for path in (MONITORS, "/healthz"):
        assert "X-API-Usage" not in house.caller(None).send("GET", path).headers
    assert "X-API-Usage" not in house.caller("wrong").send("GET", MONITORS).headers
    assert house.owner.send("GET", MONITORS).headers["X-API-Usage"] == "1"


def test_the_organization_counts_all_its_keys_and_no_other_organization(any_house: House) -> None:
    for client in (any_house.owner, any_house.key("viewer"), any_house.stranger()):
        client.get(MONITORS)
    headers = any_house.owner.send("GET", MONITORS).headers
    assert (headers["X-API-Usage"], headers["X-API-Key-Usage"]) == ("3", "2")
    assert headers["X-API-Limit"] == "unlimited"
    assert "X-API-Remaining" not in headers


def test_beyond_the_limit_calls_are_refused_until_the_month_turns_and_not_counted(any_house: House) -> None:
    clock = any_house.world.clock
    clock.advance((datetime(2026, 1, 31, 23, 59, 0, tzinfo=UTC) - clock.now()).total_seconds())
    client = any_house.key(monthly_limit=2)
    client.get(MONITORS)
    client.get(MONITORS)
    for method, body in (("GET", None), ("POST", {"name": "x"})):
        response = client.send(method, MONITORS, body)
        error = error_of(response, 429)
        assert error["code"] == "monthly_limit_reached"
        assert 59 <= int(response.headers["Retry-After"]) <= 60
        assert response.headers["X-API-Key-Usage"] == "2"
        assert response.headers["X-API-Remaining"] == "0"
    assert any_house.owner.send("GET", MONITORS).headers["X-API-Usage"] == "3"
    clock.advance(60)
    headers = client.send("GET", MONITORS).headers
    assert (headers["X-API-Usage"], headers["X-API-Remaining"]) == ("1", "1")
    assert headers["X-API-Reset"] == "2026-03-01T00:00:00.000Z"


def test_calls_at_the_same_time_are_counted_exactly(any_house: House) -> None:
    client = any_house.key(monthly_limit=20)
    with ThreadPoolExecutor(8) as pool:
        responses = list(pool.map(lambda _: client.send("GET", MONITORS), range(24)))
    answered = [response for response in responses if response.status_code == 200]
    assert sorted(int(response.headers["X-API-Key-Usage"]) for response in answered) == list(range(1, 21))
    assert {response.status_code for response in responses if response not in answered} == {429}


@pytest.mark.parametrize("limit", [0, -1, 1.5, "ten", True])
def test_a_wrong_limit_is_refused(house: House, limit: object) -> None:
    error = house.owner.refused(400, "POST", KEYS, {"name": "ci", "monthly_limit": limit})
    assert error["data"]["field"] == "monthly_limit"


def test_a_key_shows_its_limit(house: House) -> None:
    assert house.owner.post(KEYS, {"name": "some", "monthly_limit": 5})["monthly_limit"] == 5
    assert house.owner.post(KEYS, {"name": "all", "monthly_limit": None})["monthly_limit"] is None


def test_a_key_that_is_known_already_is_refused_once_it_is_revoked(any_house: House) -> None:
    made = any_house.owner.post(KEYS, {"name": "gone soon"})
    caller = any_house.caller(made["key"])
    assert [caller.send("GET", MONITORS).headers["X-API-Key-Usage"] for _ in range(3)] == ["1", "2", "3"]
    any_house.owner.delete(f"{KEYS}/{made['id']}")
    error_of(caller.send("GET", MONITORS), 401)
