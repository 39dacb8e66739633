"""xuptimemonitor's API: its words, its limits and its errors over our monitors."""

import re
from datetime import datetime
from typing import Any

import pytest
from api_house import House, problem_of
from engine_world import FAILED, PASSED

from outrider_engine.domain.ids import to_uuid

MOUNT = "/compat/xuptimemonitor/api/v1"
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


def listed(house: House, **params: Any) -> Any:
    response = house.owner.send("GET", f"{MOUNT}/monitors", params=params)
    assert response.status_code == 200, response.text
    return response.json()


def checked(house: House, seen: Any, **fields: Any) -> Any:
    monitor = house.owner.monitor(type="scripted", **fields)
    house.owner.post(f"/api/v1/monitors/{monitor['id']}/check")
    house.finish_all(seen)
    return monitor


def test_a_monitor_has_all_fields(any_house: House) -> None:
    monitor = checked(
        any_house,
        PASSED,
        interval=300,
        tags=["shop"],
        assertions=[{"type": "response_time", "value": 1500}],
    )
    (item,) = listed(any_house)["data"]
    for name in ("onlineSince", "lastCheckedAt", "createdAt"):
        assert MOMENT.fullmatch(item.pop(name)), name
    assert item == {
        "id": str(to_uuid(monitor["id"])),
        "name": "shop",
        "url": "scripted:shop",
        "method": "GET",
        "status": "online",
        "intervalSeconds": 300,
        "regions": ["local"],
        "uptimePercent": 100,
        "latencyThresholdMs": 1500,
        "lastIncidentId": None,
        "tags": ["shop"],
    }


def test_what_has_not_happened_yet_is_null(house: House) -> None:
    house.owner.monitor(interval=None, cron="0 * * * *")
    (item,) = listed(house)["data"]
    empty = ("uptimePercent", "latencyThresholdMs", "onlineSince", "lastCheckedAt", "lastIncidentId", "intervalSeconds")
    assert {name: item[name] for name in empty} == dict.fromkeys(empty)
    assert (item["status"], item["url"]) == ("unknown", "http://127.0.0.1:9/health")


def test_the_last_incident_is_the_one_that_the_newest_alert_opened(house: House) -> None:
    monitor = house.owner.monitor(type="scripted")
    house.owner.rule(monitor_id=monitor["id"], channel_ids=[])
    house.owner.post(f"/api/v1/monitors/{monitor['id']}/check")
    house.finish_all(FAILED)
    (item,), (alert,) = listed(house)["data"], house.owner.get("/api/v1/alerts")
    assert item["lastIncidentId"] == str(to_uuid(alert["incident_id"]))
    assert (item["status"], item["onlineSince"], item["uptimePercent"]) == ("offline", None, 0)


@pytest.mark.parametrize(("given", "effective"), [(None, 100), (25, 25), (0, 1), (-7, 1), (201, 200), (10**12, 200)])
def test_the_limit_is_clamped(house: House, given: int | None, effective: int) -> None:
    house.owner.monitor()
    body = listed(house, **({} if given is None else {"limit": given}))
    assert (body["limit"], body["count"], len(body["data"])) == (effective, 1, 1)


def test_monitors_come_in_the_order_of_their_creation_up_to_the_limit(house: House) -> None:
    for name in ("one", "two", "three"):
        house.owner.monitor(name=name)
        house.world.clock.advance(1)
    house.owner.journey()
    assert [item["name"] for item in listed(house)["data"]] == ["one", "two", "three"]
    assert [item["name"] for item in listed(house, limit=2)["data"]] == ["one", "two"]


def test_the_status_filters_whatever_its_case(house: House) -> None:
    checked(house, PASSED, name="good")
    checked(house, FAILED, name="bad")
    house.owner.monitor(name="new")
    found = {
        word: [item["name"] for item in listed(house, status=word)["data"]]
        for word in ("online", "OFFLINE", "Unknown", "paused")
    }
    assert found == {"online": ["good"], "OFFLINE": ["bad"], "Unknown": ["new"], "paused": []}


