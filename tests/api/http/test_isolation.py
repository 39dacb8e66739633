"""Nothing of one organization is seen by another: a matrix made from the OpenAPI document itself.

A new route with an id in its path fails here until it says what the id is of.
"""

import re
from pathlib import Path

import pytest
from api_house import House, error_of
from engine_world import FAILED
from httpx2 import Response

from outrider_api.http.openapi import WITHOUT_KEY
from outrider_engine.domain.ids import project_of

OTHER_WORDS = ("/compat/", "/v0/")
OWN = (
    "/api/v1/audit-log",
    "/api/v1/api-keys",
    "/api/v1/user/organizations",
    "/api/v1/billing/usage",
    "/api/v1/projects",
)
PARTS = ("{artifact_id}", "{member_id}", "{invitation_id}", "{number}")


def things_of_the_owner(house: House, folder: Path) -> dict[str, str]:
    """Make one of everything; returns the ids by the beginning of the paths that they belong to."""
    run = house.run_with_a_file(folder)
    monitor, journey, channel = house.owner.monitor(), house.owner.journey(), house.owner.channel()
    calls = house.owner.api_monitor()
    rule = house.owner.rule(monitor_id=run["monitor_id"], channel_ids=[channel["id"]])
    house.world.clock.advance(1)
    house.owner.post(f"/api/v1/monitors/{run['monitor_id']}/check")
    house.finish_all(FAILED)
    key = house.owner.post("/api/v1/api-keys", {"name": "other"})
    environment = house.owner.post("/api/v1/environments", {"name": "staging"})
    variable = house.owner.post("/api/v1/variables", {"name": "WHERE", "value": "there"})
    organization = f"/api/v1/organizations/{house.world.organization}"
    invited = house.owner.post(f"{organization}/invitations", {"email": "lin@example.com"})
    alert = house.owner.get("/api/v1/alerts")[0]
    release = house.owner.post("/api/v1/releases", {"name": "shop"})
    batch = house.owner.post("/api/agent/batches", {"check_ids": [monitor["id"], journey["id"]]})
    return {
        "/api/v1/monitors/{id}": monitor["id"],
        "/v0/monitors/{id}": monitor["id"],
        "/api/agent/monitors/{id}": monitor["id"],
        "/compat/xuptimemonitor/api/v1/monitors/{id}": monitor["id"],
        "/api/v1/api-monitors/{id}": calls["id"],
        "/api/agent/api-monitors/{id}": calls["id"],
        "/api/v1/journeys/{id}": journey["id"],
        "/api/agent/journeys/{id}": journey["id"],
        "/api/v1/runs/{id}": run["id"],
        "/api/agent/runs/{id}": run["id"],
        "/api/agent/batches/{id}": batch["id"],
        "{artifact_id}": run["artifacts"][0]["id"],
        "/api/v1/alerts/channels/{id}": channel["id"],
        "/api/v1/alerts/rules/{id}": rule["id"],
        "/api/v1/environments/{id}": environment["id"],
        "/api/v1/variables/{id}": variable["id"],
        "/api/v1/login-states/{id}": house.world.login_state().id,
        "/api/v1/alerts/{id}": alert["id"],
        "/api/v1/incidents/{id}": alert["incident_id"],
        "/v0/incidents/{id}": alert["incident_id"],
        "/api/v1/releases/{id}": release["id"],
        "/v0/releases/{id}": release["id"],
        "/api/v1/projects/{id}": project_of(house.world.organization),
        "/v0/projects/{id}": project_of(house.world.organization),
        "/api/v1/api-keys/{id}": key["id"],
        "/api/v1/organizations/{id}": house.world.organization,
        "{member_id}": house.owner.get(f"{organization}/members")[0]["id"],
        "{invitation_id}": invited["id"],
        "{number}": "1",
    }


def refused(response: Response, path: str, *statuses: int) -> None:
    """Check that a request was refused, in the words of its dialect."""
    if path.startswith(OTHER_WORDS):
        assert response.status_code in statuses, path
    else:
        error_of(response, *statuses)


def operations(house: House) -> list[tuple[str, str]]:
    """Return all routes but those that are for whoever knows the secret in them."""
    document = house.client.get("/openapi.json").json()
    return [
        (method.upper(), path) for path, item in document["paths"].items() for method in item if path not in WITHOUT_KEY
    ]


