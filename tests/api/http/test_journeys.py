"""Journeys over HTTP: where they differ from monitors."""

from typing import Any

import pytest
from api_house import House

JOURNEYS = "/api/v1/journeys"
STEPS = [{"action": "goto", "url": "/"}, {"action": "expect_text", "text": "Welcome"}]


def test_a_journey_without_steps_is_stored_but_neither_scheduled_nor_run(any_house: House) -> None:
    body = {
        "name": "Login Flow",
        "description": "signs in",
        "interval_seconds": 300,
        "timeout_seconds": 60,
        "primary_location": "fra",
        "max_retries": 1,
    }
    made = any_house.owner.post(JOURNEYS, body)
    assert {key: made[key] for key in body} == body
    assert (made["steps"], made["next_run_at"], made["locations"]) == ([], None, ["fra"])
    error = any_house.owner.refused(400, "POST", f"{JOURNEYS}/{made['id']}/run-now")
    assert error["code"] == "not_runnable"
    any_house.owner.refused(400, "POST", f"/api/agent/journeys/{made['id']}/trigger")
    completed = any_house.owner.put(f"{JOURNEYS}/{made['id']}", {"steps": STEPS})
    assert completed["next_run_at"] is not None
    emptied = any_house.owner.put(f"{JOURNEYS}/{made['id']}", {"steps": []})
    assert emptied["next_run_at"] is None


def test_steps_are_kept_as_written_and_a_change_of_the_name_keeps_them(house: House) -> None:
    made = house.owner.journey(steps=STEPS)
    changed = house.owner.put(f"{JOURNEYS}/{made['id']}", {"name": "renamed"})
    assert (made["steps"], changed["steps"], changed["name"]) == (STEPS, STEPS, "renamed")
    assert made["base_url"] == "http://shop"


def test_a_journey_file_is_accepted_as_it_is(house: House) -> None:
    file = {
        "version": 1,
        "name": "Checkout",
        "description": "buys",
        "base_url": "https://shop.example",
        "variables": {"COUNT": 2, "FAST": True},
        "secrets": ["PASSWORD"],
        "tags": ["shop"],
        "browser": {"viewport": {"width": 800, "height": 600}},
        "defaults": {"timeout": 5},
        "steps": [*STEPS, {"action": "fill", "locator": {"label": "Password"}, "value": "{{PASSWORD}}"}],
    }
    made = house.owner.post(JOURNEYS, file)
    assert made["variables"] == {"COUNT": "2", "FAST": "true"}
    assert (made["secrets"], made["secret_names"]) == (["PASSWORD"], [])
    assert {key: made[key] for key in ("steps", "browser", "defaults")} == {
        key: file[key] for key in ("steps", "browser", "defaults")
    }
    given = house.owner.put(f"{JOURNEYS}/{made['id']}", {"secrets": {"PASSWORD": "hunter22"}})
    assert (given["secrets"], given["secret_names"]) == (["PASSWORD"], ["PASSWORD"])
    assert (made["interval_seconds"], made["cron"], made["next_run_at"]) == (None, None, None)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        pytest.param({"steps": [{"action": "fly"}]}, "steps[0].action", id="unknown-action"),
        pytest.param({"steps": [{}]}, "steps[0].action", id="no-action"),
        pytest.param({"steps": [STEPS[0], {"action": "goto"}]}, "steps[1].url", id="field-missing"),
        pytest.param({"steps": [{"action": "goto", "url": "/", "speed": 1}]}, "steps[0].speed", id="unknown-field"),
        pytest.param({"steps": "none"}, "steps", id="steps-no-list"),
        pytest.param(
            {"steps": [{"action": "click", "locator": {"css": "a["}}]}, "steps[0].locator.css", id="unparsable-locator"
        ),
        pytest.param({"steps": [{"action": "goto", "url": "/", "id": "a"}] * 2}, "steps[1].id", id="same-id-twice"),
        pytest.param({"base_url": "ftp://x"}, "base_url", id="odd-base-url"),
        pytest.param({"interval_seconds": 5}, "interval_seconds", id="interval-too-short"),
        pytest.param({"timeout_seconds": 0}, "timeout_seconds", id="no-timeout"),
        pytest.param({"primary_location": "mars"}, "primary_location", id="unknown-primary-location"),
        pytest.param(
            {"primary_location": "fra", "locations": ["local"]}, "primary_location", id="primary-not-among-them"
        ),
        pytest.param({"colour": 1}, "colour", id="unknown-field-of-the-journey"),
        pytest.param({"retries": 1}, "retries", id="word-of-monitors"),
        pytest.param({"type": "url"}, "type", id="type-of-monitors"),
    ],
)
def test_a_wrong_field_of_a_journey_is_named(house: House, changes: dict[str, Any], field: str) -> None:
    error = house.owner.refused(400, "POST", JOURNEYS, {"name": "path", "steps": STEPS} | changes)
    assert error["data"]["field"] == field
    assert house.owner.get(JOURNEYS) == []


