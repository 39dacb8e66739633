"""Messages leave from the outbox: in order, again after failures, with one id, for a day."""

import asyncio

import pytest
from engine_world import FAILED, PASSED, World

from outrider_engine.adapters.http.curl import CurlHttpClient
from outrider_engine.adapters.http.resolver import GuardedResolver
from outrider_engine.domain.alerts import AlertEvent
from outrider_engine.domain.egress import EgressMode, EgressPolicy
from outrider_engine.domain.notifications import DeliveryState
from outrider_engine.errors import NotifyError
from outrider_engine.services.notifying import Notifying
from outrider_engine.testing import RecordingNotifier

TEMPORARY = NotifyError("503", permanent=False, status_code=503)
PERMANENT = NotifyError("404", permanent=True, status_code=404)


def send(world: World) -> int:
    """Claim what is due and deliver it, as the notify lane does; returns how many were tried."""
    notifying = Notifying(
        storage=world.storage, plugins=world.plugins, secrets=world.secrets, clock=world.clock, jitter=lambda: 1.0
    )
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


@pytest.fixture
def notifier(request: pytest.FixtureRequest) -> RecordingNotifier:
    return RecordingNotifier(refusals=getattr(request, "param", ()))


def test_a_message_is_sent_once(world: World, notifier: RecordingNotifier) -> None:
    check = world.check()
    world.rule(check)
    world.run_once(check, FAILED)
    assert send(world) == 1
    assert send(world) == 0
    (message,) = notifier.delivered
    assert message.event is AlertEvent.OPENED
    assert [each.state for each in world.outbox()] == [DeliveryState.SENT]


@pytest.mark.parametrize("notifier", [[TEMPORARY, TEMPORARY]], indirect=True)
def test_a_temporary_failure_is_tried_again_with_the_same_id(world: World, notifier: RecordingNotifier) -> None:
    check = world.check()
    world.rule(check)
    world.run_once(check, FAILED)
    for pause in (5, 10):
        assert send(world) == 1
        assert send(world) == 0
        world.clock.advance(pause)
    send(world)
    assert notifier.tries == 3
    assert [message.id for message in notifier.delivered] == [world.outbox()[0].id]


@pytest.mark.parametrize("notifier", [[PERMANENT]], indirect=True)
def test_a_permanent_failure_is_dead_at_once_and_kept(world: World, notifier: RecordingNotifier) -> None:
    check = world.check()
    world.rule(check)
    world.run_once(check, FAILED)
    send(world)
    world.clock.advance(86_400)
    assert send(world) == 0
    (dead,) = world.outbox()
    assert (dead.state, dead.last_error) == (DeliveryState.DEAD, "404")


@pytest.mark.parametrize("notifier", [[TEMPORARY]], indirect=True)
def test_resolved_is_never_told_before_opened(world: World, notifier: RecordingNotifier) -> None:
    check = world.check()
    world.rule(check)
    world.run_once(check, FAILED)
    send(world)
    world.run_once(check, PASSED)
    assert send(world) == 0
    world.clock.advance(10)
    while send(world):
        pass
    assert [message.event for message in notifier.delivered] == [AlertEvent.OPENED, AlertEvent.RESOLVED]


@pytest.mark.parametrize("notifier", [[TEMPORARY] * 1000], indirect=True)
def test_a_receiver_that_never_answers_gets_a_day(world: World, notifier: RecordingNotifier) -> None:
    check = world.check()
    world.rule(check)
    world.run_once(check, FAILED)
    for _ in range(160):
        send(world)
        world.clock.advance(601)
    (dead,) = world.outbox()
    assert dead.state is DeliveryState.DEAD
    assert notifier.tries >= 140


def test_a_notifier_that_died_in_the_middle_is_replaced_after_its_lease(
    world: World, notifier: RecordingNotifier
) -> None:
    check = world.check()
    world.rule(check)
    world.run_once(check, FAILED)
    crashed = Notifying(storage=world.storage, plugins=world.plugins, secrets=world.secrets, clock=world.clock)
    (lost,) = crashed.claim(10)
    assert send(world) == 0
    world.clock.advance(61)
    assert send(world) == 1
    crashed.settle(lost, PERMANENT)
    assert world.outbox()[0].state is DeliveryState.SENT
    assert len(notifier.delivered) == 1


def test_a_deleted_channel_ends_its_messages(world: World, notifier: RecordingNotifier) -> None:
    check = world.check()
    rule = world.rule(check)
    world.run_once(check, FAILED)
    with world.storage.begin() as tx:
        assert tx.channels.delete(world.organization, rule.channel_ids[0])
    send(world)
    assert notifier.delivered == []
    assert all(each.state is DeliveryState.DEAD for each in world.outbox())
