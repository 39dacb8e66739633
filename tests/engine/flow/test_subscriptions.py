"""Channels that hear of events of their whole organization, and the schedule that is promised to them."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from engine_world import FAILED, PASSED, World

from outrider_engine.adapters.http.curl import CurlHttpClient
from outrider_engine.adapters.http.resolver import GuardedResolver
from outrider_engine.domain.alerts import AlertEvent, Occasion
from outrider_engine.domain.egress import EgressMode, EgressPolicy
from outrider_engine.domain.notifications import DeliveryState
from outrider_engine.errors import NotifyError
from outrider_engine.services.notifying import Notifying
from outrider_engine.testing import RecordingNotifier, ScriptedSettings

TEMPORARY = NotifyError("503", permanent=False, status_code=503)
PAUSES = (timedelta(seconds=30), timedelta(minutes=2), timedelta(hours=24))


class PromisingNotifier(RecordingNotifier):
    """Promises a schedule of its own."""

    def pauses(self, settings: ScriptedSettings) -> Sequence[timedelta]:
        """Return the schedule."""
        return PAUSES


@pytest.fixture
def notifier(request: pytest.FixtureRequest) -> RecordingNotifier:
    make: Callable[..., RecordingNotifier] = getattr(request, "param", RecordingNotifier)
    return make()


def send(world: World) -> int:
    """Claim what is due and deliver it; returns how many were tried."""
    notifying = Notifying(storage=world.storage, plugins=world.plugins, secrets=world.secrets, clock=world.clock)
    deliveries = notifying.claim(100)

    async def deliver() -> None:
        resolver = GuardedResolver(EgressPolicy(EgressMode.PRIVATE))
        http = CurlHttpClient(resolver)
        try:
            for delivery in deliveries:
                notifying.settle(delivery, await notifying.deliver(delivery, http))
        finally:
            await http.aclose()
            resolver.close()

    asyncio.run(deliver())
    return len(deliveries)


def subscribe(world: World, channel_id: str, *events: str, **changes: Any) -> None:
    with world.storage.begin() as tx:
        channel = tx.channels.get(world.organization, channel_id)
        assert channel is not None
        tx.channels.replace(replace(channel, events=events, **changes), None)


def silent_rule(world: World) -> tuple[Any, Any]:
    """Return a check with a rule, and the rule, which tells nobody but its own channel."""
    check = world.check()
    return check, world.rule(check)


def test_a_subscriber_hears_of_alerts_of_any_check_and_a_rule_does_not_tell_it_twice(
    world: World, notifier: RecordingNotifier
) -> None:
    check, rule = silent_rule(world)
    (channel_id,) = rule.channel_ids
    subscribe(world, channel_id, "monitor.alert_triggered", "monitor.alert_recovered")
    other = world.check()
    other_rule = world.rule(other)
    with world.storage.begin() as tx:
        tx.rules.replace(replace(other_rule, channel_ids=()))
    for each in (check, other):
        world.run_once(each, FAILED)
    assert [row.channel_id for row in world.outbox()] == [channel_id] * 2
    world.run_once(check, PASSED)
    assert send(world) == 2
    send(world)
    assert [message.event for message in notifier.delivered].count(AlertEvent.RESOLVED) == 1


def test_only_what_was_subscribed_is_told_and_nothing_when_switched_off(world: World) -> None:
    check, rule = silent_rule(world)
    (channel_id,) = rule.channel_ids
    subscribe(world, channel_id, "monitor.alert_recovered")
    world.run_once(check, FAILED)
    assert world.outbox() == []
    world.run_once(check, PASSED)
    assert [row.message.event for row in world.outbox()] == [AlertEvent.RESOLVED]
    subscribe(world, channel_id, "monitor.alert_triggered", enabled=False)
    world.run_once(check, FAILED)
    assert len(world.outbox()) == 1


@pytest.mark.parametrize("events", [(), ("monitor.alert_triggered", "monitor.alert_recovered")])
@pytest.mark.parametrize(
    ("notify_on", "told"),
    [
        ((Occasion.ALERT,), [AlertEvent.OPENED]),
        ((Occasion.RECOVERY,), [AlertEvent.RESOLVED]),
        (tuple(Occasion), [AlertEvent.OPENED, AlertEvent.RESOLVED]),
    ],
)
def test_a_channel_hears_of_the_occasions_that_it_wants_to(
    world: World, events: tuple[str, ...], notify_on: tuple[Occasion, ...], told: list[AlertEvent]
) -> None:
    check, rule = silent_rule(world)
    subscribe(world, rule.channel_ids[0], *events, notify_on=notify_on)
    world.run_once(check, FAILED)
    world.run_once(check, PASSED)
    assert sorted(row.message.event for row in world.outbox()) == told


@pytest.mark.parametrize("notifier", [lambda: PromisingNotifier(refusals=[TEMPORARY] * 9)], indirect=True)
def test_a_promised_schedule_is_kept_to_the_second_and_then_it_is_given_up(
    world: World, notifier: RecordingNotifier
) -> None:
    check, _ = silent_rule(world)
    world.run_once(check, FAILED)
    assert send(world) == 1
    for pause in PAUSES:
        world.clock.advance(pause.total_seconds() - 1)
        assert send(world) == 0
        world.clock.advance(1)
        assert send(world) == 1
    world.clock.advance(10 * 86_400)
    assert send(world) == 0
    assert [row.state for row in world.outbox()] == [DeliveryState.DEAD]
