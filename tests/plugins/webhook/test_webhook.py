"""The notifier ``webhook`` against real receivers."""

import base64
import json
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from pydantic import ValidationError
from standardwebhooks import Webhook
from standardwebhooks.webhooks import WebhookVerificationError

from outrider_engine.domain.alerts import AlertEvent
from outrider_engine.domain.egress import EgressMode
from outrider_engine.domain.notifications import Message
from outrider_engine.errors import NotifyError
from outrider_engine.plugin_manager import load_plugins
from outrider_engine.testing import deliver, notifier_problems
from outrider_plugins.webhook.notifier import WebhookNotifier
from outrider_plugins.webhook.settings import WebhookSettings

WEBHOOK = WebhookNotifier()
SECRET = "whsec_" + base64.b64encode(b"k" * 32).decode()
MESSAGE = Message(
    id="ntf_1",
    event=AlertEvent.OPENED,
    title="Größe is failing",
    text="status: expected equals 200, got 503.",
    occurred_at=datetime(2026, 1, 15, 12, 0, tzinfo=UTC),
    data={"check": {"id": "mon_1", "name": "Größe"}, "alert": {"id": "alt_1"}},
)


def test_register_notifiers_offers_webhook_as_its_contract_says() -> None:
    installed = load_plugins(blocked=("browser",)).notifiers["webhook"]
    assert installed.title == "Webhook"
    assert notifier_problems(installed) == []


def test_a_message_is_posted_and_signed(receiver: Any) -> None:
    with receiver(status=202) as hook:
        config = {"url": hook.url, "secret": SECRET, "bearer_token": "b3arer", "headers": {"X-Team": "a"}}
        assert deliver(WEBHOOK, config, MESSAGE).status_code == 202
        path, headers, body = hook.received[0]
    assert path == "/hook"
    assert (headers["webhook-id"], headers["authorization"], headers["x-team"]) == ("ntf_1", "Bearer b3arer", "a")
    assert headers["content-type"] == "application/json"
    assert Webhook(SECRET).verify(body, headers) == {
        "type": "alert.opened",
        "timestamp": "2026-01-15T12:00:00Z",
        "data": {"title": MESSAGE.title, "text": MESSAGE.text, **MESSAGE.data},
    }


def test_a_receiver_notices_altered_and_old_messages(receiver: Any) -> None:
    with receiver() as hook:
        deliver(WEBHOOK, {"url": hook.url, "secret": SECRET}, MESSAGE)
        _, headers, body = hook.received[0]
    old = headers | {"webhook-timestamp": str(int(headers["webhook-timestamp"]) - 600)}
    for altered, seen in ((body + b" ", headers), (body, old), (body, headers | {"webhook-id": "ntf_2"})):
        with pytest.raises(WebhookVerificationError):
            Webhook(SECRET).verify(altered, seen)
    assert Webhook(SECRET).verify(body, headers)


def test_the_id_is_the_same_on_every_try(receiver: Any) -> None:
    with receiver(status=500) as hook:
        for _ in range(2):
            with pytest.raises(NotifyError):
                deliver(WEBHOOK, {"url": hook.url, "secret": SECRET}, MESSAGE)
        assert [headers["webhook-id"] for _, headers, _ in hook.received] == ["ntf_1", "ntf_1"]


@pytest.mark.parametrize(
    ("status", "permanent"),
    [
        (400, True),
        (401, True),
        (404, True),
        (410, True),
        (422, True),
        (408, False),
        (425, False),
        (429, False),
        (500, False),
        (502, False),
        (503, False),
        (302, False),
    ],
)
def test_a_refusal_is_permanent_or_temporary(receiver: Any, status: int, *, permanent: bool) -> None:
    with receiver(status=status, headers={"Location": "http://127.0.0.1:1/"}, body=b"internal s3cret") as hook:
        with pytest.raises(NotifyError) as refusal:
            deliver(WEBHOOK, {"url": hook.url}, MESSAGE)
        assert (refusal.value.permanent, refusal.value.status_code) == (permanent, status)
        assert "s3cret" not in str(refusal.value)
        assert len(hook.received) == 1


