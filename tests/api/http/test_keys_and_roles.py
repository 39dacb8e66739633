"""API keys over HTTP, and what their roles and scopes allow."""

from datetime import timedelta
from typing import Any

import pytest
from api_house import House

from outrider_engine.domain.identity import Role

KEYS = "/api/v1/api-keys"


def test_a_new_key_works_is_listed_without_its_text_and_stops_when_revoked(any_house: House) -> None:
    made = any_house.owner.post(KEYS, {"name": "ci", "role": "member"})
    client = any_house.caller(made["key"])
    assert client.get("/api/v1/monitors") == []
    listing = any_house.owner.send("GET", KEYS)
    item = next(key for key in listing.json()["data"] if key["id"] == made["id"])
    assert made["key"].startswith(item["prefix"])
    assert made["key"] not in listing.text
    any_house.owner.delete(f"{KEYS}/{made['id']}")
    client.refused(401, "GET", "/api/v1/monitors")
    any_house.owner.refused(404, "DELETE", f"{KEYS}/{made['id']}")


def test_names_of_keys_are_unique_in_an_organization_until_revoked(any_house: House) -> None:
    made = any_house.owner.post(KEYS, {"name": "ci"})
    assert any_house.owner.refused(409, "POST", KEYS, {"name": "ci"})["data"]["field"] == "name"
    any_house.stranger().post(KEYS, {"name": "ci"})
    any_house.owner.delete(f"{KEYS}/{made['id']}")
    assert any_house.owner.post(KEYS, {"name": "ci"})["id"] != made["id"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": None}, "name"),
        ({"name": ""}, "name"),
        ({"role": "emperor"}, "role"),
        ({"scopes": ["moon:read"]}, "scopes[0]"),
        ({"scopes": "monitors:read"}, "scopes"),
        ({"expires_at": "2020-01-01T00:00:00Z"}, "expires_at"),
        ({"expires_at": "soon"}, "expires_at"),
        ({"colour": 1}, "colour"),
    ],
    ids=str,
)
def test_a_wrong_field_of_a_key_is_named(house: House, changes: dict[str, Any], field: str) -> None:
    assert house.owner.refused(400, "POST", KEYS, {"name": "ci"} | changes)["data"]["field"] == field


def test_a_key_stops_working_when_it_expires(house: House) -> None:
    expires = house.world.clock.now() + timedelta(hours=1)
    made = house.owner.post(KEYS, {"name": "brief", "expires_at": expires.isoformat()})
    client = house.caller(made["key"])
    assert client.get("/api/v1/monitors") == []
    house.world.clock.advance(3600)
    client.refused(401, "GET", "/api/v1/monitors")


def test_the_last_use_of_a_key_is_known_to_the_minute(house: House) -> None:
    client = house.key("owner")
    client.get("/api/v1/monitors")
    first = house.owner.get(KEYS)[-1]["last_used_at"]
    house.world.clock.advance(30)
    client.get("/api/v1/monitors")
    assert house.owner.get(KEYS)[-1]["last_used_at"] == first
    house.world.clock.advance(31)
    client.get("/api/v1/monitors")
    assert house.owner.get(KEYS)[-1]["last_used_at"] > first


READS = ("/api/v1/monitors", "/api/v1/journeys", "/api/v1/alerts", "/api/v1/runs", "/api/v1/locations")


@pytest.mark.parametrize(
    ("role", "reads", "writes", "runs", "administers"),
    [
        pytest.param("owner", True, True, True, True, id="owner"),
        pytest.param("admin", True, True, True, True, id="admin"),
        pytest.param("member", True, True, True, False, id="member"),
        pytest.param("viewer", True, False, False, False, id="viewer"),
    ],
)
def test_a_role_may_do_what_it_is_for(
    house: House, role: str, reads: bool, writes: bool, runs: bool, administers: bool
) -> None:
    monitor = house.owner.monitor()
    path = f"/api/v1/monitors/{monitor['id']}"
    client = house.key(role)
    seen = {
        "read": [client.send("GET", read).status_code for read in (*READS, path)],
        "write": [client.send("PUT", path, {"name": "x"}).status_code],
        "run": [client.send("POST", f"{path}/check").status_code],
        "administer": [client.send("GET", KEYS).status_code],
    }
    wanted = {"read": reads, "write": writes, "run": runs, "administer": administers}
    assert {what: all(code < 400 for code in codes) for what, codes in seen.items()} == wanted
    assert {code for codes in seen.values() for code in codes if code >= 400} <= {403}


