"""Keys that are bound to a project: what they see, what they make, and that nobody else pays for it."""

import threading
from typing import Any

import pytest
from api_house import Caller, House
from engine_world import FAILED

KEYS, ENVIRONMENTS, VARIABLES = "/api/v1/api-keys", "/api/v1/environments", "/api/v1/variables"


def project(house: House, name: str = "Shop") -> str:
    return str(house.owner.post("/api/v1/projects", {"name": name})["id"])


def bound(house: House, role: str = "owner") -> Caller:
    return house.key(role, project_id=project(house))


def runs_of(caller: Caller, **params: Any) -> list[str]:
    return [run["id"] for run in caller.get("/api/v1/runs", **params)]


def test_whatever_it_makes_is_of_its_project(house: House) -> None:
    key = bound(house)
    (own,) = key.get("/api/v1/projects")
    made = [key.monitor(), key.api_monitor(), key.journey(), key.post("/api/v1/incidents", {"title": "a"})]
    made += [key.post("/api/v1/releases", {"name": "a"}), key.post(KEYS, {"name": "a"})]
    brily = key.send("POST", "/v0/monitors", {"name": "b", "url": "https://a.test"}).json()
    assert {one["project_id"] for one in [*made, brily]} == {own["id"]}
    assert [one["id"] for one in key.send("GET", "/v0/projects").json()["data"]] == [own["id"]]
    assert len(key.send("GET", "/compat/xuptimemonitor/api/v1/monitors").json()["data"]) == 2
    assert {one["id"] for one in house.owner.get("/api/v1/monitors")} == {made[0]["id"], brily["id"]}


def test_it_works_inside_its_project(any_house: House) -> None:
    key = bound(any_house)
    monitor, channel = key.monitor(type="scripted"), any_house.owner.channel()
    rule = key.rule(monitor_id=monitor["id"], channel_ids=[channel["id"]])
    run = key.post(f"/api/v1/monitors/{monitor['id']}/check")
    any_house.finish_all(FAILED)
    assert runs_of(key) == runs_of(key, check_id=monitor["id"]) == [run["id"]]
    assert key.get(f"/api/agent/runs/{run['id']}", wait=1)["status"] == "failed"
    (alert,), (incident,) = key.get("/api/v1/alerts"), key.get("/api/v1/incidents")
    assert alert["incident_id"] == incident["id"]
    assert key.post(f"/api/v1/alerts/{alert['id']}/resolve")["status"] == "resolved"
    assert key.get(f"/api/v1/incidents/{incident['id']}")["state"] == "resolved"
    assert key.get("/api/v1/alerts/rules") == [rule]
    key.delete(f"/api/v1/monitors/{monitor['id']}")
    assert runs_of(key) == [run["id"]]


def test_runs_of_a_project_are_walked_through_whole(any_house: House) -> None:
    key, clock = bound(any_house), any_house.world.clock
    monitors = [caller.monitor(type="scripted")["id"] for caller in (key, any_house.owner, key, key)]
    made = []
    for number in range(12):
        clock.advance(1)
        caller = any_house.owner if number % 4 == 1 else key
        run = caller.post(f"/api/v1/monitors/{monitors[number % 4]}/check")
        any_house.finish_all()
        made += [run["id"]] if caller is key else []
    walked: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        page = key.send("GET", "/api/v1/runs", params={"limit": 4, **cursor}).json()
        walked += [run["id"] for run in page["data"]]
        if not page["meta"]["has_more"]:
            break
        cursor = {"cursor": page["meta"]["next_cursor"]}
    assert walked == made[::-1]
    assert runs_of(key, page=2, per_page=5) == walked[5:]
    assert runs_of(key, status="failed") == []
    (own,) = key.get("/api/v1/projects")
    assert runs_of(any_house.owner, project_id=own["id"]) == walked
    assert len(runs_of(any_house.owner)) == 12


def test_keys_that_it_makes_or_rotates_are_bound_as_well(house: House) -> None:
    key = bound(house)
    (own,) = key.get("/api/v1/projects")
    (itself,) = key.get(KEYS)
    made = key.post(KEYS, {"name": "child", "role": "member"})
    assert (itself["project_id"], made["project_id"]) == (own["id"], own["id"])
    rotated = key.post(f"{KEYS}/{made['id']}/rotate", {})
    assert rotated["project_id"] == own["id"]
    child = house.caller(rotated["key"])
    assert child.get("/api/v1/projects") == [own]
    whole = house.owner.post(KEYS, {"name": "whole"})
    assert whole["project_id"] is None
    key.refused(404, "POST", f"{KEYS}/{whole['id']}/rotate", {})
    key.refused(404, "DELETE", f"{KEYS}/{whole['id']}")
    key.delete(f"{KEYS}/{made['id']}")
    child.refused(401, "GET", "/api/v1/projects")


def test_a_key_is_bound_by_whoever_may_see_the_project(house: House) -> None:
    made = project(house)
    key = house.owner.post(KEYS, {"name": "ci", "project_id": made, "role": "owner"})
    assert {one["project_id"] for one in house.owner.get(KEYS) if one["id"] == key["id"]} == {made}
    assert (
        house.owner.refused(400, "POST", KEYS, {"name": "x", "project_id": "proj_1"})["data"]["field"] == "project_id"
    )
    assert "1 API keys" in house.owner.refused(409, "DELETE", f"/api/v1/projects/{made}")["error"]
    house.owner.delete(f"{KEYS}/{key['id']}")
    house.owner.delete(f"/api/v1/projects/{made}")


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/api/v1/projects", {"name": "mine"}),
        ("POST", "/api/v1/organizations", {"name": "mine"}),
        ("POST", "/api/v1/alerts/channels", {"name": "a", "type": "recording"}),
        ("POST", "/api/v1/billing/checkout", {"plan_id": "self-hosted"}),
        ("GET", "/api/v1/audit-log", None),
    ],
)
def test_what_concerns_the_organization_takes_a_key_of_the_organization(
    house: House, method: str, path: str, body: Any
) -> None:
    assert "bound to the project" in bound(house).refused(403, method, path, body)["error"]