def filled(path: str, things: dict[str, str]) -> str:
    """Return a path with real ids; fails for a route that nobody has listed above."""
    owner = max((prefix for prefix in things if path.startswith(prefix)), key=len, default=None)
    assert owner is not None, f"say in things_of_the_owner what the id of {path} is of"
    path = path.replace("{id}", things[owner])
    for name in PARTS:
        path = path.replace(name, things[name])
    return path


def test_a_stranger_gets_404_from_every_route_with_an_id_and_changes_nothing(house: House, tmp_path: Path) -> None:
    things = things_of_the_owner(house, tmp_path)
    stranger = house.stranger()
    before = {path: house.owner.get(path.replace("{id}", things[path])) for path in _readable(things)}
    tried = 0
    for method, path in operations(house):
        if "{" not in path:
            continue
        body = {"name": "mine now"} if method in {"PUT", "PATCH"} else None
        refused(stranger.send(method, filled(path, things), body), path, 404)
        tried += 1
    assert tried > 20
    assert {path: house.owner.get(path.replace("{id}", things[path])) for path in before} == before


def _readable(things: dict[str, str]) -> list[str]:
    readable = ("/api/v1/", "/api/agent/batches/")
    return [path for path in things if path.startswith(readable) and "api-keys" not in path]


def test_lists_of_a_stranger_are_empty(house: House, tmp_path: Path) -> None:
    things_of_the_owner(house, tmp_path)
    stranger = house.stranger()
    shared = {"/api/v1/check-types", "/api/v1/notifiers", "/api/v1/locations", "/api/v1/schemas/journey"}
    shared |= {"/api/v1/billing/plans", "/api/v1/billing/portal"}
    shared |= {"/api/v1/events"}  # never ends; see test_events
    for method, path in operations(house):
        if method == "GET" and path.startswith("/api/") and "{" not in path and path not in shared:
            found = stranger.get(path)
            assert found == [] or path in OWN, path
    assert [key["name"].split()[0] for key in stranger.get("/api/v1/api-keys")] == ["owner"]
    assert [mine["name"] for mine in stranger.get("/api/v1/user/organizations")] == ["Other"]


def test_every_route_but_those_of_health_wants_a_key(house: House, tmp_path: Path) -> None:
    things = things_of_the_owner(house, tmp_path)
    nobody = house.caller(None)
    for method, path in operations(house):
        response = nobody.send(method, filled(path, things) if "{" in path else path)
        if path.startswith(("/api/", *OTHER_WORDS)):
            refused(response, path, 401)
        else:
            assert response.status_code == 200, path


def test_a_viewer_is_refused_by_every_route_that_changes_something(house: House, tmp_path: Path) -> None:
    things = things_of_the_owner(house, tmp_path)
    viewer = house.key("viewer")
    for method, path in operations(house):
        if method != "GET":
            refused(viewer.send(method, filled(path, things) if "{" in path else path, {}), path, 403)
    assert house.owner.get(f"/api/v1/monitors/{things['/api/v1/monitors/{id}']}")["status"] == "active"


@pytest.mark.parametrize("id", ["%00", "a%00b", "%2e%2e", "x" * 2000, "%ff", "🐎", "mon_", "' OR 1=1 --"])
def test_odd_ids_are_404_on_every_route(house: House, tmp_path: Path, id: str) -> None:
    things = things_of_the_owner(house, tmp_path)
    for method, path in operations(house):
        if "{" in path:
            odd = re.sub(r"\{\w+\}", id, path)
            body = {"name": "x"} if method in {"PUT", "PATCH"} else None
            refused(house.owner.send(method, odd, body), path, 404, 405)
    assert house.owner.get(f"/api/v1/monitors/{things['/api/v1/monitors/{id}']}")["status"] == "active"


SHARED = ("/api/v1/alerts/channels/{id}", "/api/v1/environments/{id}", "/api/v1/variables/{id}")
"""What belongs to the whole organization: all of its keys read it, those that are bound to a project change nothing."""
OF_THE_WHOLE = ("/api/v1/audit-log", "/api/v1/billing/portal")
"""What a key that is bound to a project may not even read."""


def answer_elsewhere(method: str, path: str) -> int:
    """Return how a route answers a key that is bound to another project of the organization."""
    if path.startswith(SHARED):
        return 200 if method == "GET" else 403
    if path.startswith("/api/v1/organizations/{id}/api-keys"):
        return 200 if method == "GET" else 400  # it makes keys of its own project, and the test sends no name
    if path.startswith("/api/v1/organizations/{id}"):
        return 200 if (method, path) == ("GET", "/api/v1/organizations/{id}") else 403
    if path.startswith("/api/v1/projects/{id}"):
        return 404 if method == "GET" else 403
    return 404


