"""Monitors as izli's clients write them: types, assertions, defaults, states and lists."""

from typing import Any

import pytest
from api_house import House
from engine_world import PASSED

MONITORS = "/api/v1/monitors"
URL = {"name": "a", "type": "url", "url": "http://127.0.0.1:9/"}
TCP = {"name": "a", "type": "tcp", "host": "db.example.com", "port": 5432}
DNS = {"name": "a", "type": "dns", "domain": "example.com", "record_type": "A"}
HEARTBEAT = {"name": "a", "type": "heartbeat", "period": 3600, "grace": 1800}


def test_the_example_of_the_reference_is_taken_and_shown(house: House) -> None:
    body = URL | {"name": "Production API", "interval": 60, "locations": ["local", "fra"]}
    made = house.owner.post(MONITORS, body)
    assert {name: made[name] for name in body} == body
    assert (made["status"], made["method"], made["timeout"]) == ("active", "GET", 30)
    assert (made["headers"], made["body"], made["assertions"]) == ({}, None, [])
    assert made["created_at"].endswith("Z")
    read = house.owner.get(f"{MONITORS}/{made['id']}")
    assert (read["last_run"], read["stats"]) == (None, {"uptime_24h": None, "avg_response_ms": None})
    house.owner.post(f"{MONITORS}/{made['id']}/check")
    house.finish_all(PASSED)
    read = house.owner.get(f"{MONITORS}/{made['id']}")
    assert set(read["last_run"]) >= {"id", "status", "duration_ms", "completed_at"}
    assert read["stats"]["uptime_24h"] == 100


@pytest.mark.parametrize(("body", "timeout"), [(URL, 30), (TCP, 10), (DNS, 10)])
def test_what_is_left_out_has_its_default(house: House, body: dict[str, Any], timeout: int) -> None:
    made = house.owner.post(MONITORS, body)
    assert (made["interval"], made["timeout"], made["locations"]) == (60, timeout, ["local"])


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE", "HEAD"])
def test_a_url_is_asked_with_any_of_the_five_methods(house: House, method: str) -> None:
    sent = {"method": method, "headers": {"Authorization": "Bearer {{API_TOKEN}}"}}
    sent |= {"body": "ping"} if method in ("POST", "PUT") else {}
    made = house.owner.post(MONITORS, URL | sent)
    assert {name: made[name] for name in sent} == sent


@pytest.mark.parametrize(
    "assertion",
    [
        *(
            {"type": "status_code", "operator": operator, "value": 200}
            for operator in ("equals", "not_equals", "less_than", "greater_than")
        ),
        {"type": "status_code", "operator": "in", "value": [200, 201, 204]},
        {"type": "response_time", "operator": "less_than", "value": 2000},
        {"type": "body_contains", "value": "ok"},
        {"type": "body_contains", "value": "OK", "case_sensitive": False},
        {"type": "body_regex", "pattern": "v\\d+"},
        {"type": "json_path", "path": "$.a.b[0].c", "operator": "equals", "value": "ok"},
        {"type": "json_path", "path": "$.a.length", "equals": 3},
        {"type": "json_path", "path": "$.a[*].b", "operator": "contains", "value": 1},
        {"type": "header_contains", "header": "Content-Type", "value": "application/json"},
        {"type": "ssl_expiry", "operator": "greater_than", "value": 30},
    ],
)
def test_each_assertion_about_a_url_is_read_back_as_written(house: House, assertion: dict[str, Any]) -> None:
    assert house.owner.post(MONITORS, URL | {"assertions": [assertion]})["assertions"] == [assertion]


@pytest.mark.parametrize(
    "assertion",
    [
        {"type": "record_value", "equals": "192.0.2.1"},
        {"type": "record_value", "contains": "192.0"},
        {"type": "record_values", "contains_all": ["192.0.2.1", "192.0.2.2"]},
        {"type": "record_count", "equals": 2},
        {"type": "response_time", "less_than": 100},
        {"type": "record_exists", "equals": False},
    ],
)
def test_each_assertion_about_a_name_is_read_back_as_written(house: House, assertion: dict[str, Any]) -> None:
    assert house.owner.post(MONITORS, DNS | {"assertions": [assertion]})["assertions"] == [assertion]


@pytest.mark.parametrize("kind", ["A", "AAAA", "CNAME", "MX", "TXT", "NS", "SOA"])
def test_each_type_of_records_is_known(house: House, kind: str) -> None:
    made = house.owner.post(MONITORS, DNS | {"record_type": kind, "resolver": "192.0.2.53", "expected_value": "x"})
    assert (made["record_type"], made["resolver"], made["expected_value"]) == (kind, "192.0.2.53", "x")


@pytest.mark.parametrize(
    "tls", [{"enabled": False}, {"enabled": True, "verify": False}, {"enabled": True, "alert_before_expiry": 14}]
)
def test_tls_of_a_port_is_read_back_as_written(house: House, tls: dict[str, Any]) -> None:
    assert house.owner.post(MONITORS, TCP | {"tls": tls})["tls"] == tls


