"""One monitor, three voices; and what every answer has, in whatever dialect."""

from typing import Any

import pytest
from api_house import House, error_of, problem_of
from engine_world import FAILED

NATIVE, V0, MOUNT = "/api/v1/monitors", "/v0/monitors", "/compat/xuptimemonitor/api/v1"
ADDRESSES = (NATIVE, V0, f"{MOUNT}/monitors")


def told(house: House, path: str, **params: Any) -> Any:
    response = house.owner.send("GET", path, params=params)
    assert response.status_code == 200, response.text
    return response.json()


def test_what_one_says_the_others_show_and_keep(house: House) -> None:
    brilys = {
        "name": "homepage",
        "url": "http://127.0.0.1:9/",
        "interval_seconds": 120,
        "regions": ["fra", "local"],
        "quorum": 2,
        "assertions": [{"type": "latency_p95", "operator": "lt", "value_ms": 900}],
        "alert_policy": {"severity": "p1"},
    }
    made = house.owner.send("POST", V0, brilys).json()
    native = house.owner.get(f"{NATIVE}/{made['id']}")
    assert (native["interval"], native["locations"], native["quorum"]) == (120, ["fra", "local"], 2)
    (listed,) = told(house, f"{MOUNT}/monitors")["data"]
    assert (listed["intervalSeconds"], listed["regions"], listed["name"]) == (120, ["fra", "local"], "homepage")
    house.owner.put(f"{NATIVE}/{made['id']}", {"name": "front page", "tags": ["shop"], "timeout": 5})
    assert told(house, f"{V0}/{made['id']}") == made | {"name": "front page"}
    assert told(house, f"{MOUNT}/monitors")["data"][0]["tags"] == ["shop"]
    house.owner.send("PATCH", f"{V0}/{made['id']}", {"interval_seconds": 60})
    after = house.owner.get(f"{NATIVE}/{made['id']}")
    assert (after["interval"], after["tags"], after["timeout"]) == (60, ["shop"], 5)
    house.owner.send("POST", f"{V0}/{made['id']}/pause")
    assert house.owner.get(f"{NATIVE}/{made['id']}")["status"] == "paused"
    house.owner.put(f"{NATIVE}/{made['id']}", {"status": "active"})
    assert told(house, f"{V0}/{made['id']}")["enabled"] is True


def test_one_result_in_three_words(house: House) -> None:
    monitor = house.owner.monitor(url="http://127.0.0.1:9/")
    house.owner.post(f"{NATIVE}/{monitor['id']}/check")
    house.finish_all(FAILED)
    assert house.owner.get(f"{NATIVE}/{monitor['id']}/results")[0]["status"] == "failed"
    assert told(house, f"{V0}/{monitor['id']}/checks")["data"][0]["status"] == "err"
    (listed,) = told(house, f"{MOUNT}/monitors")["data"]
    history = told(house, f"{MOUNT}/monitors/{listed['id']}/history")
    assert (listed["status"], history["points"][0]["status"]) == ("offline", "down")
    assert history["summary"]["uptimePercent"] == 0


@pytest.mark.parametrize("path", ADDRESSES)
def test_a_key_may_come_in_any_of_four_forms(house: House, path: str) -> None:
    key, anybody = house.owner.key, house.caller(None)
    for headers in ({"Authorization": f"Bearer {key}"}, {"Authorization": f"ApiKey {key}"}, {"X-API-Key": f"{key}"}):
        assert anybody.send("GET", path, headers=headers).status_code == 200
    assert anybody.send("GET", path, params={"api_key": key}).status_code == 200


@pytest.mark.parametrize("path", ADDRESSES)
@pytest.mark.parametrize("key", [None, "brly_live_0123456789abcdef", "izli_agent_abc123xyz789"])
def test_a_foreign_key_is_401_in_the_words_of_each(house: House, path: str, key: str | None) -> None:
    response = house.caller(key).send("GET", path)
    if path.startswith("/v0"):
        assert (response.status_code, response.json()["error"]["code"]) == (401, "unauthorized")
    else:
        problem = (problem_of if path.startswith(MOUNT) else error_of)(response, 401)
        assert problem["data"]["reason"] == "API key missing or invalid"
    assert response.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize(
    "path",
    [
        NATIVE,
        f"{NATIVE}/unknown",
        "/api/v1/nothing",
        V0,
        f"{V0}/unknown",
        "/v0/nothing",
        f"{MOUNT}/monitors",
        f"{MOUNT}/x",
    ],
)
def test_every_answer_has_an_id_of_its_own(house: House, path: str) -> None:
    ids = {house.owner.send("GET", path).headers["X-Request-Id"] for _ in range(2)}
    assert len(ids) == 2
    assert house.owner.send("GET", path, headers={"X-Request-Id": "mine-0001"}).headers["X-Request-Id"] == "mine-0001"


@pytest.mark.parametrize("content", [b"{", b"[]", b'"x"', b"null", b"\xff\xfe", b'{"name": 1e999}', b""])
@pytest.mark.parametrize("path", [NATIVE, "/api/v1/journeys", "/api/v1/alerts/rules", V0, "/v0/incidents"])
def test_a_broken_body_is_refused_in_the_words_of_each(house: House, path: str, content: bytes) -> None:
    response = house.owner.send("POST", path, content=content, headers={"Content-Type": "application/json"})
    if path.startswith("/v0"):
        assert response.status_code in (400, 422)
        assert response.json()["error"]["code"] == "validation_failed"
    else:
        error_of(response, 400)


@pytest.mark.parametrize("path", [V0, f"{MOUNT}/monitors"])
def test_the_whole_address_of_a_dialect_speaks_it(house: House, path: str) -> None:
    root = path.rpartition("/")[0].replace("/api/v1", "")
    body = house.owner.send("GET", root).json()
    assert body.keys() == ({"error"} if path == V0 else {"statusCode", "statusMessage", "data"})


@pytest.mark.parametrize(
    ("path", "methods"),
    [
        (NATIVE, "GET, POST"),
        ("/api/v1/monitors/any", "GET, PUT, DELETE"),
        ("/api/v1/alerts/channels/any", "GET, PUT, PATCH, DELETE"),
        (V0, "GET, POST"),
        ("/v0/monitors/any", "GET, PATCH, DELETE"),
        (f"{MOUNT}/monitors", "GET"),
    ],
)
def test_a_wrong_method_is_told_which_are_right(house: House, path: str, methods: str) -> None:
    response = house.owner.send("OPTIONS", path)
    assert (response.status_code, response.headers["Allow"]) == (405, methods)
