"""API monitors and journeys as izli's clients write them."""

from typing import Any

import pytest
from api_house import House

CALLS, JOURNEYS = "/api/v1/api-monitors", "/api/v1/journeys"
FLOW = {
    "name": "User Authentication Flow",
    "steps": [
        {
            "name": "Login",
            "request": {
                "url": "https://api.example.com/login",
                "method": "POST",
                "headers": {"X-Request": "{{uuid}}"},
                "body": {"email": "{{USER_EMAIL}}"},
            },
            "extract": [{"name": "accessToken", "from": "body", "path": "$.data.access_token"}],
            "assertions": [{"type": "status_code", "equals": 200}],
        },
        {
            "name": "Get User Profile",
            "request": {
                "url": "https://api.example.com/me",
                "method": "GET",
                "headers": {"Authorization": "Bearer {{accessToken}}"},
            },
            "assertions": [{"type": "json_path", "path": "$.data.email", "equals": "{{USER_EMAIL}}"}],
        },
    ],
}
FIELDS = {
    "name": "Login Flow",
    "description": "Signs in",
    "interval_seconds": 300,
    "timeout_seconds": 60,
    "primary_location": "fra",
    "max_retries": 1,
}


def one_step(request: dict[str, Any], **fields: Any) -> dict[str, Any]:
    step = {"name": "one", "request": {"url": "https://api.example.com/", **request}, **fields}
    return {"name": "calls", "steps": [step]}


def test_the_flow_of_the_guide_is_taken_and_read_back(house: House) -> None:
    made = house.owner.post(CALLS, FLOW | {"variables": {"USER_EMAIL": "ada@example.com"}})
    assert made["steps"] == FLOW["steps"]
    assert (made["interval"], made["locations"], made["type"]) == (60, ["local"], "api")


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"])
def test_a_step_asks_with_any_of_the_seven_methods(house: House, method: str) -> None:
    body = one_step({"method": method})
    assert house.owner.post(CALLS, body)["steps"] == body["steps"]


@pytest.mark.parametrize(
    "body",
    [
        {"a": 1},
        {"type": "json", "content": {"a": 1}},
        {"type": "form", "content": {"a": "1"}},
        {"type": "raw", "content": "abc"},
        {"type": "multipart", "content": {"a": "1", "f": {"type": "file", "content": "text"}}},
    ],
)
def test_a_step_sends_any_kind_of_body(house: House, body: dict[str, Any]) -> None:
    written = one_step({"method": "POST", "body": body})
    assert house.owner.post(CALLS, written)["steps"] == written["steps"]


@pytest.mark.parametrize("place", ["header", "headers"])
def test_a_value_is_taken_from_the_body_or_the_headers(house: House, place: str) -> None:
    written = one_step({}, extract=[{"name": "version", "from": place, "path": "X-Version"}])
    assert house.owner.post(CALLS, written)["steps"] == written["steps"]
    nameless = one_step({}, extract=[{"name": "version", "from": place}])
    assert house.owner.refused(400, "POST", CALLS, nameless)["data"]["field"] == "steps[0].extract[0].path"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"name": "a"}, "steps"),
        ({"name": "a", "steps": []}, "steps"),
        (one_step({"method": "FETCH"}), "steps[0].request.method"),
        ({"name": "a", "steps": [{"request": {"url": "https://api.example.com/"}}]}, "steps[0].name"),
        (one_step({}, extract=[{"name": "x", "from": "body", "path": "$["}]), "steps[0].extract[0].path"),
        (one_step({}, extract=[{"name": "x", "from": "moon"}]), "steps[0].extract[0].from"),
        (one_step({}, assertions=[{"type": "moon"}]), "steps[0].assertions[0].type"),
    ],
)
def test_a_wrong_step_is_named(house: House, body: dict[str, Any], field: str) -> None:
    told = house.owner.refused(400, "POST", CALLS, body)
    assert told["data"]["field"] == field
    assert "uple" not in told["error"]


def test_a_journey_of_the_six_fields_has_no_steps_yet(house: House) -> None:
    made = house.owner.post(JOURNEYS, FIELDS)
    assert {name: made[name] for name in FIELDS} == FIELDS
    assert (made["steps"], made["locations"], made["next_run_at"]) == ([], ["fra"], None)
    house.owner.refused(400, "POST", f"{JOURNEYS}/{made['id']}/run-now")
    changed = house.owner.put(f"{JOURNEYS}/{made['id']}", {"steps": [{"action": "goto", "url": "https://example.com"}]})
    assert changed["next_run_at"] is not None
    begun = house.owner.post(f"/api/agent/journeys/{made['id']}/trigger")
    assert begun["id"] == begun["run_id"]
    assert house.owner.get(f"/api/agent/runs/{begun['id']}")["status"] == "queued"


@pytest.mark.parametrize("cron", ["*/15 * * * *", "0 9 * * 1-5", "0 0 1 * *", "30 8,20 * * 0"])
def test_a_journey_is_walked_by_cron_instead(house: House, cron: str) -> None:
    written = {name: value for name, value in FIELDS.items() if name != "interval_seconds"} | {"cron": cron}
    made = house.owner.post(
        JOURNEYS, written | {"timezone": "Europe/Istanbul", "steps": [{"action": "goto", "url": "https://example.com"}]}
    )
    assert (made["cron"], made["timezone"], made["interval_seconds"]) == (cron, "Europe/Istanbul", None)
    assert made["next_run_at"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"interval_seconds": 9}, "interval_seconds"),
        ({"timeout_seconds": 0}, "timeout_seconds"),
        ({"primary_location": "atlantis"}, "primary_location"),
        ({"max_retries": -1}, "max_retries"),
        ({"cron": "0 9 * * 1-5"}, "cron"),
        ({"interval_seconds": None, "cron": "often"}, "cron"),
        ({"interval_seconds": None, "cron": "0 9 * * 1-5", "timezone": "Mars/Olympus"}, "timezone"),
        ({"steps": [{"action": "teleport"}]}, "steps[0].action"),
        ({"name": None}, "name"),
    ],
)
def test_a_wrong_field_of_a_journey_is_named(house: House, changes: dict[str, Any], field: str) -> None:
    assert house.owner.refused(400, "POST", JOURNEYS, FIELDS | changes)["data"]["field"] == field
    assert house.owner.get(JOURNEYS) == []