def test_scopes_narrow_what_a_role_may_do(house: House) -> None:
    journey = house.owner.journey()
    monitor = house.owner.monitor()
    house.owner.post(f"/api/v1/monitors/{monitor['id']}/check")
    ci = house.key("member", scopes=["journeys:read", "journeys:run"])
    run = ci.post(f"/api/agent/journeys/{journey['id']}/trigger")
    assert ci.get(f"/api/agent/runs/{run['id']}")["status"] == "queued"
    assert [one["id"] for one in ci.get("/api/v1/runs")] == [run["id"]]
    ci.refused(403, "GET", "/api/v1/runs", params={"family": "monitor"})
    ci.refused(403, "GET", "/api/v1/monitors")
    ci.refused(403, "POST", f"/api/v1/monitors/{monitor['id']}/check")
    ci.refused(403, "PUT", f"/api/v1/journeys/{journey['id']}", {"name": "x"})
    ci.refused(403, "GET", "/api/v1/alerts")
    house.key("viewer", scopes=["alerts:read"]).refused(403, "GET", "/api/v1/runs")
    house.key("viewer", scopes=["journeys:read"]).refused(403, "GET", f"/api/v1/runs/{_a_monitor_run(house)}")


def test_a_key_for_monitors_lists_the_runs_of_monitors_and_of_api_monitors(house: House) -> None:
    made = [
        house.owner.post(f"/api/v1/monitors/{house.owner.monitor()['id']}/check"),
        house.owner.post(f"/api/v1/api-monitors/{house.owner.api_monitor()['id']}/trigger"),
    ]
    house.owner.post(f"/api/v1/journeys/{house.owner.journey()['id']}/run-now")
    reader = house.key("viewer", scopes=["monitors:read"])
    assert {run["id"] for run in reader.get("/api/v1/runs")} == {run["id"] for run in made}
    assert [run["id"] for run in reader.get("/api/v1/runs", family="api_monitor")] == [made[1]["id"]]


def _a_monitor_run(house: House) -> str:
    runs = house.owner.get("/api/v1/runs", family="monitor")
    return str(runs[0]["id"])


@pytest.mark.parametrize(
    ("role", "scopes", "wanted"),
    [
        pytest.param("admin", None, {"role": "owner"}, id="higher-role"),
        pytest.param("owner", ["organization:write"], {"role": "member"}, id="all-scopes-from-some"),
        pytest.param("owner", ["organization:write"], {"role": "member", "scopes": ["alerts:read"]}, id="other-scopes"),
    ],
)
def test_a_key_cannot_make_one_that_may_do_more(
    house: House, role: str, scopes: list[str] | None, wanted: dict[str, Any]
) -> None:
    client = house.key(role, scopes=scopes)
    client.refused(403, "POST", KEYS, {"name": "more", **wanted})
    granted = {"name": "same", "role": role, "scopes": scopes}
    assert client.post(KEYS, granted)["role"] == Role(role)


def test_a_rotated_key_has_another_text_and_the_old_one_stops(any_house: House) -> None:
    made = any_house.owner.post(KEYS, {"name": "ci"})
    again = any_house.owner.post(f"{KEYS}/{made['id']}/rotate")
    assert again["id"] == made["id"]
    assert again["key"].startswith(again["prefix"])
    assert any_house.caller(again["key"]).get("/api/v1/monitors") == []
    any_house.caller(made["key"]).refused(401, "GET", "/api/v1/monitors")


def test_the_old_text_of_a_rotated_key_works_for_its_grace_period(any_house: House) -> None:
    made = any_house.owner.post(KEYS, {"name": "ci"})
    again = any_house.owner.post(f"{KEYS}/{made['id']}/rotate", {"grace_seconds": 60})
    any_house.world.clock.advance(59)
    assert any_house.caller(made["key"]).get("/api/v1/monitors") == []
    any_house.world.clock.advance(1)
    any_house.caller(made["key"]).refused(401, "GET", "/api/v1/monitors")
    third = any_house.owner.post(f"{KEYS}/{made['id']}/rotate", {"grace_seconds": 60})
    any_house.owner.delete(f"{KEYS}/{made['id']}")
    for text in (made["key"], again["key"], third["key"]):
        any_house.caller(text).refused(401, "GET", "/api/v1/monitors")


def test_what_cannot_be_rotated_is_refused(house: House) -> None:
    owner = house.owner.get(KEYS)[0]
    house.key("admin").refused(403, "POST", f"{KEYS}/{owner['id']}/rotate")
    for grace in (-1, 30 * 86_400 + 1, "soon"):
        refused = house.owner.refused(400, "POST", f"{KEYS}/{owner['id']}/rotate", {"grace_seconds": grace})
        assert refused["data"]["field"] == "grace_seconds"
    house.owner.refused(404, "POST", f"{KEYS}/key_unknown/rotate")