def test_it_reads_the_environments_and_variables_for_all_and_changes_those_of_its_project(house: House) -> None:
    key, other = bound(house), house.key(project_id=project(house, "Blog"))
    shared = house.owner.post(ENVIRONMENTS, {"name": "staging", "base_url": "https://all.test"})
    variable = house.owner.post(VARIABLES, {"name": "A", "value": "x"})
    own = key.post(ENVIRONMENTS, {"name": "staging", "base_url": "https://own.test"})
    mine = key.post(VARIABLES, {"name": "A", "value": "y"})
    placed = key.post(VARIABLES, {"name": "A", "value": "z", "environment": "staging"})
    assert placed["environment_id"] == own["id"]
    assert {one["id"] for one in key.get(ENVIRONMENTS)} == {shared["id"], own["id"]}
    assert {one["id"] for one in key.get(VARIABLES)} == {variable["id"], mine["id"], placed["id"]}
    assert [one["id"] for one in other.get(VARIABLES)] == [variable["id"]]
    for path, id, body in ((ENVIRONMENTS, shared["id"], {"name": "b"}), (VARIABLES, variable["id"], {"value": "b"})):
        assert key.get(f"{path}/{id}")["project_id"] is None
        assert "the whole organization" in key.refused(403, "PUT", f"{path}/{id}", body)["error"]
        key.refused(403, "DELETE", f"{path}/{id}")
    key.refused(403, "POST", VARIABLES, {"name": "B", "value": "x", "environment": shared["id"]})
    for path, thing in ((ENVIRONMENTS, own), (VARIABLES, mine)):
        other.refused(404, "GET", f"{path}/{thing['id']}")
        other.refused(404, "DELETE", f"{path}/{thing['id']}")
    assert key.put(f"{VARIABLES}/{mine['id']}", {"value": "w"})["value"] == "w"
    key.delete(f"{ENVIRONMENTS}/{own['id']}")
    assert {one["id"] for one in key.get(VARIABLES)} == {variable["id"], mine["id"]}


def test_it_leads_to_no_other_organization_of_its_user(house: House) -> None:
    other = house.owner.post("/api/v1/organizations", {"name": "Other"})
    made = house.owner.post(KEYS, {"name": "ci", "role": "owner", "project_id": project(house)})
    key = house.caller(made["key"])
    assert [one["name"] for one in key.get("/api/v1/user/organizations")] == ["Acme"]
    key.refused(404, "GET", f"/api/v1/organizations/{other['id']}")
    assert len(house.owner.get("/api/v1/user/organizations")) == 2


def test_the_same_idempotency_key_is_another_one_in_another_project(house: House) -> None:
    callers = [house.owner, bound(house), house.key(project_id=project(house, "Blog"))]
    header = {"Idempotency-Key": "once"}
    body = {"name": "a", "type": "url", "url": "http://a.test"}
    made = [
        caller.send("POST", "/api/v1/monitors", body, headers=header).json()["data"]["id"]
        for caller in callers
        for _ in range(2)
    ]
    assert len(set(made)) == 3
    assert made[::2] == made[1::2]


def test_who_waits_for_a_run_is_not_narrowed_by_who_waited_first(house: House) -> None:
    """One poller asks for all who wait; it is begun by the first of them, here one that sees one project only."""
    key = bound(house)
    runs = {}
    for caller in (key, house.owner):
        monitor = caller.monitor(type="scripted")["id"]
        runs[caller] = caller.post(f"/api/v1/monitors/{monitor}/check")["id"]
    seen: dict[Caller, str] = {}

    def wait(caller: Caller, wait_s: float) -> None:
        seen[caller] = caller.get(f"/api/agent/runs/{runs[caller]}", wait=wait_s)["status"]

    first = threading.Thread(target=wait, args=(key, 1.0))
    first.start()
    wait(house.owner, 0.6)
    first.join()
    assert seen == {key: "queued", house.owner: "queued"}


def test_a_check_that_came_from_another_project_shows_nothing_of_what_happened_there(house: House) -> None:
    monitor = house.owner.monitor(type="scripted")
    path = f"/api/v1/monitors/{monitor['id']}"
    rule = house.owner.rule(monitor_id=monitor["id"])
    house.owner.post(f"{path}/check")
    house.finish_all(FAILED)
    (alert,) = house.owner.get("/api/v1/alerts")
    house.owner.post(f"/api/v1/alerts/{alert['id']}/resolve")
    key = bound(house)
    (own,) = key.get("/api/v1/projects")
    house.owner.put(path, {"project_id": own["id"]})
    assert house.owner.get(f"{path}/stats")["last_incident"]["id"] == alert["incident_id"]
    assert key.get(f"{path}/stats")["last_incident"] is None
    compat = key.send("GET", "/compat/xuptimemonitor/api/v1/monitors").json()["data"]
    assert [one["lastIncidentId"] for one in compat] == [None]
    key.refused(404, "GET", f"/api/v1/incidents/{alert['incident_id']}")
    assert [one["id"] for one in key.get("/api/v1/alerts/rules")] == [rule["id"]]
    assert [one["id"] for one in key.get("/api/v1/alerts")] == [alert["id"]]
