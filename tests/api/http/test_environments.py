"""Environments and variables over HTTP: made, changed, kept secret, named by checks and by single runs."""

import json

import pytest
from api_house import House
from hook_receiver import Receiver

PATH, VARIABLES = "/api/v1/environments", "/api/v1/variables"
SECRET = "correct horse battery"


def staging(house: House, **fields: object) -> dict[str, object]:
    made: dict[str, object] = house.owner.post(PATH, {"name": "staging", "base_url": "https://s.test", **fields})
    return made


def test_an_environment_is_made_changed_and_deleted_with_its_variables(any_house: House) -> None:
    owner = any_house.owner
    made = staging(any_house)
    assert owner.get(f"{PATH}/{made['id']}") == made
    variable = owner.post(VARIABLES, {"name": "A", "value": 1, "environment": made["id"]})
    assert (variable["value"], variable["environment"], variable["environment_id"]) == ("1", "staging", made["id"])
    changed = owner.put(f"{PATH}/{made['id']}", {**made, "name": "stage 2"})
    assert (changed["name"], changed["base_url"]) == ("stage 2", "https://s.test")
    assert owner.get(VARIABLES, environment="stage 2")[0]["environment"] == "stage 2"
    owner.delete(f"{PATH}/{made['id']}")
    assert owner.get(PATH) == owner.get(VARIABLES) == []


def test_variables_are_found_by_their_name_and_sorted(any_house: House) -> None:
    for name in ("B_TOKEN", "A_TOKEN", "HOST"):
        any_house.world.clock.advance(1)
        any_house.owner.post(VARIABLES, {"name": name, "value": "x"})
    found = any_house.owner.get(VARIABLES, q="token", sort="name")
    assert [one["name"] for one in found] == ["A_TOKEN", "B_TOKEN"]
    assert any_house.owner.get(VARIABLES, order="desc", per_page=1)[0]["name"] == "HOST"


def test_a_name_is_there_once_in_each_place(any_house: House) -> None:
    owner = any_house.owner
    staging(any_house)
    assert "already" in owner.refused(409, "POST", PATH, {"name": "staging"})["error"]
    for place in ({}, {"environment": "staging"}):
        owner.post(VARIABLES, {"name": "A", "value": "x", **place})
        again = owner.refused(409, "POST", VARIABLES, {"name": "A", "value": "y", **place})
        assert "change it with PUT /api/v1/variables/var_" in again["error"]


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        (PATH, {}, "name"),
        (PATH, {"name": "env_1"}, "name"),
        (PATH, {"name": "a", "base_url": "ftp://a"}, "base_url"),
        (PATH, {"name": "a", "base_url": "https://"}, "base_url"),
        (PATH, {"name": "a", "base_url": "https://me:pw@a"}, "base_url"),
        (PATH, {"name": "a", "base_url": "https://{{HOST}}"}, "base_url"),
        (VARIABLES, {"name": "A"}, "value"),
        (VARIABLES, {"name": "9", "value": ""}, "name"),
        (VARIABLES, {"name": "A", "value": "x" * 32_769}, "value"),
        (VARIABLES, {"name": "A", "value": "x", "environment": "nowhere"}, "environment"),
        (VARIABLES, {"name": "A", "value": "x", "environment_id": "env_1"}, "environment_id"),
    ],
)
def test_what_is_wrong_is_named(house: House, path: str, body: dict[str, object], field: str) -> None:
    assert house.owner.refused(400, "POST", path, body)["data"]["field"] == field
    assert house.owner.get(path) == []


def audited(house: House) -> list[tuple[str, object]]:
    entries = house.owner.get("/api/v1/audit-log")
    return [(entry["action"], entry["after"]) for entry in entries if entry["subject"] == "variable"]


def test_a_secret_is_never_given_back(house: House) -> None:
    owner, clock = house.owner, house.world.clock
    said = [owner.send("POST", VARIABLES, {"name": "TOKEN", "value": SECRET, "secret": True})]
    path = f"{VARIABLES}/{said[0].json()['data']['id']}"
    clock.advance(1)
    said += [owner.send("GET", path), owner.send("GET", VARIABLES), owner.send("PUT", path, {"name": "TOKEN2"})]
    clock.advance(1)
    said += [owner.send("PUT", path, {"value": SECRET + "2"}), owner.send("GET", "/api/v1/audit-log")]
    assert owner.refused(400, "PUT", path, {"secret": False})["data"]["field"] == "value"
    assert all(SECRET not in answer.text and answer.status_code < 300 for answer in said)
    assert said[0].json()["data"]["value"] is said[1].json()["data"]["value"] is None
    changed, renamed, created = audited(house)
    assert changed == ("updated", {"secrets": "changed"})
    assert (renamed[0], created[0]) == ("updated", "created")


def test_what_becomes_a_secret_is_told_nowhere_from_then_on(house: House) -> None:
    made = house.owner.post(VARIABLES, {"name": "TOKEN", "value": "plain words"})
    house.world.clock.advance(1)
    changed = house.owner.put(f"{VARIABLES}/{made['id']}", {**made, "secret": True})
    assert (changed["value"], changed["secret"]) == (None, True)
    newest = house.owner.get("/api/v1/audit-log")[0]
    assert "plain words" not in json.dumps(newest)
    assert newest["after"] == {"is_secret": True, "secrets": "changed"}
    back = house.owner.put(f"{VARIABLES}/{made['id']}", {"secret": False, "value": "open"})
    assert (back["value"], back["secret"]) == ("open", False)


