"""brily's API: its words, its pages, its errors and its limits over our monitors."""

import re
from typing import Any

import pytest
from api_house import House
from engine_world import FAILED, PASSED

V0 = "/v0/monitors"
SEED = {
    "name": "homepage",
    "url": "http://127.0.0.1:9/health",
    "method": "GET",
    "interval_seconds": 60,
    "regions": ["local", "fra"],
    "quorum": 2,
    "assertions": [
        {"type": "status", "operator": "eq", "value": 200},
        {"type": "latency_p95", "operator": "lt", "value_ms": 900},
    ],
    "headers": {"X-Health-Check": "brily"},
    "alert_policy": {"severity": "p1", "slack_channel": "#ops-alerts", "escalate_after_minutes": 10},
}


def answer(house: House, method: str, path: str, body: Any = None, expected: int = 200, **params: Any) -> Any:
    response = house.owner.send(method, path, body, params=params)
    assert response.status_code == expected, response.text
    return response.json() if response.content else None


def problem(house: House, method: str, path: str, body: Any = None, expected: int = 400, **params: Any) -> Any:
    error = answer(house, method, path, body, expected, **params)["error"]
    assert error.keys() >= {"code", "message", "field", "request_id"}
    return error


def made(house: House, **fields: Any) -> Any:
    house.world.clock.advance(1)
    return answer(house, "POST", V0, {**SEED, **fields}, 201)


def test_a_monitor_is_read_back_as_it_was_written(any_house: House) -> None:
    monitor = made(any_house)
    assert {name: monitor[name] for name in SEED} == SEED
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", monitor["created_at"])
    assert monitor["id"].startswith("mon_")
    assert monitor["project_id"] == f"proj_{any_house.world.organization.removeprefix('org_')}"
    assert answer(any_house, "GET", f"{V0}/{monitor['id']}") == monitor


def test_without_a_quorum_more_than_half_of_the_regions_must_fail(house: House) -> None:
    body = {name: SEED[name] for name in ("name", "url", "regions")}
    assert answer(house, "POST", V0, body, 201)["quorum"] == 2
    alone = answer(house, "POST", V0, {"name": "alone", "url": "http://127.0.0.1:9/"}, 201)
    assert (alone["quorum"], alone["regions"], alone["alert_policy"]) == (1, ["local"], {})


def test_a_change_of_one_field_keeps_the_others_and_what_only_others_can_say(house: House) -> None:
    native = house.owner.monitor(tags=["shop"], assertions=[{"type": "body_regex", "pattern": "a+"}])
    changed = answer(house, "PATCH", f"{V0}/{native['id']}", {"interval_seconds": 600})
    assert changed["assertions"] == [{"type": "body_regex", "pattern": "a+"}]
    again = answer(house, "PATCH", f"{V0}/{native['id']}", changed)
    now = house.owner.get(f"/api/v1/monitors/{native['id']}")
    assert (again, now["interval"], now["tags"]) == (changed, 600, ["shop"])
    assert now["assertions"] == native["assertions"]


def test_a_paused_one_is_not_enabled(house: House) -> None:
    monitor = made(house)
    for _ in range(2):
        assert answer(house, "POST", f"{V0}/{monitor['id']}/pause")["enabled"] is False
    assert [each["id"] for each in answer(house, "GET", V0, enabled="false")["data"]] == [monitor["id"]]
    assert house.owner.get(f"/api/v1/monitors/{monitor['id']}")["status"] == "paused"
    assert answer(house, "POST", f"{V0}/{monitor['id']}/resume") == monitor


def test_a_deleted_one_is_gone_and_its_name_brings_its_history_back(house: House) -> None:
    monitor = made(house, regions=["local"], quorum=1)
    house.owner.post(f"/api/v1/monitors/{monitor['id']}/check")
    house.finish_all(PASSED)
    assert answer(house, "DELETE", f"{V0}/{monitor['id']}", expected=204) is None
    assert problem(house, "GET", f"{V0}/{monitor['id']}", expected=404)["code"] == "not_found"
    assert len(answer(house, "GET", f"{V0}/{monitor['id']}/checks")["data"]) == 1
    assert answer(house, "GET", f"{V0}/{monitor['id']}/uptime")["data"][-1]["uptime"] == 1
    back = made(house, regions=["local"], quorum=1)
    assert len(answer(house, "GET", f"{V0}/{back['id']}/checks")["data"]) == 1


def test_a_wrong_field_is_422_and_anything_else_of_a_request_is_400(house: House) -> None:
    monitor = made(house)
    there = f"{V0}/{monitor['id']}"
    assert problem(house, "PATCH", there, {"url": "no address"}, 422)["field"] == "url"
    assert problem(house, "POST", V0, {**SEED, "colour": "red"}, 422)["field"] == "colour"
    assert problem(house, "POST", V0, SEED, 400, colour="red")["field"] == "colour"
    keyed = house.owner.send("POST", V0, SEED, headers={"Idempotency-Key": "x" * 300})
    assert (keyed.status_code, keyed.json()["error"]["field"]) == (400, "Idempotency-Key")
    assert house.owner.send("POST", V0, content=b"{").status_code == 400
    assert house.owner.send("PATCH", there, ["a list"]).status_code == 400
    assert answer(house, "GET", there) == monitor


