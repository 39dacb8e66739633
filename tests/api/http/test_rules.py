"""Rules of all types over HTTP: what each takes, what it refuses, and what becomes of its alert."""

from typing import Any

import pytest
from api_house import House
from engine_world import FAILED

from outrider_engine.domain.alerts import AlertEvent, RuleType

RULES, ALERTS = "/api/v1/alerts/rules", "/api/v1/alerts"
GIVEN: dict[str, dict[str, Any]] = {
    "consecutive_failures": {"threshold": 3},
    "error_rate": {"threshold": 12.5, "window_seconds": 600, "min_samples": 4},
    "latency_threshold": {"threshold": 2000},
    "visual_diff_threshold": {"threshold": 5},
    "ssl_expiry": {"days_before": 30},
}
NONE = dict.fromkeys(("threshold", "days_before", "window_seconds", "min_samples"))


def target(house: House, type: str) -> dict[str, str]:
    """Return what a rule of a type may be about."""
    if type == "visual_diff_threshold":
        return {"journey_id": house.owner.journey()["id"]}
    return {"monitor_id": house.owner.monitor()["id"]}


@pytest.mark.parametrize("type", RuleType)
def test_each_type_is_echoed_and_can_be_sent_back(any_house: House, type: RuleType) -> None:
    house = any_house
    body = {"name": "r", "type": type, "channel_ids": [], **GIVEN[type], **target(house, type)}
    made = house.owner.post(RULES, body)
    assert made | body == made
    assert {name: made[name] for name in NONE} == NONE | GIVEN[type]
    path = f"{RULES}/{made['id']}"
    assert house.owner.put(path, made) == made
    assert house.owner.get(path) == made


def test_left_out_numbers_have_their_defaults(house: House) -> None:
    made = house.owner.rule(type="error_rate", threshold=10, monitor_id=house.owner.monitor()["id"])
    assert (made["window_seconds"], made["min_samples"]) == (3600, 10)
    path = f"{RULES}/{made['id']}"
    assert house.owner.put(path, {"window_seconds": 60})["min_samples"] == 10
    assert house.owner.put(path, {"window_seconds": None})["window_seconds"] == 3600


@pytest.mark.parametrize(
    ("type", "changes", "field", "problem"),
    [
        pytest.param("error_rate", {"threshold": 0}, "threshold", "between 0.1 and 100", id="no-percent"),
        pytest.param("error_rate", {"threshold": 101}, "threshold", "between 0.1 and 100", id="too-many-percent"),
        pytest.param("error_rate", {"window_seconds": 5}, "window_seconds", "between 60 and 86400", id="window"),
        pytest.param("error_rate", {"min_samples": 0}, "min_samples", "between 1 and 1000", id="samples"),
        pytest.param("error_rate", {"min_samples": 2.5}, "min_samples", "whole number", id="half-a-sample"),
        pytest.param("latency_threshold", {"threshold": 0}, "threshold", "between 1 and 3600000", id="latency"),
        pytest.param("latency_threshold", {"threshold": "2s"}, "threshold", "number", id="words"),
        pytest.param("latency_threshold", {"min_samples": 3}, "min_samples", "latency_threshold", id="not-its-own"),
        pytest.param("visual_diff_threshold", {"threshold": -1}, "threshold", "between 0 and 100", id="visual"),
        pytest.param("ssl_expiry", {"days_before": 0}, "days_before", "between 1 and 365", id="days"),
        pytest.param("ssl_expiry", {"days_before": None}, "days_before", "required", id="no-days"),
        pytest.param("ssl_expiry", {"threshold": 30}, "threshold", "ssl_expiry", id="threshold-of-days"),
    ],
)
def test_a_wrong_number_is_named_with_what_is_allowed(
    house: House, type: str, changes: dict[str, Any], field: str, problem: str
) -> None:
    body = {"name": "r", "type": type, "channel_ids": [], **GIVEN[type], **target(house, type)}
    error = house.owner.refused(400, "POST", RULES, body | changes)
    assert error["data"]["field"] == field
    assert problem in error["error"]
    made = house.owner.post(RULES, body)
    assert house.owner.refused(400, "PATCH", f"{RULES}/{made['id']}", changes)["data"]["field"] == field
    assert house.owner.get(f"{RULES}/{made['id']}") == made