def test_others_see_nothing(house: House) -> None:
    monitor = house.owner.monitor()
    stranger = house.stranger()
    assert stranger.send("GET", f"{MOUNT}/monitors").json()["data"] == []
    problem_of(stranger.send("GET", f"{MOUNT}/monitors/{to_uuid(monitor['id'])}/history"), 404)


def test_the_id_of_either_kind_is_good_here_and_natively(house: House) -> None:
    monitor = checked(house, PASSED)
    for id in (monitor["id"], str(to_uuid(monitor["id"]))):
        body = house.owner.send("GET", f"{MOUNT}/monitors/{id}/history").json()
        assert body["monitor"]["id"] == str(to_uuid(monitor["id"]))
        assert [point["isUp"] for point in body["points"]] == [True]
        assert house.owner.get(f"/api/v1/monitors/{id}")["id"] == monitor["id"]


@pytest.mark.parametrize(("given", "effective"), [(50, 50), (49, 50), (20000, 20000), (20001, 20000)])
def test_the_number_of_points_is_clamped(house: House, given: int, effective: int) -> None:
    monitor = house.owner.monitor()
    body = house.owner.send("GET", f"{MOUNT}/monitors/{monitor['id']}/history", params={"limit": given}).json()
    assert body["query"]["limit"] == effective


def test_a_history_longer_than_the_limit_is_cut_at_its_old_end(house: House) -> None:
    monitor = house.owner.monitor(type="scripted")
    for number in range(52):
        house.world.clock.advance(1)
        house.owner.post(f"/api/v1/monitors/{monitor['id']}/check")
        house.finish_all(FAILED if number < 2 else PASSED)
    body = house.owner.send("GET", f"{MOUNT}/monitors/{monitor['id']}/history", params={"limit": 50}).json()
    assert (len(body["points"]), body["summary"]["truncated"], body["summary"]["upChecks"]) == (50, True, 50)


def test_only_one_location_is_queried(house: House) -> None:
    monitor = house.owner.monitor(type="scripted", locations=["fra", "local"])
    house.owner.post(f"/api/v1/monitors/{monitor['id']}/check")
    house.finish_all(PASSED)
    path = f"{MOUNT}/monitors/{monitor['id']}/history"
    assert house.owner.send("GET", path).json()["query"]["locationsQueried"] == ["fra", "local"]
    body = house.owner.send("GET", path, params={"location": "fra"}).json()
    assert (body["query"]["location"], body["query"]["locationsQueried"]) == ("fra", ["fra"])
    assert [point["location"] for point in body["points"]] == ["fra"]


def test_errors_have_exactly_the_documented_keys(house: House) -> None:
    monitor = house.owner.monitor()
    assert problem_of(house.caller(None).send("GET", f"{MOUNT}/monitors"), 401)["statusMessage"] == "Unauthorized"
    problem_of(house.owner.send("GET", f"{MOUNT}/monitors", params={"limit": "abc"}), 400)
    problem_of(house.owner.send("GET", f"{MOUNT}/monitors/{monitor['id']}/history", params={"range": "5x"}), 400)
    problem_of(house.owner.send("GET", f"{MOUNT}/monitors/unknown/history"), 404)
    problem_of(house.owner.send("GET", f"{MOUNT}/nowhere"), 404)
    problem_of(house.owner.send("POST", f"{MOUNT}/monitors", {"name": "written"}), 405)
    assert [item["name"] for item in listed(house)["data"]] == ["shop"]


def test_a_key_that_may_not_read_monitors_is_refused(house: House) -> None:
    problem_of(house.key("member", scopes=["journeys:read"]).send("GET", f"{MOUNT}/monitors"), 403)


