"""The notifier ``slack`` as the bot of an app: what Slack's Web API is sent, and what its answers come to."""

import json
from typing import Any

import pytest

from outrider_engine.contracts import Delivery
from outrider_engine.errors import InvalidInput, NotifyError
from outrider_engine.services.validation import validated
from outrider_engine.testing import deliver, sample_message
from outrider_plugins.slack.notifier import SlackNotifier
from outrider_plugins.slack.settings import SlackSettings

SLACK = SlackNotifier()
TOKEN = "xoxb-1234567890-abcdefABCDEF"


def post(hook: Any, *, place: str | None = None, **config: Any) -> Delivery:
    settings = {"bot_token": TOKEN, "api_url": hook.url.removesuffix("/hook") + "/api/", **config}
    return deliver(SLACK, settings, sample_message(), public_url="https://o.test", place=place)


def answer(**fields: Any) -> bytes:
    return json.dumps(fields).encode()


def test_a_bot_posts_where_the_settings_or_the_check_say(receiver: Any) -> None:
    with receiver(body=answer(ok=True, ts="1.2", channel="C1")) as hook:
        assert post(hook, channel="#ops", username="Watch").status_code == 200
        post(hook, channel="#ops", place="#checkout")
    (path, headers, body), (_, _, other) = hook.received
    assert (path, headers["authorization"]) == ("/api/chat.postMessage", f"Bearer {TOKEN}")
    sent = json.loads(body)
    assert (sent["channel"], sent["username"], sent["text"]) == ("#ops", "Watch", "Shop is failing")
    assert sent["attachments"][0]["blocks"][0]["type"] == "header"
    assert sent["unfurl_links"] is False
    assert json.loads(other)["channel"] == "#checkout"


@pytest.mark.parametrize(
    ("error", "permanent", "said"),
    [
        ("channel_not_found", True, "not invited"),
        ("not_in_channel", True, "invite the bot"),
        ("token_revoked", True, "revoked"),
        ("invalid_blocks", True, "invalid_blocks"),
        ("ratelimited", False, "ratelimited"),
        ("internal_error", False, "internal_error"),
        ("<!channel> in words", True, "without a name"),
        (None, True, "without a name"),
    ],
)
def test_a_refusal_with_status_200_tells_whether_to_come_again(
    receiver: Any, error: str | None, said: str, *, permanent: bool
) -> None:
    body = answer(ok=False, error=error)
    with receiver(headers={"Retry-After": "30"}, body=body) as hook, pytest.raises(NotifyError) as refusal:
        post(hook, channel="#ops")
    assert (refusal.value.permanent, refusal.value.retry_after_s) == (permanent, 30)
    assert said in str(refusal.value)
    assert TOKEN not in str(refusal.value)


@pytest.mark.parametrize("body", [b"ok", b"[]", b'{"ok": "yes"}', b"\xff"])
def test_an_answer_that_is_none_of_slacks_is_tried_again(receiver: Any, body: bytes) -> None:
    with receiver(body=body) as hook, pytest.raises(NotifyError, match="none of Slack's") as refusal:
        post(hook, channel="#ops")
    assert not refusal.value.permanent


def test_too_many_messages_wait_as_long_as_slack_says(receiver: Any) -> None:
    body = answer(ok=False, error="ratelimited")
    with receiver(status=429, headers={"Retry-After": "17"}, body=body) as hook, pytest.raises(NotifyError) as refusal:
        post(hook, channel="#ops")
    assert (refusal.value.permanent, refusal.value.retry_after_s) == (False, 17)


def test_without_a_channel_nothing_is_sent(receiver: Any) -> None:
    with receiver() as hook, pytest.raises(NotifyError, match="set `channel`") as refusal:
        post(hook)
    assert (refusal.value.permanent, hook.received) == (True, [])


@pytest.mark.parametrize(
    ("field", "config"),
    [
        ("webhook_url", {}),
        ("webhook_url", {"webhook_url": None, "bot_token": None}),
        ("bot_token", {"webhook_url": "https://hooks.slack.com/x", "bot_token": TOKEN}),
        ("bot_token", {"bot_token": "xoxp-1234567890-abcdef"}),
        ("bot_token", {"bot_token": TOKEN + "\r\nX-Other: a"}),
        ("bot_token", {"bot_token": ""}),
        ("api_url", {"bot_token": TOKEN, "api_url": "http://slack.com/api"}),
    ],
)
def test_settings_that_make_no_sense_are_refused_without_the_token(field: str, config: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput) as refusal:
        validated(SlackSettings, config)
    assert refusal.value.field == field
    assert TOKEN not in str(refusal.value)


def test_a_bot_is_a_connection_and_a_webhook_is_none() -> None:
    assert SLACK.connects(SlackSettings.model_validate({"bot_token": TOKEN}))
    assert not SLACK.connects(SlackSettings.model_validate({"webhook_url": "https://hooks.slack.com/x"}))
