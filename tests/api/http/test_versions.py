"""Versions of checks over HTTP: made by every change, listed, compared and had back."""

from typing import Any

import pytest
from api_house import House
from engine_world import PASSED

JOURNEYS = "/api/v1/journeys"
OPEN = {"action": "goto", "url": "/"}
BUY = {"action": "click", "locator": {"role": "button", "name": "Buy"}}
WELCOME = {"action": "expect_text", "text": "Welcome"}


def versions(house: House, path: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = house.owner.get(f"{path}/versions")
    return found


def test_every_change_of_the_definition_makes_a_version(any_house: House) -> None:
    owner = any_house.owner
    made = owner.journey(steps=[OPEN])
    path = f"{JOURNEYS}/{made['id']}"
    assert made["current_version"] == 1
    changed = owner.put(path, {"steps": [OPEN, WELCOME], "version_message": "Greet"})
    assert (changed["current_version"], "version_message" in changed) == (2, False)
    newest, first = versions(any_house, path)
    assert (newest["number"], newest["source"], newest["message"]) == (2, "changed", "Greet")
    assert (first["number"], first["source"], first["message"]) == (1, "created", "")
    assert newest["made_by"]["kind"] == "api_key"
    assert newest["digest"] != first["digest"]
    whole = owner.get(f"{path}/versions/1")
    assert (whole["is_current"], whole["definition"]["steps"]) == (False, [OPEN])
    assert not {"id", "status", "last_run", "revision"} & set(whole["definition"])


def test_what_changes_nothing_or_only_pauses_makes_none(house: House) -> None:
    made = house.owner.journey()
    path = f"{JOURNEYS}/{made['id']}"
    again = house.owner.put(path, {"name": made["name"], "steps": made["steps"]})
    house.owner.post(f"{path}/pause")
    assert house.owner.post(f"{path}/resume")["current_version"] == again["current_version"] == 1
    assert house.owner.put(path, {"secrets": {"TOKEN": "abc"}})["current_version"] == 2
    assert house.owner.put(path, {"secrets": {"TOKEN": "other"}})["current_version"] == 2, "values are no part of it"
    assert "abc" not in house.owner.send("GET", f"{path}/versions/2").text


def test_changes_by_other_dialects_make_versions_too(house: House) -> None:
    monitor = house.owner.monitor()
    response = house.owner.send("PATCH", f"/v0/monitors/{monitor['id']}", {"interval_seconds": 120})
    assert response.status_code == 200, response.text
    newest = versions(house, f"/api/v1/monitors/{monitor['id']}")[0]
    assert (newest["number"], newest["source"]) == (2, "changed")


def test_versions_are_compared_field_by_field(house: House) -> None:
    made = house.owner.journey(steps=[OPEN, BUY])
    path = f"{JOURNEYS}/{made['id']}"
    bought = {"action": "click", "locator": {"role": "button", "name": "Buy now"}}
    house.owner.put(path, {"steps": [OPEN, bought, WELCOME], "timeout_seconds": 90})
    told = house.owner.get(f"{path}/versions/2/diff")
    assert (told["from"], told["to"]) == (1, 2)
    assert {(change["kind"], change["path"]) for change in told["changes"]} == {
        ("changed", "timeout_seconds"),
        ("changed", "steps[click-button-buy].locator.name"),
        ("added", "steps[expect-welcome]"),
    }
    assert '~ steps[click-button-buy].locator.name: "Buy" → "Buy now"' in told["text"]
    house.owner.put(path, {"steps": [OPEN, BUY], "timeout_seconds": 60})
    assert house.owner.get(f"{path}/versions/3/diff", **{"from": 1})["changes"] == []
    house.owner.refused(400, "GET", f"{path}/versions/1/diff")
    house.owner.refused(404, "GET", f"{path}/versions/9/diff")


def test_a_version_is_had_back_as_a_new_one(any_house: House) -> None:
    owner = any_house.owner
    staging = owner.post("/api/v1/environments", {"name": "staging"})
    made = owner.journey(steps=[OPEN, BUY], environment="staging", secrets={"TOKEN": "abc"}, tags=["shop"])
    path = f"{JOURNEYS}/{made['id']}"
    owner.put(path, {"steps": [OPEN], "name": "other", "environment": None, "tags": []})
    owner.post(f"{path}/pause")
    back = owner.post(f"{path}/versions/1/restore", {"message": "Too early"})
    fields = ("steps", "name", "environment", "tags", "secret_names")
    assert {field: back[field] for field in fields} == {field: made[field] for field in fields}
    assert (back["status"], back["current_version"]) == ("paused", 3)
    newest, _, first = versions(any_house, path)
    assert (newest["source"], newest["restored_from"], newest["message"]) == ("restored", 1, "Too early")
    assert newest["digest"] == first["digest"]
    owner.put(path, {"environment": None})
    owner.delete(f"/api/v1/environments/{staging['id']}")
    assert owner.post(f"{path}/versions/1/restore")["environment"] is None, "it is gone"


def test_restoring_heeds_what_the_caller_expects_and_refuses_what_can_be_no_more(house: House) -> None:
    made = house.owner.journey(variables={"TOKEN": "plain"})
    path = f"{JOURNEYS}/{made['id']}"
    house.owner.put(path, {"variables": {}, "secrets": {"TOKEN": "abc"}})
    error = house.owner.refused(400, "POST", f"{path}/versions/1/restore")
    assert error["data"]["field"] == "variables"
    stale = {"If-Match": '"nothing"'}
    house.owner.refused(412, "POST", f"{path}/versions/2/restore", headers=stale)
    house.owner.refused(400, "POST", f"{path}/versions/2/restore", {"message": "x" * 501})
    house.owner.refused(404, "POST", f"{path}/versions/3/restore")
    assert house.owner.get(path)["current_version"] == 2


def test_a_run_names_the_version_that_it_executes(any_house: House) -> None:
    house = any_house
    monitor = house.owner.monitor(type="scripted")
    path = f"/api/v1/monitors/{monitor['id']}"
    run = house.owner.post(f"{path}/check")
    assert run["check_version"] is None, "nobody has claimed it"
    house.owner.put(path, {"description": "changed while it waited"})
    (claim,) = house.world.take()
    assert house.owner.get(f"/api/v1/runs/{run['id']}")["check_version"] == 2
    house.owner.put(path, {"description": "changed while it ran"})
    house.world.finish(claim, PASSED)
    assert house.owner.get(f"/api/v1/runs/{run['id']}")["check_version"] == 2
    assert house.owner.get(path)["current_version"] == 3


def test_a_deleted_name_that_returns_goes_on_counting(house: House) -> None:
    body = {"name": "shop", "url": "http://127.0.0.1:9/", "interval_seconds": 60, "regions": ["fra"]}
    made = house.owner.send("POST", "/v0/monitors", body).json()
    house.owner.send("DELETE", f"/v0/monitors/{made['id']}")
    again = house.owner.send("POST", "/v0/monitors", {**body, "interval_seconds": 120}).json()
    assert again["id"] == made["id"]
    assert [one["number"] for one in versions(house, f"/api/v1/monitors/{made['id']}")] == [2, 1]


@pytest.mark.parametrize("number", ["0", "-1", "x", "1.0", "99999999999", "٣"])
def test_odd_numbers_of_versions_are_not_found(house: House, number: str) -> None:
    made = house.owner.journey()
    house.owner.refused(404, "GET", f"{JOURNEYS}/{made['id']}/versions/{number}")


def test_editors_read_the_schema_without_a_key(house: House) -> None:
    response = house.client.get("/schemas/journey.json")
    assert response.headers["content-type"] == "application/schema+json"
    schema = response.json()
    assert schema["$id"] == "urn:outrider:schema:journey:1"
    assert schema == house.owner.get("/api/v1/schemas/journey")


def test_steps_within_others_go_by_their_ids_too(house: House) -> None:
    group = {"action": "group", "name": "Order", "steps": [OPEN, BUY]}
    made = house.owner.journey(setup=[OPEN], steps=[group])
    path = f"{JOURNEYS}/{made['id']}"
    bought = {"action": "click", "locator": {"role": "button", "name": "Pay"}}
    house.owner.put(path, {"steps": [{**group, "steps": [bought, OPEN]}]})
    told = house.owner.get(f"{path}/versions/2/diff")["text"].splitlines()
    assert told == [
        '- steps[order].steps[click-button-buy]: {"action": "click", "locator": {"name": "Buy", "role": "button"}}',
        '+ steps[order].steps[click-button-pay]: {"action": "click", "locator": {"name": "Pay", "role": "button"}}',
    ]


def test_to_send_back_what_was_read_makes_none(house: House) -> None:
    for path in (house.owner.journey(), house.owner.monitor(), house.owner.api_monitor()):
        at = {"jrn": "journeys", "mon": "monitors", "api": "api-monitors"}.get(path["id"][:3], "api-monitors")
        there = f"/api/v1/{at}/{path['id']}"
        assert house.owner.put(there, house.owner.get(there))["current_version"] == 1
