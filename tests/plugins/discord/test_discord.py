"""The notifier ``discord`` against a receiver that keeps what Discord would get."""

import json
from dataclasses import replace
from typing import Any

import pytest
from pydantic import ValidationError

from outrider_engine.domain.alerts import AlertEvent
from outrider_engine.domain.notifications import Message
from outrider_engine.errors import NotifyError
from outrider_engine.plugin_manager import load_plugins
from outrider_engine.testing import deliver, notifier_problems, sample_message
from outrider_plugins.discord.notifier import DiscordNotifier
from outrider_plugins.discord.settings import DiscordSettings

DISCORD = DiscordNotifier()
ATTACK = "@everyone <@&1> [click](http://evil.test) ``` **x** <#2>"


def sent(receiver: Any, message: Message, **config: Any) -> Any:
    with receiver(status=204, body=b"") as hook:
        config = {"webhook_url": hook.url, **config}
        assert deliver(DISCORD, config, message, public_url="https://o.test").status_code == 204
        return json.loads(hook.received[0][2])


def with_error(error: str, **fields: Any) -> Message:
    message = sample_message()
    return replace(message, data={**message.data, "run": {"id": "run_1", "error": error}}, **fields)


def test_register_notifiers_offers_discord_as_its_contract_says() -> None:
    assert notifier_problems(load_plugins(blocked=("browser",)).notifiers["discord"]) == []


def test_a_message_is_an_embed(receiver: Any) -> None:
    body = sent(receiver, sample_message(), username="Watch")
    (embed,) = body["embeds"]
    assert (body["username"], body["allowed_mentions"]) == ("Watch", {"parse": []})
    assert (embed["title"], embed["color"]) == ("Shop is failing", 0xD92D20)
    assert embed["description"] == "```\nconnection refused\n```"
    assert embed["url"] == "https://o.test/api/v1/runs/run_sample"
    assert {"name": "Location", "value": "local", "inline": True} in embed["fields"]


@pytest.mark.parametrize("event", list(AlertEvent))
def test_every_event_has_a_form(receiver: Any, event: AlertEvent) -> None:
    (embed,) = sent(receiver, sample_message(event))["embeds"]
    assert embed["title"]
    assert embed["description"]


def test_nothing_from_outside_mentions_anybody_or_links(receiver: Any) -> None:
    (embed,) = sent(receiver, with_error(ATTACK, title=ATTACK))["embeds"]
    assert embed["title"].startswith(r"\@everyone \<\@&1\> \[click\]\(http\://evil.test\)")
    assert embed["description"].count("```") == 2
    body = sent(receiver, with_error(ATTACK), template="**{monitorName}** {error}")
    assert body["content"].startswith(r"**Shop** \@everyone")
    assert body["allowed_mentions"] == {"parse": []}


def test_an_embed_keeps_to_its_6000_characters(receiver: Any) -> None:
    message = with_error("`*" * 5000, title="*" * 900)
    data: dict[str, Any] = {
        **message.data,
        "check": {"id": "m", "name": "_" * 2000, "url": "https://x.test/" + "_" * 3000},
    }
    data["failing"] = {"failures": 3, "regions": ["r" * 50] * 90, "since": "2026-01-15T12:00:00+00:00"}
    (embed,) = sent(receiver, replace(message, data=data))["embeds"]
    whole = [embed["title"], embed["description"], *(field["name"] + field["value"] for field in embed["fields"])]
    assert sum(map(len, whole)) <= 6000
    assert len(embed["title"]) <= 256
    assert all(len(field["value"]) <= 1024 for field in embed["fields"])
    assert len(sent(receiver, message, template="{error}" * 3)["content"]) <= 2000


@pytest.mark.parametrize(("status", "permanent"), [(401, True), (429, False), (502, False)])
def test_refusals_tell_whether_to_come_again(receiver: Any, status: int, *, permanent: bool) -> None:
    with receiver(status=status, headers={"Retry-After": "2"}) as hook, pytest.raises(NotifyError) as refusal:
        deliver(DISCORD, {"webhook_url": hook.url}, sample_message())
    assert (refusal.value.permanent, refusal.value.retry_after_s) == (permanent, 2)


@pytest.mark.parametrize(
    ("field", "config"),
    [
        ("webhook_url", {"webhook_url": "http://discord.com/api/webhooks/1/a"}),
        ("username", {"webhook_url": "https://discord.com/x", "username": "My Discord bot"}),
        ("template", {"webhook_url": "https://discord.com/x", "template": "{{ 1 + 1 }}"}),
    ],
)
def test_settings_that_make_no_sense_are_refused(field: str, config: dict[str, Any]) -> None:
    with pytest.raises(ValidationError) as refusal:
        DiscordSettings.model_validate(config)
    assert {str(problem["loc"][0]) for problem in refusal.value.errors()} == {field}