def test_refusals_of_steps_list_what_is_allowed(house: House) -> None:
    def allowed(step: dict[str, Any]) -> set[str]:
        error = house.owner.refused(400, "POST", JOURNEYS, {"name": "path", "steps": [step]})
        return set(error["data"]["allowed"])

    assert {"goto", "click", "fill"} <= allowed({"action": "fly"})
    assert {"url", "timeout", "name"} <= allowed({"action": "goto", "url": "/", "speed": 1})


def test_the_primary_location_leads_the_others(house: House) -> None:
    made = house.owner.journey(locations=["fra", "local"], primary_location="local")
    path = f"{JOURNEYS}/{made['id']}"
    assert (made["locations"], made["primary_location"]) == (["local", "fra"], "local")
    moved = house.owner.put(path, made | {"locations": ["fra"]})
    assert (moved["locations"], moved["primary_location"]) == (["fra"], "fra")
    chosen = house.owner.put(path, moved | {"primary_location": "local"})
    assert chosen["locations"] == ["local"]


@pytest.mark.parametrize(
    ("cron", "due"),
    [
        ("*/15 * * * *", "2026-01-15T12:15:00.000Z"),
        ("0 0 1 * *", "2026-02-01T00:00:00.000Z"),
        ("0 9 * * 1-5", "2026-01-16T09:00:00.000Z"),
    ],
)
def test_cron_tells_the_next_run_in_utc(house: House, cron: str, due: str) -> None:
    made = house.owner.journey(cron=cron)
    assert (made["cron"], made["timezone"], made["next_run_at"]) == (cron, "UTC", due)


def test_run_now_is_for_the_browsers_queue_and_seen_at_once(house: House) -> None:
    journey = house.owner.journey()
    run = house.owner.post(f"{JOURNEYS}/{journey['id']}/run-now")
    assert house.owner.get(f"{JOURNEYS}/{journey['id']}/runs")[0]["id"] == run["id"]
    assert house.world.hints.sent == [("browser", "local")]


def test_monitors_and_journeys_do_not_see_one_another(house: House) -> None:
    monitor, journey = house.owner.monitor(), house.owner.journey()
    house.owner.refused(404, "GET", f"{JOURNEYS}/{monitor['id']}")
    house.owner.refused(404, "PUT", f"/api/v1/monitors/{journey['id']}", {"name": "x"})
    house.owner.refused(404, "POST", f"{JOURNEYS}/{monitor['id']}/run-now")
    house.owner.refused(404, "DELETE", f"/api/v1/monitors/{journey['id']}")
    assert [one["id"] for one in house.owner.get(JOURNEYS)] == [journey["id"]]
    assert [one["id"] for one in house.owner.get("/api/v1/monitors")] == [monitor["id"]]


def test_a_suite_is_a_journey_of_another_type(house: House) -> None:
    code = "def test_home(page):\n    page.goto('/')\n"
    made = house.owner.post(JOURNEYS, {"name": "Shop", "type": "suite", "code": code, "secrets": ["PASSWORD"]})
    assert (made["type"], made["code"], made["secrets"], made["timeout_seconds"]) == ("suite", code, ["PASSWORD"], 300)
    house.owner.post(f"{JOURNEYS}/{made['id']}/run-now")
    error = house.owner.refused(400, "POST", JOURNEYS, {"name": "Shop", "type": "suite", "archive": "eA=="})
    assert "archive" in error["error"] or error["data"]["field"] == "archive"
