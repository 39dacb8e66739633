"""Channels, rules and alerts over HTTP."""

from typing import Any

import pytest
from api_house import House
from engine_world import FAILED

from outrider_engine.domain.alerts import AlertEvent, RuleType
from outrider_engine.testing import RecordingNotifier

CHANNELS, RULES, ALERTS = "/api/v1/alerts/channels", "/api/v1/alerts/rules", "/api/v1/alerts"


def broken_monitor(house: House, threshold: int = 1) -> dict[str, Any]:
    """Return a rule whose monitor has just failed ``threshold`` times."""
    monitor = house.owner.monitor(type="scripted")
    rule = house.owner.rule(monitor_id=monitor["id"], threshold=threshold, channel_ids=[house.owner.channel()["id"]])
    for _ in range(threshold):
        fail_once(house, monitor["id"])
    return dict(rule)


def fail_once(house: House, monitor_id: str) -> None:
    house.world.clock.advance(1)
    house.owner.post(f"/api/v1/monitors/{monitor_id}/check")
    house.finish_all(FAILED)


def test_an_alert_opens_is_listed_and_is_resolved_by_hand_with_one_message_each(any_house: House) -> None:
    house = any_house
    rule = broken_monitor(house, threshold=2)
    alert = house.owner.get(ALERTS)[0]
    assert alert["status"] == "open"
    assert (alert["rule_id"], alert["resource_id"]) == (rule["id"], rule["monitor_id"])
    assert (alert["resource_type"], alert["resolved_at"]) == ("monitor", None)
    assert house.owner.get(f"{ALERTS}/{alert['id']}") == alert
    resolved = house.owner.post(f"{ALERTS}/{alert['id']}/resolve")
    assert resolved["status"] == "resolved"
    assert resolved["resolved_at"] is not None
    assert house.owner.post(f"{ALERTS}/{alert['id']}/resolve") == resolved
    assert [one.message.event for one in house.world.outbox()] == [AlertEvent.RESOLVED, AlertEvent.OPENED]
    assert [hook for hook, _ in house.world.told.events].count("outrider_alert_resolved") == 1
    assert house.owner.get(ALERTS, status="open") == []
    assert len(house.owner.get(ALERTS, resource_id=rule["monitor_id"])) == 1


def test_deleting_a_monitor_resolves_its_alerts_and_takes_its_rules_along(house: House) -> None:
    rule = broken_monitor(house)
    other = house.owner.rule(monitor_id=house.owner.monitor()["id"])
    house.owner.rule(monitor_id=rule["monitor_id"], enabled=False)
    house.owner.delete(f"/api/v1/monitors/{rule['monitor_id']}")
    assert [one["id"] for one in house.owner.get(RULES)] == [other["id"]]
    assert house.owner.get(ALERTS)[0]["status"] == "resolved"
    house.owner.refused(404, "GET", f"{RULES}/{rule['id']}")
    assert [one.message.event for one in house.world.outbox()] == [AlertEvent.RESOLVED, AlertEvent.OPENED]


@pytest.mark.parametrize("word", ["channels", "rules"])
def test_literal_segments_win_over_ids(house: House, word: str) -> None:
    assert house.owner.get(f"{ALERTS}/{word}") == []


def test_a_rule_is_echoed_changed_and_deleted(any_house: House) -> None:
    channel = any_house.owner.channel()
    journey = any_house.owner.journey()
    made = any_house.owner.rule(journey_id=journey["id"], threshold=3, channel_ids=[channel["id"]])
    path = f"{RULES}/{made['id']}"
    assert (made["type"], made["threshold"], made["journey_id"]) == ("consecutive_failures", 3, journey["id"])
    assert (made["monitor_id"], made["channel_ids"], made["enabled"]) == (None, [channel["id"]], True)
    changed = any_house.owner.put(path, made | {"threshold": 5, "enabled": False})
    assert (changed["threshold"], changed["enabled"], changed["channel_ids"]) == (5, False, [channel["id"]])
    assert any_house.owner.get(path) == changed
    any_house.owner.delete(path)
    any_house.owner.refused(404, "GET", path)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        pytest.param({"type": "full_moon"}, "type", id="unknown-type"),
        pytest.param({"threshold": 0}, "threshold", id="threshold-of-none"),
        pytest.param({"threshold": 1.5}, "threshold", id="half-a-failure"),
        pytest.param({"threshold": None}, "threshold", id="no-threshold"),
        pytest.param({"name": ""}, "name", id="no-name"),
        pytest.param({"channel_ids": ["unknown"]}, "channel_ids[0]", id="unknown-channel"),
        pytest.param({"monitor_id": "unknown"}, "monitor_id", id="unknown-monitor"),
        pytest.param({"journey_id": "also"}, "journey_id", id="two-targets"),
        pytest.param({"monitor_id": None}, "monitor_id", id="no-target"),
        pytest.param({"colour": 1}, "colour", id="unknown-field"),
    ],
)
def test_a_wrong_field_of_a_rule_is_named(house: House, changes: dict[str, Any], field: str) -> None:
    body = {
        "name": "broken",
        "type": "consecutive_failures",
        "threshold": 1,
        "channel_ids": [],
        "monitor_id": house.owner.monitor()["id"],
    }
    assert house.owner.refused(400, "POST", RULES, body | changes)["data"]["field"] == field
    assert house.owner.get(RULES) == []