def test_calls_are_counted_in_the_headers(house: House) -> None:
    headers = house.owner.send("GET", f"{MOUNT}/monitors").headers
    assert headers["X-API-Limit"] == "unlimited"
    assert int(headers["X-API-Usage"]) >= 1


@pytest.mark.parametrize(
    ("range", "span_s"), [(None, 86_400), ("30m", 1800), ("24h", 86_400), ("7d", 7 * 86_400), ("366d", 366 * 86_400)]
)
def test_a_range_reaches_back_from_now(house: House, range: str | None, span_s: int) -> None:
    monitor = house.owner.monitor()
    params = {} if range is None else {"range": range}
    query = house.owner.send("GET", f"{MOUNT}/monitors/{monitor['id']}/history", params=params).json()["query"]
    since, until = (datetime.fromisoformat(query[name]) for name in ("from", "to"))
    assert (until - since).total_seconds() == span_s
    assert (query["range"], query["location"], query["limit"]) == (range or "24h", None, 2000)
    assert MOMENT.fullmatch(query["from"])


@pytest.mark.parametrize("range", ["", "24", "h", "0h", "-1h", "1.5h", "5x", "1w", "24H", "367d"])
def test_a_range_that_is_none_is_refused_with_a_message(house: House, range: str) -> None:
    monitor = house.owner.monitor()
    response = house.owner.send("GET", f"{MOUNT}/monitors/{monitor['id']}/history", params={"range": range})
    assert problem_of(response, 400)["message"].startswith("range: ")


def test_a_history_without_results_says_so(house: House) -> None:
    monitor = house.owner.monitor(method="HEAD")
    body = house.owner.send("GET", f"{MOUNT}/monitors/{monitor['id']}/history").json()
    assert body.keys() == {"success", "monitor", "query", "summary", "points"}
    assert (body["success"], body["points"]) == (True, [])
    assert body["summary"] == {
        "checks": 0,
        "upChecks": 0,
        "uptimePercent": None,
        "averageLatencyMs": None,
        "latestStatus": "unknown",
        "latestCheckAt": None,
        "truncated": False,
    }
    assert body["monitor"].keys() == {"id", "name", "url", "method", "status", "regions"}
    assert (body["monitor"]["method"], body["monitor"]["status"]) == ("HEAD", "unknown")


def test_a_share_has_three_decimals_and_a_latency_one(house: House) -> None:
    monitor = house.owner.monitor(type="scripted")
    for seen in (PASSED, PASSED, FAILED):
        house.world.clock.advance(1)
        house.owner.post(f"/api/v1/monitors/{monitor['id']}/check")
        house.finish_all(seen)
    body = house.owner.send("GET", f"{MOUNT}/monitors/{monitor['id']}/history").json()
    assert (body["summary"]["uptimePercent"], body["summary"]["upChecks"], body["summary"]["checks"]) == (66.667, 2, 3)
    assert body["summary"]["averageLatencyMs"] == 5.0
    assert body["points"][0].keys() == {"timestamp", "location", "status", "isUp", "latencyMs", "responseCode"}
    assert [point["status"] for point in body["points"]] == ["up", "up", "down"]
    assert listed(house)["data"][0]["uptimePercent"] == 66.67


def test_after_the_monthly_limit_comes_429_until_the_next_month(house: House) -> None:
    client = house.key("viewer", monthly_limit=2)
    remaining = [client.send("GET", f"{MOUNT}/monitors").headers["X-API-Remaining"] for _ in range(2)]
    refused = client.send("GET", f"{MOUNT}/monitors")
    assert remaining == ["1", "0"]
    assert problem_of(refused, 429)["statusMessage"] == "Too Many Requests"
    assert refused.headers["X-API-Limit"] == "2"
    reset = datetime.fromisoformat(refused.headers["X-API-Reset"])
    assert (reset.day, reset.hour) == (1, 0)
    assert int(refused.headers["Retry-After"]) == pytest.approx(
        (reset - house.world.clock.now()).total_seconds(), abs=2
    )
