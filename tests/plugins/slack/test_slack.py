"""The notifier ``slack`` against a receiver that keeps what Slack would get."""

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
from outrider_plugins.slack.notifier import SlackNotifier
from outrider_plugins.slack.settings import SlackSettings

SLACK = SlackNotifier()


def sent(receiver: Any, message: Message, **config: Any) -> Any:
    with receiver(body=b"ok") as hook:
        assert (
            deliver(SLACK, {"webhook_url": hook.url, **config}, message, public_url="https://o.test").status_code == 200
        )
        return json.loads(hook.received[0][2])


def with_error(error: str, **fields: Any) -> Message:
    message = sample_message()
    return replace(message, data={**message.data, "run": {"id": "run_1", "error": error}}, **fields)


def test_register_notifiers_offers_slack_as_its_contract_says() -> None:
    assert notifier_problems(load_plugins(blocked=("browser",)).notifiers["slack"]) == []


def test_a_message_says_what_is_broken_where_and_why(receiver: Any) -> None:
    body = sent(receiver, sample_message(), channel="#ops", username="Watch")
    (attachment,) = body["attachments"]
    header, fields, error, links = attachment["blocks"]
    assert (body["text"], body["channel"], body["username"]) == ("Shop is failing", "#ops", "Watch")
    assert attachment["color"] == "#d92d20"
    assert header["text"]["text"] == "Shop is failing"
    assert [field["text"] for field in fields["fields"]][:3] == [
        "*Monitor*\nShop",
        "*Status*\nDOWN (3 failures in a row)",
        "*Location*\nlocal",
    ]
    assert error["text"]["text"] == "*Error*\n```connection refused```"
    assert "<https://o.test/api/v1/runs/run_sample|View run>" in links["elements"][0]["text"]


@pytest.mark.parametrize("event", list(AlertEvent))
def test_every_event_has_a_form(receiver: Any, event: AlertEvent) -> None:
    blocks = sent(receiver, sample_message(event))["attachments"][0]["blocks"]
    assert {block["type"] for block in blocks} <= {"header", "section", "context"}


def test_nothing_from_outside_mentions_anybody_or_links(receiver: Any) -> None:
    attack = "<!channel> <@U1> <http://evil.test|click> ``` & <!here>"
    body = sent(receiver, with_error(attack, title=attack))
    sections = [block for block in body["attachments"][0]["blocks"] if block["type"] == "section"]
    shown = json.dumps([body["text"], sections])
    assert "<" not in shown
    assert shown.count("```") == 3, "two around the error, one in the title"
    assert "&lt;!channel&gt;" in shown
    body = sent(receiver, with_error(attack), template="<!here> {error}")
    text = body["attachments"][0]["blocks"][0]["text"]["text"]
    assert text.startswith("<!here> &lt;!channel&gt;")


def test_long_texts_are_cut_where_slack_would_refuse_them(receiver: Any) -> None:
    body = sent(receiver, with_error("<" * 9000, title="ä" * 400))
    header, _, error, _ = body["attachments"][0]["blocks"]
    assert len(header["text"]["text"]) == 150
    assert header["text"]["text"].endswith("ä…")
    assert len(error["text"]["text"]) <= 3000
    assert error["text"]["text"].endswith("&lt;…```")


def test_the_public_form_keeps_errors_and_links_back(receiver: Any) -> None:
    text = json.dumps(sent(receiver, sample_message(), visibility="public"))
    assert "refused" not in text
    assert "o.test" not in text
    assert "https://shop.example" in text


@pytest.mark.parametrize(("status", "permanent"), [(400, True), (404, True), (429, False), (500, False)])
def test_refusals_tell_whether_to_come_again(receiver: Any, status: int, *, permanent: bool) -> None:
    with (
        receiver(status=status, headers={"Retry-After": "30"}, body=b"invalid_payload") as hook,
        pytest.raises(NotifyError) as refusal,
    ):
        deliver(SLACK, {"webhook_url": hook.url}, sample_message())
    assert (refusal.value.permanent, refusal.value.status_code) == (permanent, status)
    assert refusal.value.retry_after_s == 30
    assert hook.url not in str(refusal.value)


@pytest.mark.parametrize(
    ("field", "config"),
    [
        ("webhook_url", {"webhook_url": "http://hooks.slack.com/services/T/B/X"}),
        ("webhook_url", {"webhook_url": "https://me:word@hooks.slack.com/"}),
        ("template", {"webhook_url": "https://hooks.slack.com/x", "template": "{nobody}"}),
        ("channel", {"webhook_url": "https://hooks.slack.com/x", "channel": "<!here>"}),
        ("username", {"webhook_url": "https://hooks.slack.com/x", "username": ""}),
        ("visibility", {"webhook_url": "https://hooks.slack.com/x", "visibility": "secret"}),
        ("colour", {"webhook_url": "https://hooks.slack.com/x", "colour": "red"}),
    ],
)
def test_settings_that_make_no_sense_are_refused(field: str, config: dict[str, Any]) -> None:
    with pytest.raises(ValidationError) as refusal:
        SlackSettings.model_validate(config)
    assert {str(problem["loc"][0]) for problem in refusal.value.errors()} == {field}