def test_a_wrong_type_of_rule_is_told_before_a_missing_target(house: House) -> None:
    error = house.owner.refused(400, "POST", RULES, {"name": "a", "type": "full_moon", "threshold": 1})
    assert (error["data"]["field"], error["data"]["allowed"]) == ("type", list(RuleType))


def test_a_missing_field_and_an_unknown_one_are_named_together(house: House) -> None:
    rule = house.owner.refused(400, "POST", RULES, {"nme": "a", "type": "consecutive_failures", "threshold": 1})
    assert rule["data"]["field"] == "name"
    assert "not known: nme" in rule["error"]
    monitor = house.owner.refused(400, "POST", "/api/v1/monitors", {"name": "a", "type": "url", "uri": "http://a"})
    assert monitor["data"]["field"] == "uri"
    assert "missing: url; did you mean `url`?" in monitor["error"]


def test_a_misspelt_word_is_answered_with_the_one_that_was_meant(house: House) -> None:
    rule = {"name": "a", "type": "consecutive_failure", "threshold": 1}
    assert "did you mean `consecutive_failures`?" in house.owner.refused(400, "POST", RULES, rule)["error"]
    assert "did you mean `status`?" in house.owner.refused(400, "GET", f"{ALERTS}?staus=open")["error"]
    assert "did you mean `resolved`?" in house.owner.refused(400, "GET", f"{ALERTS}?status=resovled")["error"]


def test_a_wrong_word_in_a_query_tells_what_is_allowed(house: House) -> None:
    error = house.owner.refused(400, "GET", f"{ALERTS}?status=broken")
    assert (error["data"]["field"], error["data"]["allowed"]) == ("status", ["open", "acknowledged", "resolved"])


def test_what_a_rule_is_about_cannot_be_changed(house: House) -> None:
    rule = house.owner.rule(monitor_id=house.owner.monitor()["id"])
    other = house.owner.monitor()["id"]
    error = house.owner.refused(400, "PUT", f"{RULES}/{rule['id']}", {"monitor_id": other})
    assert error["data"]["field"] == "monitor_id"


def test_nothing_of_strangers_can_be_put_into_a_rule(house: House) -> None:
    stranger = house.stranger()
    theirs, channel = stranger.monitor(), stranger.channel()
    body = {"name": "r", "type": "consecutive_failures", "threshold": 1}
    house.owner.refused(400, "POST", RULES, body | {"monitor_id": theirs["id"]})
    mine = house.owner.monitor()
    house.owner.refused(400, "POST", RULES, body | {"monitor_id": mine["id"], "channel_ids": [channel["id"]]})


def test_a_channel_is_echoed_changed_and_taken_out_of_rules_when_deleted(any_house: House) -> None:
    made = any_house.owner.channel(config={"target": "a"})
    path = f"{CHANNELS}/{made['id']}"
    rule = any_house.owner.rule(monitor_id=any_house.owner.monitor()["id"], channel_ids=[made["id"]])
    changed = any_house.owner.put(path, {"name": "renamed", "enabled": False})
    assert (changed["name"], changed["enabled"], changed["config"]) == ("renamed", False, {"target": "a"})
    assert any_house.owner.get(path) == changed
    assert any_house.owner.put(path, changed) == changed
    any_house.owner.delete(path)
    assert any_house.owner.get(f"{RULES}/{rule['id']}")["channel_ids"] == []


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"type": "carrier_pigeon"}, "type"),
        ({"name": ""}, "name"),
        ({"config": {"colour": 1}}, "config.colour"),
        ({"config": {"target": 1}}, "config.target"),
        ({"config": []}, "config"),
        ({"colour": 1}, "colour"),
    ],
    ids=str,
)
def test_a_wrong_field_of_a_channel_is_named(house: House, changes: dict[str, Any], field: str) -> None:
    error = house.owner.refused(400, "POST", CHANNELS, {"name": "a", "type": "recording"} | changes)
    assert error["data"]["field"] == field
    assert house.owner.get(CHANNELS) == []


def test_a_test_message_is_sent_at_once(house: House, notifier: RecordingNotifier) -> None:
    channel = house.owner.channel()
    assert house.owner.post(f"{CHANNELS}/{channel['id']}/test") == {
        "delivered": True,
        "status_code": 200,
        "error": None,
    }
    assert [message.event for message in notifier.delivered] == [AlertEvent.TEST]
    house.owner.refused(404, "POST", f"{CHANNELS}/unknown/test")