@pytest.mark.parametrize(
    ("value", "low", "high"),
    [
        pytest.param("120", 120, 120, id="seconds"),
        pytest.param("99999999999999999999", 86_400, 86_400, id="absurd"),
        pytest.param(format_datetime(datetime.now(UTC) + timedelta(hours=10), usegmt=True), 30_000, 36_000, id="date"),
        pytest.param(format_datetime(datetime.now(UTC) - timedelta(hours=1), usegmt=True), 0, 0, id="past"),
        pytest.param("soon", None, None, id="nonsense"),
        pytest.param("-5", None, None, id="negative"),
    ],
)
def test_retry_after_is_understood(receiver: Any, value: str, low: float | None, high: float | None) -> None:
    with receiver(status=429, headers={"Retry-After": value}) as hook:
        with pytest.raises(NotifyError) as refusal:
            deliver(WEBHOOK, {"url": hook.url}, MESSAGE)
        asked = refusal.value.retry_after_s
        assert asked is None if low is None or high is None else asked is not None and low <= asked <= high


def test_an_accepting_receiver_may_talk_as_much_as_it_likes(receiver: Any) -> None:
    with receiver(body=bytes(5_000_000)) as hook:
        assert deliver(WEBHOOK, {"url": hook.url}, MESSAGE).status_code == 200


def test_an_unreachable_receiver_is_tried_again(receiver: Any) -> None:
    with receiver() as hook:
        pass
    with pytest.raises(NotifyError) as refusal:
        deliver(WEBHOOK, {"url": hook.url}, MESSAGE)
    assert not refusal.value.permanent
    assert "(connect)" in str(refusal.value)


def test_a_denied_address_is_permanent(receiver: Any) -> None:
    with receiver() as hook:
        with pytest.raises(NotifyError) as refusal:
            deliver(WEBHOOK, {"url": hook.url}, MESSAGE, egress=EgressMode.PUBLIC)
        assert refusal.value.permanent
        assert hook.received == []


@pytest.mark.parametrize(
    "url",
    ["https://hooks.test/x", "http://localhost:8000/", "http://127.0.0.1/", "http://[::1]:9/", "HTTPS://hooks.test"],
)
def test_receivers_that_are_allowed(url: str) -> None:
    assert WebhookSettings(url=url).url == url


@pytest.mark.parametrize(
    ("field", "config"),
    [
        ("url", {}),
        ("url", {"url": "http://hooks.test/"}),
        ("url", {"url": "http://localhost.evil.test/"}),
        ("url", {"url": "http://127.0.0.1.evil.test/"}),
        ("url", {"url": "http://127.0.0.1@evil.test/"}),
        ("url", {"url": "https://user:word@hooks.test/"}),
        ("url", {"url": "https://"}),
        ("url", {"url": "ftp://hooks.test"}),
        ("url", {"url": "https://hooks.test/\r\nX: y"}),
        ("url", {"url": "https://hooks.test\\@evil.test/"}),
        ("url", {"url": "https://[::1/"}),
        ("secret", {"url": "https://hooks.test", "secret": "whsec_short"}),
        ("secret", {"url": "https://hooks.test", "secret": base64.b64encode(b"k" * 32).decode()}),
        ("secret", {"url": "https://hooks.test", "secret": "whsec_" + "!" * 44}),
        ("bearer_token", {"url": "https://hooks.test", "bearer_token": "a\r\nX: y"}),
        ("bearer_token", {"url": "https://hooks.test", "bearer_token": ""}),
        ("headers", {"url": "https://hooks.test", "headers": {"webhook-id": "x"}}),
        ("headers", {"url": "https://hooks.test", "headers": {"X": "a\nb"}}),
        ("colour", {"url": "https://hooks.test", "colour": "red"}),
    ],
    ids=lambda value: str(value)[:60],
)
def test_settings_that_make_no_sense_are_refused(field: str, config: dict[str, Any]) -> None:
    with pytest.raises(ValidationError) as refusal:
        WebhookSettings.model_validate(config)
    assert {str(problem["loc"][0]) for problem in refusal.value.errors()} == {field}


def test_a_secret_is_made_anew_for_each_channel_and_never_shown() -> None:
    one, other = WebhookSettings(url="https://hooks.test"), WebhookSettings(url="https://hooks.test")
    made = one.secret.get_secret_value()
    assert made.startswith("whsec_")
    assert made != other.secret.get_secret_value()
    assert made not in f"{one!r} {one.model_dump_json()}"
    assert WebhookSettings(url="https://hooks.test", secret=made).secret == one.secret  # type: ignore[arg-type]
    assert json.dumps(WebhookSettings.model_json_schema())
