"""A connection to Slack: checks name the channels of their alerts, and the alert says what became of that."""

import json
from typing import Any

from api_house import House
from engine_world import FAILED, PASSED
from hook_receiver import Receiver
from outbox_run import send_all

CHANNELS = "/api/v1/alerts/channels"
TOKEN = "xoxb-1234567890-abcdefABCDEF"
NO_CONNECTION = "not delivered: no Slack connection"


def connection(house: House, receiver: Receiver, **config: Any) -> Any:
    bot = {"bot_token": TOKEN, "api_url": receiver.url.rpartition("/")[0]}
    return house.owner.channel(name="workspace", type="slack", config={**bot, **config})


def broken(house: House, monitor: Any) -> Any:
    """Let a monitor fail; returns its alert."""
    house.owner.post(f"/api/v1/monitors/{monitor['id']}/check")
    house.finish_all(FAILED)
    send_all(house.world)
    return house.owner.get("/api/v1/alerts")[0]


def watched(house: House) -> Any:
    return house.owner.monitor(type="scripted", alert_policy={"slack_channel": "#checkout"})


def accepts(receiver: Receiver, **answer: Any) -> None:
    receiver.body = json.dumps(answer or {"ok": True}).encode()


def test_an_alert_is_told_in_the_channel_that_its_check_names_and_so_is_its_end(
    any_house: House, receiver: Receiver
) -> None:
    accepts(receiver)
    made = connection(any_house, receiver)
    assert TOKEN not in any_house.owner.send("GET", CHANNELS).text
    assert "bot_token" not in made["config"]
    monitor = watched(any_house)
    assert broken(any_house, monitor)["delivery_problem"] is None
    any_house.world.clock.advance(1)
    any_house.owner.post(f"/api/v1/monitors/{monitor['id']}/check")
    any_house.finish_all(PASSED)
    send_all(any_house.world)
    sent = [json.loads(body) for _, body in receiver.received]
    assert [each["channel"] for each in sent] == ["#checkout", "#checkout"]
    assert [each["attachments"][0]["color"] for each in sent] == ["#d92d20", "#12a150"]


def test_only_a_connection_that_is_switched_on_counts(house: House, receiver: Receiver) -> None:
    accepts(receiver)
    monitor = watched(house)
    house.owner.channel(type="slack", config={"webhook_url": receiver.url})
    house.owner.put(f"{CHANNELS}/{connection(house, receiver)['id']}", {"enabled": False})
    assert broken(house, monitor)["delivery_problem"] == NO_CONNECTION
    assert receiver.received == []


def test_what_slack_refuses_is_told_on_the_alert(house: House, receiver: Receiver) -> None:
    accepts(receiver, ok=False, error="channel_not_found")
    connection(house, receiver)
    alert = broken(house, watched(house))
    problem = house.owner.get(f"/api/v1/alerts/{alert['id']}")["delivery_problem"]
    assert problem.startswith("not delivered to #checkout: Slack refused the message: channel_not_found")


def test_the_connection_of_another_organization_is_not_used(house: House, receiver: Receiver) -> None:
    accepts(receiver)
    api_url = receiver.url.rpartition("/")[0]
    config = {"bot_token": TOKEN, "api_url": api_url, "channel": "#ops"}
    house.stranger().channel(type="slack", config=config)
    assert broken(house, watched(house))["delivery_problem"] == NO_CONNECTION
    assert receiver.received == []


def test_a_webhook_becomes_a_connection_and_rules_tell_where_its_settings_say(house: House, receiver: Receiver) -> None:
    accepts(receiver)
    channel = house.owner.channel(type="slack", config={"webhook_url": receiver.url, "channel": "#ops"})
    path = f"{CHANNELS}/{channel['id']}"
    api_url = receiver.url.rpartition("/")[0]
    both = {"config": {"bot_token": TOKEN, "api_url": api_url}}
    assert house.owner.refused(400, "PUT", path, both)["data"]["field"] == "config.bot_token"
    house.owner.put(path, {"config": {**both["config"], "webhook_url": None}})
    assert house.owner.post(f"{path}/test")["delivered"] is True
    accepts(receiver, ok=False, error="invalid_auth")
    said = house.owner.post(f"{path}/test")
    assert (said["delivered"], said["status_code"], "not valid" in said["error"]) == (False, 200, True)
    accepts(receiver)
    monitor = watched(house)
    house.owner.rule(monitor_id=monitor["id"], channel_ids=[channel["id"]])
    receiver.received.clear()
    broken(house, monitor)
    assert sorted(json.loads(body)["channel"] for _, body in receiver.received) == ["#checkout", "#ops"]
