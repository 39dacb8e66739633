"""``/v0/incidents``, ``/v0/releases`` and ``/v0/projects``, in the words of brily."""

import json
from typing import Any

from api_house import House
from engine_world import FAILED
from hook_receiver import Receiver
from outbox_run import send_all

FIRST = {"state": "investigating", "body": "We are looking."}
WRITTEN = {"title": "Checkout is down", "severity": "p2", "impact": "partial", "initial_update": FIRST}
INCIDENT = {
    *("id", "title", "state", "severity", "impact", "affected_components", "status_page_id", "updates", "started_at"),
    *("resolved_at", "postmortem_url", "created_at"),
}
RELEASE = {
    *("id", "name", "version", "environment", "rollout_percent", "started_at", "finished_at", "commit_sha"),
    *("commit_url", "description", "tags", "project_id", "created_at"),
}


def ask(house: House, method: str, path: str, body: Any = None, status: int = 200, **params: Any) -> Any:
    """Send a request and return what it was answered."""
    response = house.owner.send(method, path, body, params=params)
    assert response.status_code == status, response.text
    return response.json()


def test_an_incident_lives_in_these_words(house: House) -> None:
    made = ask(house, "POST", "/v0/incidents", WRITTEN | {"affected_components": ["comp_1"]}, 201)
    assert set(made) >= INCIDENT
    assert (made["state"], made["resolved_at"], made["updates"][0]["body"]) == ("investigating", None, FIRST["body"])
    assert made["created_at"].endswith("Z")
    assert "." not in made["created_at"]
    there = f"/v0/incidents/{made['id']}"
    posted = ask(house, "POST", f"{there}/updates", {"state": "monitoring", "body": "Mended."}, 201)
    assert (posted["state"], len(posted["updates"])) == ("monitoring", 2)
    assert ask(house, "PATCH", there, {"severity": "p1"})["severity"] == "p1"
    whole = ask(house, "GET", there)
    assert ask(house, "PATCH", there, whole | {"title": "Payments are down"})["title"] == "Payments are down"
    assert ask(house, "PATCH", there, whole | {"id": "inc_other"}, 422)["error"]["field"] == "id"
    listed = ask(house, "GET", "/v0/incidents", state="monitoring", severity="p1", limit=1)
    assert [each["id"] for each in listed["data"]] == [made["id"]]
    assert listed["pagination"] == {"next_cursor": None, "has_more": False}
    assert ask(house, "GET", "/v0/incidents", status_page_id="sp_unknown")["data"] == []
    refusal = ask(house, "POST", "/v0/incidents", WRITTEN | {"impact": "huge"}, 422)["error"]
    assert (refusal["code"], refusal["field"]) == ("validation_failed", "impact")


def test_a_day_of_uptime_counts_the_incidents_that_started_in_it(house: House) -> None:
    made = ask(house, "POST", "/v0/monitors", {"name": "shop", "url": "http://127.0.0.1:9/"}, 201)
    house.owner.post(f"/api/v1/monitors/{made['id']}/check")
    house.finish_all(FAILED)
    house.owner.post("/api/v1/incidents", {"title": "It looks odd", "check_ids": [made["id"]]})
    buckets = ask(house, "GET", f"/v0/monitors/{made['id']}/uptime")["data"]
    assert [bucket["incidents"] for bucket in buckets[-2:]] == [0, 2]
    (listed,) = house.owner.send("GET", "/compat/xuptimemonitor/api/v1/monitors").json()["data"]
    newest = house.owner.get("/api/v1/incidents")[0]
    assert house.owner.get(f"/api/v1/incidents/{listed['lastIncidentId']}")["id"] == newest["id"]


def test_a_release_lives_in_these_words(house: House) -> None:
    assert ask(house, "POST", "/v0/releases", {"name": "shop"}, 422)["error"]["field"] == "started_at"
    body = {"name": "shop", "started_at": "2026-04-18T09:12:14Z", "environment": "production"}
    made = ask(house, "POST", "/v0/releases", body, 201)
    assert set(made) == RELEASE
    assert made["started_at"] == body["started_at"]
    there = f"/v0/releases/{made['id']}"
    assert ask(house, "PATCH", there, made | {"rollout_percent": 25.5})["rollout_percent"] == 25.5
    assert ask(house, "GET", there)["name"] == "shop"
    assert ask(house, "GET", "/v0/releases", environment="staging")["data"] == []
    assert len(ask(house, "GET", "/v0/releases", environment="production", to="2026-05-01T00:00:00Z")["data"]) == 1


def test_an_organization_begins_with_one_project_that_is_called_like_it(house: House) -> None:
    (project,) = ask(house, "GET", "/v0/projects")["data"]
    made = ask(house, "POST", "/v0/monitors", {"name": "shop", "url": "http://127.0.0.1:9/"}, 201)
    assert (project["id"], project["name"]) == (made["project_id"], "Acme")
    assert ask(house, "GET", f"/v0/projects/{project['id']}") == project
    assert ask(house, "GET", "/v0/projects/proj_other", status=404)["error"]["code"] == "not_found"


def test_subscribed_webhooks_receive_incidents_and_releases_signed(house: House, receiver: Receiver) -> None:
    events = ["incident.created", "incident.updated", "incident.resolved", "release.created"]
    house.owner.channel(type="webhook", config={"url": receiver.url, "events": events})
    house.owner.channel(type="webhook", config={"url": receiver.url, "events": ["incident.resolved"]})
    made = ask(house, "POST", "/v0/incidents", WRITTEN, 201)
    for state in ("identified", "resolved"):
        ask(house, "POST", f"/v0/incidents/{made['id']}/updates", {"state": state, "body": "So it is."}, 201)
    ask(house, "POST", "/v0/releases", {"name": "shop", "started_at": "2026-04-18T09:12:14Z"}, 201)
    send_all(house.world)
    bodies = [json.loads(body) for _, body in receiver.received]
    assert sorted(body["event"] for body in bodies) == sorted([*events, "incident.resolved"])
    by_event = {body["event"]: body for body in bodies}
    told = by_event["incident.created"]
    assert set(told) == {"event", "occurred_at", "project_id", "data"}
    assert told["project_id"] == made["project_id"]
    assert told["data"]["incident"]["updates"] == made["updates"]
    assert by_event["incident.resolved"]["data"]["incident"]["state"] == "resolved"
    assert by_event["release.created"]["data"]["release"]["started_at"] == "2026-04-18T09:12:14Z"
    assert all(headers["x-brily-signature"].startswith("sha256=") for headers, _ in receiver.received)
