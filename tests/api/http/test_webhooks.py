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
