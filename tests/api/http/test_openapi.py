"""The OpenAPI document: complete and true; tests/conformance asks what it says."""

import json
from typing import Any

import pytest
from api_house import House, data_of, error_of
from hypothesis import given, settings
from hypothesis import strategies as st

from outrider_api.http.examples import EXAMPLES
from outrider_api.http.links import LEADS
from outrider_api.http.openapi import WITHOUT_KEY


@pytest.fixture
def document(house: House) -> dict[str, Any]:
    found: dict[str, Any] = house.client.get("/openapi.json").json()
    return found


def operations(document: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    return [(method, path, found) for path, item in document["paths"].items() for method, found in item.items()]


def test_every_operation_has_a_tag_an_id_a_text_and_its_errors(document: dict[str, Any]) -> None:
    found = operations(document)
    ids = [operation["operationId"] for _, _, operation in found]
    tags = {tag["name"] for tag in document["tags"]}
    assert len(set(ids)) == len(ids) > 30
    for method, path, operation in found:
        assert operation["description"], path
        assert set(operation["tags"]) <= tags, path
        has_fields = method == "patch" and path.startswith("/v0/")
        assert ("422" in operation["responses"]) == (has_fields or (method == "post" and path not in WITHOUT_KEY)), path
        if path.startswith("/api/") and path not in WITHOUT_KEY:
            assert {"400", "401", "403", "404", "503"} <= set(operation["responses"]), path
            assert operation["security"], path


def test_every_route_that_takes_a_body_documents_it_with_an_example(document: dict[str, Any]) -> None:
    taking = [found["requestBody"] for method, _, found in operations(document) if "requestBody" in found]
    schemas = document["components"]["schemas"]
    for body in taking:
        name = body["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
        assert schemas[name]["examples"] == [EXAMPLES[name]], name
    assert len(taking) >= 20


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    text = json.dumps(document)
    names = {part.partition('"')[0] for part in text.split('"$ref": "#/components/schemas/')[1:]}
    assert names <= set(document["components"]["schemas"])
    assert "#/$defs" not in text


def test_the_installed_check_types_are_in_the_document(document: dict[str, Any]) -> None:
    alternatives = document["components"]["schemas"]["MonitorCreate"]["anyOf"]
    by_type = {one["properties"]["type"]["const"]: one for one in alternatives}
    assert {"url", "tls", "interval", "assertions"} <= set(by_type["url"]["properties"])
    assert by_type["scripted"]["properties"]["config"]["properties"]["target"]["type"] == "string"
    assert "steps" in document["components"]["schemas"]["JourneyCreate"]["anyOf"][0]["properties"]


def test_the_examples_are_accepted(house: House) -> None:
    house.world.clock.advance(1)
    with house.world.storage.begin() as tx:
        tx.locations.add(["us-east", "eu-west", "fra", "hel", "ams"])
    monitor = house.owner.post("/api/v1/monitors", EXAMPLES["MonitorCreate"])
    brilys = house.owner.send("POST", "/v0/monitors", EXAMPLES["BrilyMonitorCreate"])
    there = f"/v0/monitors/{brilys.json()['id']}"
    assert house.owner.send("PATCH", there, EXAMPLES["BrilyMonitorUpdate"]).json()["interval_seconds"] == 120
    journey = house.owner.post("/api/v1/journeys", EXAMPLES["JourneyCreate"])
    assert house.owner.post("/api/v1/journeys/import", EXAMPLES["ImportBody"])["checks"][0]["name"] == "Sign in"
    calls = house.owner.post("/api/v1/api-monitors", EXAMPLES["ApiMonitorCreate"])
    channel = house.owner.post("/api/v1/alerts/channels", EXAMPLES["ChannelBody"])
    about = {"monitor_id": monitor["id"], "channel_ids": [channel["id"]]}
    rule = house.owner.post("/api/v1/alerts/rules", EXAMPLES["RuleBody"] | about)
    assert house.owner.put(f"/api/v1/monitors/{monitor['id']}", EXAMPLES["MonitorUpdate"])["status"] == "paused"
    assert house.owner.put(f"/api/v1/api-monitors/{calls['id']}", EXAMPLES["ApiMonitorUpdate"])["interval"] == 600
    assert house.owner.put(f"/api/v1/journeys/{journey['id']}", EXAMPLES["JourneyUpdate"])["cron"]
    there = f"/api/v1/journeys/{journey['id']}/versions/1/restore"
    assert house.owner.post(there, EXAMPLES["RestoreBody"])["current_version"] == 3
    house.owner.put(f"/api/v1/journeys/{journey['id']}", EXAMPLES["JourneyUpdate"])
    assert house.owner.put(f"/api/v1/alerts/channels/{channel['id']}", EXAMPLES["ChannelChanges"])["enabled"] is False
    assert house.owner.put(f"/api/v1/alerts/rules/{rule['id']}", EXAMPLES["RuleChanges"])["threshold"] == 5
    incident = house.owner.post("/api/v1/incidents", EXAMPLES["IncidentBody"])
    there = f"/api/v1/incidents/{incident['id']}"
    assert house.owner.put(there, EXAMPLES["IncidentChanges"])["severity"] == "p2"
    assert house.owner.post(f"{there}/updates", EXAMPLES["PostedBody"])["state"] == "identified"
    release = house.owner.post("/api/v1/releases", EXAMPLES["ReleaseBody"])
    assert house.owner.put(f"/api/v1/releases/{release['id']}", EXAMPLES["ReleaseChanges"])["rollout_percent"] == 100
    assert house.owner.send("POST", "/v0/releases", EXAMPLES["BrilyReleaseBody"]).status_code == 201
    assert house.owner.post("/api/v1/api-keys", EXAMPLES["KeyBody"])["key"]
    key = house.owner.get("/api/v1/api-keys")[-1]
    assert house.owner.post(f"/api/v1/api-keys/{key['id']}/rotate", EXAMPLES["RotationBody"])["key"]
    made = house.owner.post("/api/v1/organizations", EXAMPLES["OrganizationBody"] | {"slug": "other"})
    assert house.owner.put(f"/api/v1/organizations/{made['id']}", EXAMPLES["OrganizationChanges"])["name"]
    there = f"/api/v1/organizations/{made['id']}"
    invited = house.owner.post(f"{there}/invitations", EXAMPLES["InvitationBody"])
    assert house.owner.put(f"{there}/members/{invited['id']}", EXAMPLES["RoleBody"])["role"] == "admin"
    assert house.caller(None).post(invited["accept_path"], EXAMPLES["AcceptanceBody"])["status"] == "active"
    signed_in = house.caller(None).post("/api/v1/session", EXAMPLES["SignInBody"])
    assert signed_in["role"] == "admin"
    proof = {"X-CSRF-Token": signed_in["csrf_token"]}
    changed = house.caller(None).send("PUT", "/api/v1/user/password", EXAMPLES["PasswordBody"], headers=proof)
    assert data_of(changed) == {"ended_sessions": 0}
    assert house.owner.post(f"/api/agent/journeys/{journey['id']}/trigger", EXAMPLES["TriggerBody"])["run_id"]
    house.owner.put(f"/api/v1/journeys/{journey['id']}", {"tags": ["smoke"]})
    assert house.owner.post("/api/agent/batches", EXAMPLES["BatchBody"])["runs"][0]["name"] == "Login"


def test_links_lead_to_operations_and_name_parameters_that_these_have(document: dict[str, Any]) -> None:
    paths = {found["operationId"]: path for _, path, found in operations(document)}
    links = {
        found["operationId"]: answer["links"]
        for _, _, found in operations(document)
        for answer in found["responses"].values()
        if "links" in answer
    }
    for link in (link for several in links.values() for link in several.values()):
        assert link["parameters"]
        assert not [name for name in link["parameters"] if f"{{{name}}}" not in paths[link["operationId"]]]
    assert set(LEADS) <= set(links)
    assert {"getMonitor", "updateMonitor", "deleteMonitor", "checkMonitor"} <= set(links["createMonitor"])
    assert links["checkMonitor"]["pollRun"]["parameters"] == {"id": "$response.body#/data/run_id"}
    assert links["brilyCreateMonitor"]["brilyUptime"]["parameters"] == {"id": "$response.body#/id"}
    assert links["inviteMember"]["removeMember"]["parameters"]["id"] == "$request.path.id"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
FIELDS = [
    "name",
    "type",
    "url",
    "interval",
    "timeout",
    "locations",
    "assertions",
    "cron",
    "timezone",
    "retries",
    "variables",
    "secrets",
    "tags",
    "config",
    "tls",
    "steps",
    "status",
    "description",
    "base_url",
    "browser",
    "primary_location",
    "interval_seconds",
    "threshold",
    "channel_ids",
    "monitor_id",
    "role",
    "scopes",
    "expires_at",
    "enabled",
    "headers",
    "body",
    "method",
    "started_at",
    "severity",
    "check_ids",
    "initial_update",
    "rollout_percent",
    "commit_url",
    "match",
    "names",
    "families",
    "non_blocking_tags",
    "environment",
    "commit",
    "url",
    "content",
    "definition",
    "files",
    "fields",
    "format",
    "hosts",
]


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/monitors",
        "/api/v1/api-monitors",
        "/api/v1/journeys",
        "/api/v1/journeys/import",
        "/api/v1/alerts/channels",
        "/api/v1/alerts/rules",
        "/api/v1/incidents",
        "/api/v1/releases",
        "/api/v1/api-keys",
        "/api/agent/batches",
    ],
)
def test_fields_of_any_shape_are_accepted_or_refused_in_the_envelope(house: House, path: str) -> None:
    valid = {
        "/api/v1/monitors": {"name": "a", "type": "url", "url": "http://127.0.0.1/"},
        "/api/v1/api-monitors": {"name": "a", "steps": [{"name": "b", "request": {"url": "http://127.0.0.1/"}}]},
        "/api/v1/journeys": {"name": "a", "steps": [{"action": "goto", "url": "/"}]},
        "/api/v1/journeys/import": {"content": "name: a\nsteps: [{action: goto, url: /}]"},
        "/api/v1/alerts/channels": {"name": "a", "type": "recording"},
        "/api/v1/alerts/rules": {"name": "a", "type": "consecutive_failures", "threshold": 1},
        "/api/v1/incidents": {"title": "a"},
        "/api/v1/releases": {"name": "a"},
        "/api/v1/api-keys": {"name": "a"},
        "/api/agent/batches": {"tags": ["smoke"]},
    }[path]
    house.owner.monitor(tags=["smoke"])

    @settings(max_examples=60, deadline=None, database=None, derandomize=True)
    @given(changes=st.dictionaries(st.sampled_from(FIELDS), JSON, min_size=1, max_size=2))
    def send(changes: dict[str, Any]) -> None:
        response = house.owner.send("POST", path, valid | changes)
        assert response.status_code in (200, 201, 202, 400, 409), f"{changes}: {response.status_code} {response.text}"
        if response.status_code >= 300:
            error_of(response, 400, 409)

    send()
