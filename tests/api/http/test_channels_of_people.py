"""Channels of services that people read: made, shown without what is secret, and tried out."""

from typing import Any

import pytest
from api_house import House
from hook_receiver import Receiver

CHANNELS = "/api/v1/alerts/channels"


@pytest.mark.parametrize("type", ["slack", "discord", "ms_teams"])
def test_the_address_is_write_only_and_the_test_arrives(house: House, receiver: Receiver, type: str) -> None:
    made = house.owner.channel(type=type, config={"webhook_url": receiver.url, "template": "{status}"})
    assert "webhook_url" not in made["config"]
    assert made["warnings"] == []
    assert receiver.url not in house.owner.send("GET", CHANNELS).text
    assert house.owner.post(f"{CHANNELS}/{made['id']}/test") == {"delivered": True, "status_code": 200, "error": None}
    receiver.status = 403
    answer = house.owner.post(f"{CHANNELS}/{made['id']}/test")
    assert (answer["delivered"], answer["status_code"]) == (False, 403)
    assert len(receiver.received) == 2


@pytest.mark.parametrize(
    ("type", "config", "field"),
    [
        ("slack", {"webhook_url": "http://hooks.slack.com/x"}, "config.webhook_url"),
        ("slack", {"webhook_url": "https://hooks.slack.com/x", "template": "{nobody}"}, "config.template"),
        ("discord", {"webhook_url": "https://discord.com/x", "template": "{{"}, "config.template"),
        ("email", {"recipients": ["ops@example.com", "nobody"]}, "config.recipients[1]"),
    ],
)
def test_what_is_wrong_is_named(house: House, type: str, config: dict[str, Any], field: str) -> None:
    refusal = house.owner.refused(400, "POST", CHANNELS, {"name": "a", "type": type, "config": config})
    assert refusal["data"]["field"] == field


def test_mail_without_a_mail_server_is_a_warning_and_a_test_that_says_what_to_set(house: House) -> None:
    made = house.owner.channel(type="email", config={"recipients": ["ops@example.com"]})
    assert made["config"]["recipients"] == ["ops@example.com"]
    assert "OUTRIDER_SMTP_URL" in made["warnings"][0]
    answer = house.owner.post(f"{CHANNELS}/{made['id']}/test")
    assert (answer["delivered"], answer["status_code"]) == (False, None)
    assert "OUTRIDER_SMTP_URL" in answer["error"]