def test_pages_follow_one_another_and_lose_nothing(house: House) -> None:
    ids = [made(house, name=f"number {number}")["id"] for number in range(5)]
    seen, cursor = [], None
    while True:
        page = answer(house, "GET", V0, limit=2, **({"cursor": cursor} if cursor else {}))
        seen += [monitor["id"] for monitor in page["data"]]
        cursor = page["pagination"]["next_cursor"]
        assert page["pagination"]["has_more"] is (cursor is not None)
        if cursor is None:
            break
    assert seen == ids


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        pytest.param({"url": None}, "url", id="no-url"),
        pytest.param({"url": "ftp://example.com"}, "url", id="scheme"),
        pytest.param({"interval_seconds": 1}, "interval_seconds", id="too-often"),
        pytest.param({"regions": ["nowhere"]}, "regions[0]", id="region"),
        pytest.param({"quorum": 3}, "quorum", id="quorum"),
        pytest.param({"enabled": 1}, "enabled", id="enabled"),
        pytest.param(
            {"assertions": [{"type": "header", "operator": "eq", "value": "x"}]}, "assertions[0].name", id="name"
        ),
        pytest.param({"alert_policy": {"severity": "p9"}}, "alert_policy.severity", id="severity"),
        pytest.param({"colour": "red"}, "colour", id="unknown"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_stored(house: House, changes: dict[str, Any], field: str) -> None:
    error = problem(house, "POST", V0, {**SEED, **changes}, 422)
    assert (error["code"], error["field"]) == ("validation_failed", field)
    assert answer(house, "GET", V0)["data"] == []


@pytest.mark.parametrize(("name", "value"), [("limit", "0"), ("limit", "101"), ("cursor", "garbage")])
def test_a_wrong_parameter_is_named(house: House, name: str, value: str) -> None:
    assert problem(house, "GET", V0, **{name: value})["field"] == name


def test_checks_are_told_by_region_and_health(house: House) -> None:
    monitor = house.owner.monitor(type="scripted")
    assert problem(house, "GET", f"{V0}/{monitor['id']}/checks", expected=404)["code"] == "not_found"
    web = made(house)
    for seen in (PASSED, FAILED):
        house.world.clock.advance(1)
        house.owner.post(f"/api/v1/monitors/{web['id']}/check")
        house.finish_all(seen)
    found = answer(house, "GET", f"{V0}/{web['id']}/checks")["data"]
    assert [one["status"] for one in found] == ["err", "err", "ok", "ok"]
    assert {one["region"] for one in found} == {"fra", "local"}
    assert len(answer(house, "GET", f"{V0}/{web['id']}/checks", status="ok", region="fra")["data"]) == 1
    assert {one["monitor_id"] for one in found} == {web["id"]}


def test_uptime_is_a_share_of_each_day(house: House) -> None:
    web = made(house, regions=["local"], quorum=1)
    for seen in (PASSED, PASSED, PASSED, FAILED):
        house.owner.post(f"/api/v1/monitors/{web['id']}/check")
        house.finish_all(seen)
    told = answer(house, "GET", f"{V0}/{web['id']}/uptime")
    today = house.world.clock.now().date().isoformat()
    assert told["data"][-1] == {"bucket": today, "uptime": 0.75, "incidents": 1}
    assert (len(told["data"]), told["range"]["to"], told["granularity"]) == (7, today, "day")
    hours = answer(house, "GET", f"{V0}/{web['id']}/uptime", granularity="hour")
    assert (len(hours["data"]), hours["data"][-1]["uptime"]) == (24, 0.75)


@pytest.mark.parametrize(
    ("params", "field"),
    [
        ({"from": "yesterday"}, "from"),
        ({"from": "2026-01-02T00:00:00"}, "from"),
        ({"from": "2026-01-02", "to": "2026-01-01"}, "to"),
        ({"from": "1990-01-01"}, "from"),
    ],
)
def test_a_wrong_range_is_refused(house: House, params: dict[str, str], field: str) -> None:
    assert problem(house, "GET", f"{V0}/{made(house)['id']}/uptime", **params)["field"] == field


def test_more_than_ten_changes_a_second_are_too_many(house: House) -> None:
    refusals = [house.owner.send("POST", V0, {}) for _ in range(11)]
    assert [response.status_code for response in refusals] == [422] * 10 + [429]
    told = refusals[-1].json()["error"]
    assert (told["code"], told["retry_after"]) == ("rate_limited", 1)
    assert refusals[-1].headers["X-RateLimit-Limit"] == "10"
    house.world.clock.advance(1)
    assert house.owner.send("POST", V0, {}).status_code == 422