@pytest.mark.parametrize(
    ("tail", "method", "status"), [("", "GET", "passed"), ("/0", "GET", "passed"), ("/1", "POST", "failed")]
)
def test_a_heartbeat_is_pinged_without_a_key(house: House, tail: str, method: str, status: str) -> None:
    made = house.owner.post(MONITORS, HEARTBEAT)
    assert (made["period"], made["grace"]) == (3600, 1800)
    assert house.caller(None).send(method, f"/hb/{made['token']}{tail}").status_code == 200
    assert house.owner.get(f"{MONITORS}/{made['id']}/results")[0]["status"] == status


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"name": "a", "url": "http://127.0.0.1/"}, "type"),
        ({"name": "a", "type": "url"}, "url"),
        ({"type": "url", "url": "http://127.0.0.1/"}, "name"),
        (URL | {"type": "carrier pigeon"}, "type"),
        (URL | {"interval": 9}, "interval"),
        (URL | {"interval": 86_401}, "interval"),
        (URL | {"interval": "60"}, "interval"),
        (URL | {"timeout": 0}, "timeout"),
        (URL | {"method": "FETCH"}, "method"),
        (URL | {"locations": ["atlantis"]}, "locations[0]"),
        (URL | {"locations": []}, "locations"),
        (URL | {"headers": {"A": 5}}, "headers.A"),
        (URL | {"organization_id": "org_other"}, "organization_id"),
        (URL | {"assertions": [{"type": "body_regex", "pattern": "("}]}, "assertions[0].pattern"),
        (TCP | {"port": 0}, "port"),
        (TCP | {"tls": True}, "tls"),
        (DNS | {"record_type": "Z"}, "record_type"),
        ({"name": "a", "type": "heartbeat"}, "period"),
        (HEARTBEAT | {"interval": 60}, "interval"),
    ],
)
def test_a_wrong_field_is_named_and_nothing_is_stored(house: House, body: dict[str, Any], field: str) -> None:
    assert house.owner.refused(400, "POST", MONITORS, body)["data"]["field"] == field
    assert house.owner.get(MONITORS) == []


def test_put_changes_what_is_sent_and_pauses(house: House) -> None:
    made = house.owner.post(MONITORS, URL | {"headers": {"A": "b"}, "tags": ["shop"]})
    there = f"{MONITORS}/{made['id']}"
    changed = house.owner.put(there, {"name": "b", "interval": 300, "status": "paused"})
    assert (changed["name"], changed["interval"], changed["status"]) == ("b", 300, "paused")
    assert (changed["headers"], changed["tags"]) == ({"A": "b"}, ["shop"])
    same = house.owner.put(there, house.owner.get(there))
    assert same | {"revision": 0, "updated_at": ""} == changed | {"revision": 0, "updated_at": ""}
    assert house.owner.refused(400, "PUT", there, {"id": "mon_other"})["data"]["field"] == "id"
    assert house.owner.put(there, {"status": "active"})["status"] == "active"


def test_the_list_is_narrowed_by_type_and_status_and_has_pages(house: House) -> None:
    for body in (URL, TCP, DNS, HEARTBEAT, URL | {"name": "b", "status": "paused"}):
        house.owner.post(MONITORS, body)
        house.world.clock.advance(1)
    calls = house.owner.api_monitor()
    found = {kind: house.owner.get(MONITORS, type=kind) for kind in ("url", "tcp", "dns", "heartbeat", "api")}
    assert {kind: len(listed) for kind, listed in found.items()} == {
        "url": 2,
        "tcp": 1,
        "dns": 1,
        "heartbeat": 1,
        "api": 1,
    }
    assert found["api"] == [calls]
    assert [each["name"] for each in house.owner.get(MONITORS, status="paused")] == ["b"]
    body = house.owner.send("GET", MONITORS, params={"page": 2, "per_page": 2}).json()
    assert (len(body["data"]), body["meta"]) == (2, {"total": 5, "page": 2, "per_page": 2})
    limited = house.owner.send("GET", MONITORS, params={"limit": 3}).json()
    assert (limited["count"], limited["limit"], len(limited["data"])) == (3, 3, 3)


@pytest.mark.parametrize(
    "query", ["type=x", "status=online", "page=0", "page=x", "per_page=0", "per_page=101", "limit=0"]
)
def test_a_wrong_parameter_of_the_list_is_named(house: House, query: str) -> None:
    assert house.owner.refused(400, "GET", f"{MONITORS}?{query}")["data"]["field"] == query.partition("=")[0]


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        (["agent"], ["monitors:read", "monitors:run", "journeys:read", "journeys:run"]),
        (["all"], None),
        (["billing:read"], ["billing:read"]),
        (
            ["agent", "monitors:read", "alerts:read"],
            ["monitors:read", "monitors:run", "journeys:read", "journeys:run", "alerts:read"],
        ),
    ],
)
def test_keys_have_the_scopes_that_izli_names(house: House, scope: list[str], expected: list[str] | None) -> None:
    assert house.owner.post("/api/v1/api-keys", {"name": "ci", "scopes": scope})["scopes"] == expected


def test_a_key_of_a_ci_system_runs_and_reads_and_changes_nothing(house: House) -> None:
    monitor = house.owner.monitor()
    agent = house.key("member", scopes=["agent"])
    assert agent.post(f"{MONITORS}/{monitor['id']}/check")["run_id"]
    assert agent.get(f"{MONITORS}/{monitor['id']}/results")
    agent.refused(403, "DELETE", f"{MONITORS}/{monitor['id']}")
    agent.refused(403, "GET", "/api/v1/alerts")
    agent.refused(403, "GET", "/api/v1/billing/usage")