def test_a_key_of_another_project_gets_404_from_every_route_with_an_id(house: House, tmp_path: Path) -> None:
    things = things_of_the_owner(house, tmp_path)
    bound = house.key(project_id=house.owner.post("/api/v1/projects", {"name": "Elsewhere"})["id"])
    before = {path: house.owner.get(path.replace("{id}", things[path])) for path in _readable(things)}
    for method, path in operations(house):
        if "{" in path:
            house.world.clock.advance(1)
            body = {} if path.endswith("/api-keys") else {"name": "mine"} if method in {"PUT", "PATCH"} else None
            response = bound.send(method, filled(path, things), body)
            if (status := answer_elsewhere(method, path)) == 200:
                assert response.status_code == 200, path
            else:
                refused(response, path, status)
    assert {path: house.owner.get(path.replace("{id}", things[path])) for path in before} == before


def test_lists_show_nothing_of_another_project(house: House, tmp_path: Path) -> None:
    things = things_of_the_owner(house, tmp_path)
    bound = house.key(project_id=house.owner.post("/api/v1/projects", {"name": "Elsewhere"})["id"])
    hidden = {id for path, id in things.items() if path not in SHARED and id != house.world.organization}
    hidden -= {things["{invitation_id}"]}  # members are people of the whole organization, whose list is refused
    hidden -= {things["{number}"]}  # no id
    listed = 0
    for method, path in operations(house):
        if method != "GET" or "{" in path or path == "/api/v1/events" or not path.startswith(("/api/", *OTHER_WORDS)):
            continue
        response = bound.send("GET", path)
        if path in OF_THE_WHOLE:
            error_of(response, 403)
            continue
        assert response.status_code in {200, 400}, path
        assert [id for id in hidden if id in response.text] == [], path
        listed += 1
    assert listed > 15


def test_nothing_can_be_said_about_another_project(house: House, tmp_path: Path) -> None:
    """Neither in a body nor in a filter: what is of another project is not there."""
    things = things_of_the_owner(house, tmp_path)
    bound = house.key(project_id=house.owner.post("/api/v1/projects", {"name": "Elsewhere"})["id"])
    monitor, alert = things["/api/v1/monitors/{id}"], things["/api/v1/alerts/{id}"]
    project = things["/api/v1/projects/{id}"]
    incident = bound.post("/api/v1/incidents", {"title": "own"})["id"]
    hidden = house.owner.post("/api/v1/environments", {"name": "hidden", "project_id": project})
    rule = {"name": "a", "type": "consecutive_failures", "threshold": 1}
    bodies = {
        ("POST", "/api/v1/alerts/rules", "monitor_id"): {**rule, "monitor_id": monitor},
        ("POST", "/api/v1/incidents", "check_ids[0]"): {"title": "a", "check_ids": [monitor]},
        ("POST", "/api/v1/incidents", "alert_ids[0]"): {"title": "a", "alert_ids": [alert]},
        ("PUT", f"/api/v1/incidents/{incident}", "check_ids[0]"): {"check_ids": [monitor]},
        ("PUT", f"/api/v1/incidents/{incident}", "project_id"): {"project_id": project},
        ("POST", "/api/v1/releases", "project_id"): {"name": "a", "project_id": project},
        ("POST", "/api/v1/api-keys", "project_id"): {"name": "a", "project_id": project},
        ("POST", "/api/v1/journeys", "project_id"): {"name": "a", "project_id": project},
        ("POST", "/api/agent/batches", "project_id"): {"names": ["shop"], "project_id": project},
        ("POST", "/api/v1/journeys", "environment"): {"name": "a", "environment": hidden["id"]},
        ("POST", "/api/v1/variables", "environment"): {"name": "A", "value": "x", "environment": "hidden"},
        ("POST", "/api/v1/environments", "project_id"): {"name": "a", "project_id": project},
    }
    for (method, path, field), body in bodies.items():
        assert bound.refused(400, method, path, body)["data"]["field"] == field, path
    filters = {
        "/api/v1/runs": {"check_id": monitor},
        "/api/v1/alerts": {"resource_id": monitor},
        "/api/v1/alerts/rules": {"channel_id": things["/api/v1/alerts/channels/{id}"]},
        "/api/v1/incidents": {"check_id": monitor},
        "/api/v1/releases": {"project_id": project},
        "/api/v1/monitors": {"project_id": project},
    }
    for path, params in filters.items():
        assert bound.get(path, **params) == [], path
    bound.refused(404, "GET", "/api/v1/events", params={"check_id": monitor})
