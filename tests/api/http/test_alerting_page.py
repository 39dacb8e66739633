"""docs/alerting.md shows what really arrives, and its recipe really tells genuine messages from others."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from api_house import House
from engine_world import FAILED
from hook_receiver import Receiver
from outbox_run import send_all

from outrider_engine.domain.alerts import AlertEvent
from outrider_engine.domain.observations import Failure, Observation
from outrider_engine.domain.verdicts import Reason, Verdict
from outrider_engine.services.escalating import Escalator
from outrider_plugins.webhook.settings import WebhookSettings

PAGE = (Path(__file__).parents[3] / "docs" / "alerting.md").read_text()
OTHERS = {"recording", "log"}
EXAMPLES = [json.loads(text) for text in re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)]
LOST = Observation(duration_ms=5.0, failure=Failure(Verdict.ERROR, Reason.WORKER_LOST, "gone"))


def shape(value: Any) -> Any:
    """Return the keys of an object, in their order and with theirs, down to whether a text is a time in UTC."""
    if isinstance(value, dict):
        return [(key, shape(item)) for key, item in value.items()]
    return "time" if isinstance(value, str) and re.fullmatch(r"[\d-]+T[\d:.]+Z", value) else type(value).__name__


def told(house: House, receiver: Receiver) -> str:
    """Break, mend and lose a monitor whose rule tells the receiver, test the channel; return the secret."""
    channel = house.owner.channel(name="On call", type="webhook", config={"url": receiver.url})
    monitor = house.owner.monitor(name="Shop")
    house.owner.rule(monitor_id=monitor["id"], threshold=2, channel_ids=[channel["id"]])
    for seen in (FAILED, FAILED, Observation(duration_ms=5.0), LOST, LOST):
        house.world.clock.advance(1)
        house.owner.post(f"/api/v1/monitors/{monitor['id']}/check")
        house.finish_all(seen)
    send_all(house.world)
    house.owner.post(f"/api/v1/alerts/channels/{channel['id']}/test")
    return str(channel["secret"])


def _leave_open(house: House, receiver: Receiver) -> None:
    """Break a monitor with a policy, whose alert nobody acknowledges in time."""
    config = {"url": receiver.url, "events": ["monitor.alert_triggered"], "preset": "standard"}
    house.owner.channel(name="All", type="webhook", config=config)
    policy = {"severity": "p1", "escalate_after_minutes": 1}
    monitor = house.owner.monitor(name="Search", alert_policy=policy)
    house.owner.post(f"/api/v1/monitors/{monitor['id']}/check")
    house.finish_all(FAILED)
    house.world.clock.advance(60)
    Escalator(storage=house.world.storage, hints=house.world.hints).escalate()


def test_each_event_is_shown_as_it_arrives(house: House, receiver: Receiver) -> None:
    _leave_open(house, receiver)
    told(house, receiver)
    arrived = {event["type"]: shape(event) for event in (json.loads(body) for _, body in receiver.received)}
    assert arrived == {one["type"]: shape(one) for one in EXAMPLES if "timestamp" in one}
    assert set(arrived) == {event for event in AlertEvent if not event.startswith(("incident.", "release."))}


@pytest.fixture
def is_genuine() -> Callable[..., bool]:
    """The recipe of the page."""
    found: dict[str, Any] = {}
    exec("".join(re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)), found)
    recipe: Callable[..., bool] = found["is_genuine"]
    return recipe


def test_the_recipe_accepts_what_arrives_and_nothing_else(
    house: House, receiver: Receiver, is_genuine: Callable[..., bool]
) -> None:
    secret, now = told(house, receiver), house.world.clock.now().timestamp()
    assert [is_genuine(body, headers, secret, now) for headers, body in receiver.received] == [True] * 4
    headers, body = receiver.received[0]
    assert not is_genuine(body + b" ", headers, secret, now)
    assert not is_genuine(body, headers | {"webhook-id": "other"}, secret, now)
    assert not is_genuine(body, headers, secret, now + 301)
    assert not is_genuine(body, headers, "whsec_" + "A" * 44, now)


def test_every_setting_of_a_webhook_is_explained_and_the_channels_and_rule_shown_are_accepted(house: House) -> None:
    assert not [name for name in WebhookSettings.model_fields if f"| `{name}` |" not in PAGE]
    rule, *channels = sorted((one for one in EXAMPLES if "name" in one), key=lambda one: "config" in one)
    made, *_ = [house.owner.post("/api/v1/alerts/channels", channel) for channel in channels]
    about = {"monitor_id": house.owner.monitor()["id"], "channel_ids": [made["id"]]}
    assert house.owner.post("/api/v1/alerts/rules", rule | about)["threshold"] == rule["threshold"]


def test_a_secret_of_ones_own_is_never_shown_again(house: House) -> None:
    own = "whsec_" + "b3duLXNlY3JldC1vZi10aGUtb3duZXIt"
    made = house.owner.channel(type="webhook", config={"url": "https://hooks.example", "secret": own})
    assert own not in json.dumps(made)


def test_every_setting_of_every_notifier_is_explained(house: House) -> None:
    kinds = house.world.plugins.notifiers.items()
    settings = {(kind, name) for kind, found in kinds if kind not in OTHERS for name in found.settings.model_fields}
    assert {("slack", "template"), ("jira", "transition"), ("x", "handle")} <= settings
    assert not [one for one in sorted(settings) if f"`{one[1]}`" not in PAGE or f"`{one[0]}`" not in PAGE]