def test_a_rule_that_could_never_open_an_alert_is_refused(house: House) -> None:
    visual = {"name": "r", "type": "visual_diff_threshold", "threshold": 5, "monitor_id": house.owner.monitor()["id"]}
    assert "journeys only" in house.owner.refused(400, "POST", RULES, visual)["error"]
    expiry = {"name": "r", "type": "ssl_expiry", "days_before": 30, "journey_id": house.owner.journey()["id"]}
    assert "no certificates" in house.owner.refused(400, "POST", RULES, expiry)["error"]


def broken(house: House) -> dict[str, Any]:
    """Return the alert of a monitor that has just failed."""
    monitor = house.owner.monitor(type="scripted")
    house.owner.rule(monitor_id=monitor["id"], channel_ids=[house.owner.channel()["id"]])
    house.world.clock.advance(1)
    house.owner.post(f"/api/v1/monitors/{monitor['id']}/check")
    house.finish_all(FAILED)
    return dict(house.owner.get(ALERTS, resource_id=monitor["id"])[0])


def test_an_alert_is_acknowledged_once_and_resolved_later(any_house: House) -> None:
    house = any_house
    alert = broken(house)
    assert (alert["acknowledged_at"], alert["acknowledged_by"]) == (None, None)
    taken = house.owner.post(f"{ALERTS}/{alert['id']}/acknowledge")
    assert taken["status"] == "acknowledged"
    assert taken["acknowledged_at"] is not None
    assert taken["acknowledged_by"]
    house.world.clock.advance(5)
    assert house.owner.post(f"{ALERTS}/{alert['id']}/acknowledge") == taken
    assert [one["id"] for one in house.owner.get(ALERTS, status="acknowledged")] == [alert["id"]]
    house.owner.post(f"/api/v1/monitors/{alert['resource_id']}/check")
    house.finish_all(FAILED)
    assert len(house.owner.get(ALERTS)) == 1, "an acknowledged alert is not opened anew"
    house.world.clock.advance(5)
    house.owner.post(f"/api/v1/monitors/{alert['resource_id']}/check")
    house.finish_all()
    resolved = house.owner.get(f"{ALERTS}/{alert['id']}")
    assert (resolved["status"], resolved["acknowledged_at"]) == ("resolved", taken["acknowledged_at"])
    house.owner.refused(409, "POST", f"{ALERTS}/{alert['id']}/acknowledge")
    house.owner.refused(404, "POST", f"{ALERTS}/alt_unknown/acknowledge")


def test_alerts_are_filtered_by_rule_and_time(house: House) -> None:
    first = broken(house)
    house.world.clock.advance(3600)
    second = broken(house)

    def ids(**params: str) -> list[str]:
        return [one["id"] for one in house.owner.get(ALERTS, **params)]

    assert ids(rule_id=first["rule_id"]) == [first["id"]]
    assert ids(**{"from": second["triggered_at"]}) == [second["id"]]
    assert ids(to=first["triggered_at"]) == [first["id"]]
    assert ids(resource_id="mon_unknown") == []
    assert house.owner.refused(400, "GET", f"{ALERTS}?from=yesterday")["data"]["field"] == "from"


def test_deleting_a_rule_resolves_its_alert_and_tells_its_channels(any_house: House) -> None:
    alert = broken(any_house)
    any_house.owner.delete(f"{RULES}/{alert['rule_id']}")
    assert any_house.owner.get(f"{ALERTS}/{alert['id']}")["status"] == "resolved"
    assert [one.message.event for one in any_house.world.outbox()] == [AlertEvent.RESOLVED, AlertEvent.OPENED]


@pytest.mark.parametrize(
    ("old", "today", "body"),
    [
        ("/api/v1/alert-channels", "/api/v1/alerts/channels", {"name": "c", "type": "recording"}),
        ("/api/v1/alert-rules", RULES, {"name": "r", "type": "consecutive_failures", "threshold": 1}),
    ],
)
def test_the_earlier_paths_answer_as_todays_do(house: House, old: str, today: str, body: dict[str, Any]) -> None:
    about = {"monitor_id": house.owner.monitor()["id"]} if today == RULES else {}
    made = house.owner.post(old, body | about)
    assert [one["id"] for one in house.owner.get(today)] == [made["id"]]
    assert house.owner.get(old) == house.owner.get(today)
    assert house.owner.send("PATCH", f"{old}/{made['id']}", {"name": "new"}).json()["data"]["name"] == "new"
    house.owner.delete(f"{old}/{made['id']}")
    house.owner.refused(404, "GET", f"{today}/{made['id']}")
    assert old not in house.client.get("/openapi.json").text
