"""Values that brily's clients may write and must not, and those that the native API adds and they send back."""

from typing import Any

import pytest
from api_house import House

V0 = "/v0/monitors"
PLAIN = {"name": "homepage", "url": "http://127.0.0.1:9/health"}


def answer(house: House, method: str, path: str, body: Any = None, expected: int = 200, **params: Any) -> Any:
    house.world.clock.advance(1)
    response = house.owner.send(method, path, body, params=params)
    assert response.status_code == expected, response.text
    return response.json()


@pytest.mark.parametrize(
    "assertion",
    [
        {"type": "status", "operator": "eq", "value": 200},
        {"type": "status", "operator": "neq", "value": 500},
        {"type": "status", "operator": "in", "value": [200, 204]},
        {"type": "status", "operator": "not_in", "value": [500, 502]},
        {"type": "body_contains", "value": "ok"},
        {"type": "body_contains", "value": "OK", "case_insensitive": True},
        {"type": "header", "name": "X-Version", "operator": "neq", "value": "1"},
        {"type": "json_path", "path": "$.status", "operator": "eq", "value": "ok"},
        {"type": "json_path", "path": "$.items.length", "operator": "gt", "value": 2},
        {"type": "latency_p95", "operator": "lt", "value_ms": 900},
        {"type": "latency_p95", "operator": "lt", "value_ms": 900, "window_minutes": 5},
    ],
)
def test_each_documented_assertion_is_read_back_as_written(house: House, assertion: dict[str, Any]) -> None:
    assert answer(house, "POST", V0, PLAIN | {"assertions": [assertion]}, 201)["assertions"] == [assertion]


@pytest.mark.parametrize(
    ("assertion", "field"),
    [
        ({"operator": "eq", "value": 200}, "type"),
        ({"type": "phase_of_moon", "operator": "eq", "value": "full"}, "type"),
        ({"type": "status", "value": 200}, "operator"),
        ({"type": "status", "operator": "eq"}, "value"),
        ({"type": "status", "operator": "in", "value": 200}, "value"),
        ({"type": "status", "operator": "like", "value": 200}, "operator"),
        ({"type": "body_contains"}, "value"),
        ({"type": "body_contains", "value": "x", "case_insensitive": "yes"}, "case_insensitive"),
        ({"type": "header", "operator": "eq", "value": "x"}, "name"),
        ({"type": "header", "name": "X-Version", "value": "x"}, "operator"),
        ({"type": "header", "name": "X-Version", "operator": "eq"}, "value"),
        ({"type": "json_path", "operator": "eq", "value": "ok"}, "path"),
        ({"type": "json_path", "path": "$.status", "value": "ok"}, "operator"),
        ({"type": "json_path", "path": "$.status", "operator": "eq"}, "value"),
        ({"type": "json_path", "path": "$[", "operator": "eq", "value": 1}, "path"),
        ({"type": "latency_p95", "value_ms": 900}, "operator"),
        ({"type": "latency_p95", "operator": "lt"}, "value_ms"),
        ({"type": "latency_p95", "operator": "lt", "value_ms": "900"}, "value_ms"),
        ({"type": "latency_p95", "operator": "lt", "value_ms": -1}, "value_ms"),
        ({"type": "latency_p95", "operator": "lt", "value_ms": 900, "window_minutes": 0}, "window_minutes"),
        ({"type": "latency_p95", "operator": "lt", "value": 900}, "value"),
    ],
)
def test_an_assertion_that_lacks_something_names_it(house: House, assertion: dict[str, Any], field: str) -> None:
    told = answer(house, "POST", V0, PLAIN | {"assertions": [assertion]}, 422)["error"]
    assert (told["code"], told["field"]) == ("validation_failed", f"assertions[0].{field}")
    assert answer(house, "GET", V0)["data"] == []


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"url": "/health"}, "url"),
        ({"url": ""}, "url"),
        ({"url": 7}, "url"),
        ({"interval_seconds": None}, "interval_seconds"),
        ({"interval_seconds": 60.5}, "interval_seconds"),
        ({"quorum": None}, "quorum"),
        ({"quorum": 0}, "quorum"),
        ({"regions": []}, "regions"),
        ({"regions": ["fra", "fra"]}, "regions[1]"),
        ({"method": "get"}, "method"),
        ({"headers": {"a b": "c"}}, "headers"),
        ({"headers": {"A": 5}}, "headers.A"),
        ({"alert_policy": {"severity": "p4"}}, "alert_policy.severity"),
        ({"alert_policy": {"escalate_after_minutes": 0}}, "alert_policy.escalate_after_minutes"),
        ({"alert_policy": {"pager": "x"}}, "alert_policy.pager"),
        ({"assertions": None}, "assertions"),
        ({"name": "x" * 201}, "name"),
        ({"name": "a\0b"}, "name"),
    ],
)
def test_a_wrong_value_is_refused_when_it_is_made_and_when_it_is_changed(
    house: House, changes: dict[str, Any], field: str
) -> None:
    monitor = answer(house, "POST", V0, PLAIN, 201)
    for method, path, body in (("POST", V0, PLAIN | changes), ("PATCH", f"{V0}/{monitor['id']}", changes)):
        assert answer(house, method, path, body, 422)["error"]["field"] == field
    assert answer(house, "GET", V0)["data"] == [monitor]


