"""Channels of the built-in webhook notifier: what is shown of their secrets, and what a test message meets."""

import json

import pytest
from api_house import House
from hook_receiver import Receiver
from standardwebhooks import Webhook

CHANNELS = "/api/v1/alerts/channels"


def test_the_secret_is_shown_once_and_the_bearer_token_never(house: House) -> None:
    made = house.owner.send(
        "POST",
        CHANNELS,
        {"name": "a", "type": "webhook", "config": {"url": "https://hooks.example", "bearer_token": "b3arer"}},
    )
    data = made.json()["data"]
    again = house.owner.send("GET", f"{CHANNELS}/{data['id']}").text + house.owner.send("GET", CHANNELS).text
    assert data["secret"].startswith("whsec_")
    assert data["config"]["url"] == "https://hooks.example"
    assert data["secret"] not in again
    assert "b3arer" not in made.text + again


def test_a_test_message_is_signed_with_the_secret_that_was_shown_also_after_a_change(
    house: House, receiver: Receiver
) -> None:
    made = house.owner.channel(type="webhook", config={"url": receiver.url, "bearer_token": "b3arer"})
    path = f"{CHANNELS}/{made['id']}"
    house.owner.put(path, {"config": {"url": receiver.url + "/moved"}})
    assert house.owner.post(f"{path}/test") == {"delivered": True, "status_code": 200, "error": None}
    headers, body = receiver.received[0]
    assert headers["authorization"] == "Bearer b3arer"
    assert json.loads(body)["type"] == "channel.test"
    expected = Webhook(made["secret"]).sign(headers["webhook-id"], house.world.clock.now(), body.decode())
    assert headers["webhook-signature"] == expected


@pytest.mark.parametrize("status", [404, 500])
def test_a_receiver_that_refuses_is_an_answer_not_an_error(house: House, receiver: Receiver, status: int) -> None:
    made = house.owner.channel(type="webhook", config={"url": receiver.url})
    receiver.status = status
    answer = house.owner.post(f"{CHANNELS}/{made['id']}/test")
    assert (answer["delivered"], answer["status_code"]) == (False, status)
    assert str(status) in answer["error"]


def test_a_receiver_that_is_not_there_is_an_answer_too(house: House) -> None:
    made = house.owner.channel(type="webhook", config={"url": "http://127.0.0.1:9/"})
    answer = house.owner.post(f"{CHANNELS}/{made['id']}/test")
    assert (answer["delivered"], answer["status_code"]) == (False, None)


def test_plain_http_is_for_local_receivers_only(house: House) -> None:
    body = {"name": "a", "type": "webhook", "config": {"url": "http://hooks.example"}}
    assert house.owner.refused(400, "POST", CHANNELS, body)["data"]["field"] == "config.url"


def test_a_new_secret_is_shown_once_and_signs_from_then_on(house: House, receiver: Receiver) -> None:
    config = {"url": receiver.url, "bearer_token": "b3arer", "events": ["monitor.alert_triggered"]}
    made = house.owner.channel(type="webhook", config=config)
    path = f"{CHANNELS}/{made['id']}"
    rotated = house.owner.post(f"{path}/rotate-secret")
    assert rotated["secret"].startswith("whsec_")
    assert rotated["secret"] != made["secret"]
    assert rotated["config"] == made["config"]
    assert rotated["secret"] not in house.owner.send("GET", path).text
    house.owner.post(f"{path}/test")
    headers, body = receiver.received[0]
    assert headers["authorization"] == "Bearer b3arer"
    assert (
        Webhook(rotated["secret"]).sign(headers["webhook-id"], house.world.clock.now(), body.decode())
        == (headers["webhook-signature"])
    )


def test_only_what_has_a_secret_gets_a_new_one(house: House) -> None:
    other = house.owner.channel()
    refusal = house.owner.refused(409, "POST", f"{CHANNELS}/{other['id']}/rotate-secret")
    assert "no secret" in refusal["error"]
    house.owner.refused(404, "POST", f"{CHANNELS}/unknown/rotate-secret")


def test_a_channel_with_events_is_told_of_the_whole_organization_until_they_are_taken_away(house: House) -> None:
    def subscribed() -> list[tuple[str, ...]]:
        with house.world.storage.read() as tx:
            return [channel.events for channel in tx.channels.concerned(house.world.organization, [])]

    config = {"url": "https://hooks.example", "events": ["monitor.alert_triggered", "monitor.alert_triggered"]}
    made = house.owner.channel(type="webhook", config=config)
    assert made["config"]["events"] == ["monitor.alert_triggered"]
    assert subscribed() == [("monitor.alert_triggered",)]
    house.owner.put(f"{CHANNELS}/{made['id']}", {"config": {"events": []}})
    assert subscribed() == []


def test_a_preset_that_needs_a_key_says_so(house: House) -> None:
    body = {"name": "a", "type": "webhook", "config": {"url": "https://hooks.example", "preset": "pagerduty"}}
    assert house.owner.refused(400, "POST", CHANNELS, body)["data"]["field"] == "config.integration_key"
    made = house.owner.channel(**body | {"config": body["config"] | {"integration_key": "k3y"}})  # type: ignore[operator]
    assert "k3y" not in str(made)


def test_a_channel_says_on_which_occasions_it_is_told(house: House) -> None:
    made = house.owner.channel()
    assert made["notify_on"] == ["alert", "recovery"]
    path = f"{CHANNELS}/{made['id']}"
    assert house.owner.put(path, {"notify_on": ["recovery", "recovery"]})["notify_on"] == ["recovery"]
    assert house.owner.put(path, {"name": "other"})["notify_on"] == ["recovery"]
    assert house.owner.channel(name="two", notify_on=["recovery", "alert"])["notify_on"] == ["alert", "recovery"]
    for wrong in ([], ["never"], "alert"):
        refusal = house.owner.refused(400, "PUT", path, {"notify_on": wrong})
        assert refusal["data"]["field"].startswith("notify_on")
