"""The forms of other systems' webhooks, as their receivers would read them."""

import hashlib
import hmac
import json
from dataclasses import replace
from typing import Any

import pytest
from pydantic import ValidationError
from standardwebhooks import Webhook

from outrider_engine.domain.alerts import AlertEvent
from outrider_engine.domain.notifications import Message
from outrider_engine.errors import NotifyError
from outrider_engine.testing import deliver, sample_message
from outrider_plugins.webhook.notifier import WebhookNotifier
from outrider_plugins.webhook.settings import WebhookSettings

WEBHOOK = WebhookNotifier()
SECRET = "whsec_" + "a" * 43 + "="
EVENTS = ["monitor.alert_triggered", "monitor.alert_recovered"]


def sent(receiver: Any, message: Message, **config: Any) -> tuple[str, dict[str, str], bytes]:
    with receiver() as hook:
        deliver(WEBHOOK, {"url": hook.url, "secret": SECRET, **config}, message, public_url="https://o.test")
        path, headers, body = hook.received[0]
        return str(path), headers, body


def test_brily_s_body_and_both_signatures(receiver: Any) -> None:
    data: dict[str, Any] = dict(sample_message().data)
    data["alert"] = {**data["alert"], "severity": "p1"}
    _, headers, body = sent(receiver, replace(sample_message(), data=data), events=EVENTS)
    assert json.loads(body) == {
        "event": "monitor.alert_triggered",
        "occurred_at": "2026-01-15T12:00:00Z",
        "project_id": "proj_sample",
        "data": {
            "alert_id": "alt_sample",
            "monitor": {"id": "mon_sample", "name": "Shop", "url": "https://shop.example"},
            "severity": "p1",
            "regions_failing": ["local"],
            "last_check_error": "connection refused",
        },
    }
    digest = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    assert headers["x-brily-signature"] == f"sha256={digest}"
    assert Webhook(SECRET).verify(body, headers)


def test_brily_s_recovery(receiver: Any) -> None:
    body = json.loads(sent(receiver, sample_message(AlertEvent.RESOLVED), preset="brily")[2])
    assert (body["event"], body["data"]["regions_failing"]) == ("monitor.alert_recovered", [])


def test_brily_s_receivers_are_tried_again_whatever_they_answer(receiver: Any) -> None:
    with receiver(status=404) as hook:
        for config, permanent in (({"events": EVENTS}, False), ({}, True)):
            with pytest.raises(NotifyError) as refusal:
                deliver(WEBHOOK, {"url": hook.url, **config}, sample_message())
            assert (refusal.value.permanent, refusal.value.status_code) == (permanent, 404)


def test_xuptimemonitor_s_values_are_all_texts_and_nothing_is_signed(receiver: Any) -> None:
    message = replace(
        sample_message(), data={**sample_message().data, "check": {"id": "m", "name": "DB", "url": "http://10.0.0.1/"}}
    )
    _, headers, body = sent(receiver, message, preset="xuptimemonitor", bearer_token="b3arer")
    assert json.loads(body) == {
        "monitorId": "m",
        "monitorName": "DB",
        "agentId": "local",
        "agentHostname": "local",
        "status": "DOWN",
        "detectedAt": "2026-01-15T12:00:00Z",
        "downSince": "2026-01-15T11:56:00Z",
        "duration": "4 minutes",
        "monitorUrl": "http://10.0.0.1/",
        "ip": "10.0.0.1",
        "message": "DB (local) is DOWN",
    }
    assert headers["authorization"] == "Bearer b3arer"
    assert not [name for name in headers if "signature" in name]


@pytest.mark.parametrize("event", list(AlertEvent))
@pytest.mark.parametrize("preset", ["standard", "brily", "xuptimemonitor", "pagerduty", "opsgenie"])
def test_every_event_has_a_form_in_every_preset(receiver: Any, preset: str, event: AlertEvent) -> None:
    key = {"integration_key": "k3y"} if preset in {"pagerduty", "opsgenie"} else {}
    body = json.loads(sent(receiver, sample_message(event), preset=preset, **key)[2])
    assert body
    if preset == "xuptimemonitor":
        assert {type(value) for value in body.values()} == {str}


def test_pagerduty_s_events_trigger_and_resolve_by_the_alert(receiver: Any) -> None:
    config = {"preset": "pagerduty", "integration_key": "k3y"}
    opened = json.loads(sent(receiver, sample_message(), **config)[2])
    resolved = json.loads(sent(receiver, sample_message(AlertEvent.RESOLVED), **config)[2])
    assert (opened["routing_key"], opened["event_action"], opened["dedup_key"]) == ("k3y", "trigger", "alt_sample")
    assert opened["payload"]["summary"] == "Shop is failing: connection refused"
    assert opened["payload"]["severity"] == "critical"
    assert (resolved["event_action"], resolved["dedup_key"]) == ("resolve", "alt_sample")


def test_opsgenie_s_alerts_are_closed_by_their_alias(receiver: Any) -> None:
    config = {"preset": "opsgenie", "integration_key": "k3y"}
    path, headers, body = sent(receiver, sample_message(), **config)
    assert (path, headers["authorization"]) == ("/hook", "GenieKey k3y")
    assert (json.loads(body)["alias"], json.loads(body)["priority"]) == ("alt_sample", "P3")
    path, _, _ = sent(receiver, sample_message(AlertEvent.RESOLVED), **config)
    assert path == "/hook/alt_sample/close?identifierType=alias"


@pytest.mark.parametrize(
    ("field", "config"),
    [
        ("events", {"events": ["monitor.exploded"]}),
        ("preset", {"preset": "carrier_pigeon"}),
        ("headers", {"headers": {"X-Brily-Signature": "x"}}),
    ],
)
def test_settings_that_make_no_sense_are_refused(field: str, config: dict[str, Any]) -> None:
    with pytest.raises(ValidationError) as refusal:
        WebhookSettings.model_validate({"url": "https://hooks.test", **config})
    assert {str(problem["loc"][0]) for problem in refusal.value.errors()} == {field}
