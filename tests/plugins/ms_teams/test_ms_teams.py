"""The notifier ``ms_teams`` against a receiver that keeps what Teams would get."""

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
from outrider_plugins.ms_teams.notifier import TeamsNotifier
from outrider_plugins.ms_teams.settings import TeamsSettings

TEAMS = TeamsNotifier()
MOST_BYTES = 28 * 1024


def sent(receiver: Any, message: Message, **config: Any) -> Any:
    with receiver(status=202) as hook:
        config = {"webhook_url": hook.url, **config}
        assert deliver(TEAMS, config, message, public_url="https://o.test").status_code == 202
        assert len(hook.received[0][2]) <= MOST_BYTES
        return json.loads(hook.received[0][2])


def with_error(error: str, **fields: Any) -> Message:
    message = sample_message()
    return replace(message, data={**message.data, "run": {"id": "run_1", "error": error}}, **fields)


def test_register_notifiers_offers_ms_teams_as_its_contract_says() -> None:
    assert notifier_problems(load_plugins(blocked=("browser",)).notifiers["ms_teams"]) == []


def test_a_message_is_an_adaptive_card(receiver: Any) -> None:
    body = sent(receiver, sample_message())
    (attachment,) = body["attachments"]
    card = attachment["content"]
    title, facts, error = card["body"]
    assert (body["type"], attachment["contentType"]) == ("message", "application/vnd.microsoft.card.adaptive")
    assert (card["type"], card["version"]) == ("AdaptiveCard", "1.4")
    assert (title["inlines"][0]["text"], title["inlines"][0]["color"]) == ("Shop is failing", "attention")
    assert {"title": "Status", "value": r"DOWN \(3 failures in a row\)"} in facts["facts"]
    assert error["inlines"][0]["text"] == "connection refused"
    assert [action["url"] for action in card["actions"]] == [
        "https://o.test/api/v1/runs/run_sample",
        "https://o.test/api/v1/monitors/mon_sample",
    ]


@pytest.mark.parametrize("event", list(AlertEvent))
def test_every_event_has_a_form(receiver: Any, event: AlertEvent) -> None:
    assert sent(receiver, sample_message(event))["attachments"][0]["content"]["body"]


def test_nothing_from_outside_is_markdown(receiver: Any) -> None:
    attack = "[click](http://evil.test) **x** <at>all</at>"
    card = sent(receiver, with_error(attack), template="**{monitorName}**: {error}")["attachments"][0]["content"]
    assert card["body"][0]["text"].startswith(r"**Shop**: \[click\]\(http")
    assert "entities" not in card["msteams"]


def test_a_card_stays_below_what_teams_accepts(receiver: Any) -> None:
    message = with_error("😀" * 9000, title="😀" * 900)
    check = {"id": "m", "name": "😀" * 2000, "url": "https://x.test/" + "語" * 3000}
    assert sent(receiver, replace(message, data={**message.data, "check": check}))
    assert sent(receiver, message, template="{error}{error}{error}")


@pytest.mark.parametrize(("status", "permanent"), [(400, True), (429, False), (504, False)])
def test_refusals_tell_whether_to_come_again(receiver: Any, status: int, *, permanent: bool) -> None:
    with receiver(status=status) as hook, pytest.raises(NotifyError) as refusal:
        deliver(TEAMS, {"webhook_url": hook.url}, sample_message())
    assert (refusal.value.permanent, refusal.value.status_code) == (permanent, status)


def test_settings_that_make_no_sense_are_refused() -> None:
    for config in ({"webhook_url": "http://x.logic.azure.com/"}, {"webhook_url": "https://x.test", "template": "{x}"}):
        with pytest.raises(ValidationError):
            TeamsSettings.model_validate(config)