def test_what_only_the_server_sets_comes_back_and_is_never_changed(house: House) -> None:
    monitor = answer(house, "POST", V0, PLAIN, 201)
    there = f"{V0}/{monitor['id']}"
    assert answer(house, "PATCH", there, monitor) == monitor
    for name, value in {"id": "mon_other", "project_id": "proj_other", "created_at": "2020-01-01T00:00:00Z"}.items():
        assert answer(house, "PATCH", there, {name: value}, 422)["error"]["field"] == name
        assert answer(house, "POST", V0, PLAIN | {name: value}, 422)["error"]["field"] == name
    assert answer(house, "GET", there) == monitor


def test_what_the_native_api_can_say_besides_comes_back_unchanged(house: House) -> None:
    native = house.owner.monitor(
        url="/health",
        cron="0 * * * *",
        interval=None,
        assertions=[{"type": "json_path", "path": "$.status", "value": "ok"}, {"type": "ssl_expiry", "value": 30}],
    )
    there = f"{V0}/{native['id']}"
    shown = answer(house, "GET", there)
    assert (shown["interval_seconds"], shown["url"]) == (None, "/health")
    assert answer(house, "PATCH", there, shown | {"name": "renamed"}) == shown | {"name": "renamed"}
    assert house.owner.get(f"/api/v1/monitors/{native['id']}")["cron"] == "0 * * * *"


def test_lists_are_replaced_and_one_policy_by_another(house: House) -> None:
    one = {"type": "status", "operator": "eq", "value": 200}
    policy = {"severity": "p1", "slack_channel": "#ops-alerts", "escalate_after_minutes": 10}
    monitor = answer(
        house, "POST", V0, PLAIN | {"regions": ["fra", "local"], "assertions": [one], "alert_policy": policy}, 201
    )
    there = f"{V0}/{monitor['id']}"
    two = {"type": "body_contains", "value": "ok"}
    assert answer(house, "PATCH", there, {"assertions": [two]})["assertions"] == [two]
    assert answer(house, "PATCH", there, {"regions": ["fra"]}, 422)["error"]["field"] == "quorum"
    assert answer(house, "PATCH", there, {"regions": ["fra"], "quorum": 1})["regions"] == ["fra"]
    assert answer(house, "PATCH", there, {"alert_policy": {"severity": "p3"}})["alert_policy"] == {"severity": "p3"}
    assert answer(house, "PATCH", there, {}) == answer(house, "GET", there)


@pytest.mark.parametrize("name", ["from", "to"])
def test_checks_are_bounded_by_times_or_whole_days(house: House, name: str) -> None:
    there = f"{V0}/{answer(house, 'POST', V0, PLAIN, 201)['id']}/checks"
    for good in ("2026-01-15", "2026-01-15T12:00:00Z", "2026-01-15T12:00:00.123+02:00"):
        assert answer(house, "GET", there, **{name: good})["data"] == []
    for wrong in ("yesterday", "2026-01-15T12:00:00", "1764115200", ""):
        told = answer(house, "GET", there, expected=400, **{name: wrong})["error"]
        assert told["field"] == name
        assert "value error" not in told["message"]


def test_a_day_as_a_bound_is_all_of_it(house: House) -> None:
    monitor = answer(house, "POST", V0, PLAIN, 201)
    house.owner.post(f"/api/v1/monitors/{monitor['id']}/check")
    house.finish_all()
    today = house.world.clock.now().date().isoformat()
    there = f"{V0}/{monitor['id']}/checks"
    assert len(answer(house, "GET", there, **{"from": today, "to": today})["data"]) == 1
    assert answer(house, "GET", there, to="2020-01-01")["data"] == []


@pytest.mark.parametrize("path", ["/v0", "/v0/", "/v0/surveys", "/v0/responses", "/v0/monitors/"])
def test_every_address_below_v0_answers_in_brilys_shape(house: House, path: str) -> None:
    told = answer(house, "GET", path, expected=404)["error"]
    assert (told["code"], told["field"]) == ("not_found", None)
    assert told["request_id"]


@pytest.mark.parametrize(
    ("key", "status", "code"), [(None, 401, "unauthorized"), ("brly_live_0123456789", 401, "unauthorized")]
)
def test_who_is_not_known_is_told_so(house: House, key: str | None, status: int, code: str) -> None:
    response = house.caller(key).send("GET", V0)
    assert (response.status_code, response.json()["error"]["code"]) == (status, code)
    assert response.json()["error"]["request_id"] == response.headers["X-Request-Id"]


def test_each_of_what_can_go_wrong_has_its_code(house: House) -> None:
    monitor = answer(house, "POST", V0, PLAIN, 201)
    there = f"{V0}/{monitor['id']}"
    assert answer(house, "PUT", there, {"name": "x"}, 405)["error"]["code"] == "method_not_allowed"
    assert house.key("viewer").send("PATCH", there, {"name": "x"}).json()["error"]["code"] == "forbidden"
    assert house.stranger().send("PATCH", there, {"name": "x"}).json()["error"]["code"] == "not_found"
    headers = {"Idempotency-Key": "550e8400-e29b-41d4-a716-446655440000"}
    first, second = (house.owner.send("POST", V0, PLAIN, headers=headers) for _ in range(2))
    assert (first.status_code, second.json()) == (201, first.json())
    house.world.clock.advance(1)
    other = house.owner.send("POST", V0, PLAIN | {"name": "other"}, headers=headers)
    assert (other.status_code, other.json()["error"]["code"]) == (422, "idempotency_key_reused")
    assert answer(house, "POST", V0, {"name": "x" * 6_000_000}, 413)["error"]["code"] == "too_large"