def test_a_check_names_an_environment_that_can_not_go_meanwhile(any_house: House) -> None:
    owner = any_house.owner
    made = staging(any_house)
    monitor = owner.monitor(url="/health", environment="staging")
    path = f"/api/v1/monitors/{monitor['id']}"
    assert owner.put(path, {**monitor, "interval": 120})["environment"] == "staging"
    refusal = owner.refused(409, "DELETE", f"{PATH}/{made['id']}")
    assert "'shop'" in refusal["error"]
    assert "PUT" in refusal["error"]
    unknown = owner.refused(400, "PUT", path, {"environment": "nowhere"})["data"]
    assert (unknown["field"], unknown["allowed"]) == ("environment", ["staging"])
    assert owner.put(path, {"environment": None})["environment"] is None
    owner.put(path, {"environment": made["id"]})
    owner.delete(path)
    owner.delete(f"{PATH}/{made['id']}")


def test_a_run_is_asked_for_in_an_environment(house: House) -> None:
    staging(house)
    checks = {
        f"/api/v1/monitors/{house.owner.monitor()['id']}/check": 202,
        f"/api/v1/api-monitors/{house.owner.api_monitor()['id']}/trigger": 202,
        f"/api/v1/journeys/{house.owner.journey()['id']}/run-now": 202,
        f"/api/agent/journeys/{house.owner.journey()['id']}/trigger": 202,
    }
    for path in checks:
        run = house.owner.post(path, {"environment": "staging"})
        assert run["overrides"] == {"base_url": None, "variables": [], "environment": "staging", "artifacts": {}}, path
        assert house.owner.refused(400, "POST", path, {"environment": "nowhere"})["data"]["field"] == "environment"
        assert house.owner.refused(400, "POST", path, {"enviroment": "staging"})["data"]["field"] == "enviroment"


def test_another_organization_learns_nothing_of_an_environment(house: House) -> None:
    made = staging(house)
    stranger = house.stranger()
    monitor = stranger.monitor()
    for body in ({"environment": "staging"}, {"environment": made["id"]}):
        problem = stranger.refused(400, "PUT", f"/api/v1/monitors/{monitor['id']}", body)
        assert problem["data"] == {
            "reason": "environment: is not an environment; there is none yet",
            "field": "environment",
        } | {name: value for name, value in problem["data"].items() if name == "allowed"}
        stranger.refused(400, "POST", f"/api/v1/monitors/{monitor['id']}/check", body)
    assert stranger.get(PATH) == []


def test_a_key_needs_the_scope(house: House) -> None:
    reader = house.key("owner", scopes=["environments:read"])
    assert reader.get(PATH) == []
    reader.refused(403, "POST", PATH, {"name": "a"})
    house.key("owner", scopes=["monitors:write"]).refused(403, "GET", VARIABLES)


CHANNELS = "/api/v1/alerts/channels"


def test_a_channel_is_told_with_todays_variables_and_shows_only_their_names(house: House, receiver: Receiver) -> None:
    owner = house.owner
    token = owner.post(VARIABLES, {"name": "TOKEN", "value": "first-secret", "secret": True})
    owner.post(VARIABLES, {"name": "HOOK", "value": receiver.url})
    config = {"url": "{{HOOK}}", "bearer_token": "{{TOKEN}}", "headers": {"X-Token": "a {{ TOKEN }}"}}
    made = owner.channel(type="webhook", config=config)
    path = f"{CHANNELS}/{made['id']}"
    assert (made["config"]["url"], made["config"]["headers"]) == ("{{HOOK}}", {"X-Token": "a {{ TOKEN }}"})
    owner.put(f"{VARIABLES}/{token['id']}", {"value": "second-secret"})
    owner.put(path, {"config": {"events": []}})
    assert owner.post(f"{path}/test")["delivered"]
    headers, _ = receiver.received[0]
    assert (headers["authorization"], headers["x-token"]) == ("Bearer second-secret", "a second-secret")
    owner.delete(f"{VARIABLES}/{token['id']}")
    lost = owner.post(f"{path}/test")
    assert not lost["delivered"]
    assert "{{TOKEN}}" in lost["error"]
    assert "secret" not in owner.send("GET", path).text


def test_a_channel_can_not_name_what_there_is_not_or_does_not_fit(house: House) -> None:
    owner = house.owner
    staging(house)
    owner.post(VARIABLES, {"name": "OF_STAGING", "value": "https://a.test", "environment": "staging"})
    owner.post(VARIABLES, {"name": "NOT_A_URL", "value": "hunter2-nonsense"})
    for url in ("{{NOWHERE}}", "{{OF_STAGING}}", "{{NOT_A_URL}}"):
        problem = owner.refused(400, "POST", CHANNELS, {"name": "a", "type": "webhook", "config": {"url": url}})
        assert problem["data"]["field"] == "config.url"
        assert "hunter2" not in problem["error"]
    slack = {"webhook_url": "https://hooks.slack.com/services/T/B/X", "template": "{{ monitorName }} is {status}"}
    assert owner.channel(type="slack", config=slack)["config"]["template"] == slack["template"]


def test_secrets_are_hidden_in_what_a_delivery_says(house: House) -> None:
    house.owner.post(VARIABLES, {"name": "HOST", "value": "hidden-host.invalid", "secret": True})
    made = house.owner.channel(type="webhook", config={"url": "https://{{HOST}}/hook"})
    answer = house.owner.post(f"{CHANNELS}/{made['id']}/test")
    assert not answer["delivered"]
    assert "hidden-host" not in answer["error"]
