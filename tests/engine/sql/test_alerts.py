from dataclasses import replace
from datetime import timedelta

import pytest

from outrider_engine.domain.alerts import AlertEvent, AlertStatus
from outrider_engine.domain.notifications import DeliveryState
from outrider_engine.errors import Conflict
from outrider_engine.ports.alert_repository import AlertQuery, ChannelQuery, RuleQuery

LEASE = timedelta(seconds=60)


@pytest.fixture
def check(world):
    return world.stored_check()


@pytest.fixture
def channel(world):
    return world.stored_channel()


def _claim(world, token="token", limit=10):
    with world.storage.begin() as tx:
        return [n.id for n in tx.outbox.claim(token=token, limit=limit, lease=LEASE, now=tx.now)]


def _add(world, *notifications):
    with world.storage.begin() as tx:
        tx.outbox.add(notifications)


def _all(world):
    with world.storage.read() as tx:
        return {each.id: each for each in tx.outbox.list(world.organization.id)}


def test_a_channel_keeps_its_settings_and_its_sealed_secrets_apart(world):
    channel = world.stored_channel("sealed", config={"url": "http://b.test/", "n": [1]})
    organization = world.organization.id
    with world.storage.begin() as tx:
        assert tx.channels.get(organization, channel.id) == channel
        assert tx.channels.sealed_secrets(organization, channel.id) == "sealed"
        changed = replace(channel, name="New", enabled=False)
        assert tx.channels.replace(changed, None)
        assert tx.channels.list(organization, ChannelQuery()) == ([changed], 1)
        assert tx.channels.sealed_secrets(organization, channel.id) is None
        assert tx.channels.existing(organization, [channel.id, "chn_other", "\0"]) == {channel.id}
        assert not tx.channels.replace(replace(channel, id="chn_other"), None)


def test_a_deleted_channel_leaves_its_rules_and_ends_what_waits_for_it(world, check, channel):
    other = world.stored_channel(name="Other")
    rule = world.stored_rule(check, channel, other)
    lost, kept = world.notification(channel), world.notification(other)
    _add(world, lost, kept)
    with world.storage.begin() as tx:
        assert tx.channels.delete(world.organization.id, channel.id)
        assert not tx.channels.delete(world.organization.id, channel.id)
        assert tx.rules.get(world.organization.id, rule.id) == replace(rule, channel_ids=(other.id,))
    states = {id: each.state for id, each in _all(world).items()}
    assert states == {lost.id: DeliveryState.DEAD, kept.id: DeliveryState.PENDING}


def test_a_rule_keeps_its_channels_in_order(world, check, channel):
    other = world.stored_channel(name="Other")
    rule = world.stored_rule(check, other, channel)
    with world.storage.begin() as tx:
        assert tx.rules.get(world.organization.id, rule.id) == rule
        assert tx.rules.of_checks([check.id, "mon_other"]) == {check.id: [rule]}
        changed = replace(rule, threshold=5, enabled=False, channel_ids=(channel.id,))
        assert tx.rules.replace(changed)
        assert tx.rules.list(world.organization.id, RuleQuery()) == ([changed], 1)
        assert tx.rules.of_checks([check.id]) == {}
        assert tx.rules.delete(world.organization.id, rule.id)
        assert not tx.rules.delete(world.organization.id, rule.id)
        assert not tx.rules.replace(rule)


def test_a_rule_with_a_channel_that_is_not_there_is_a_conflict(world, check, channel):
    with pytest.raises(Conflict):
        world.stored_rule(check, replace(channel, id="chn_gone"))
    with world.storage.read() as tx:
        assert tx.rules.list(world.organization.id, RuleQuery()) == ([], 0)


def test_a_rule_has_at_most_one_open_alert_for_a_check(world, check):
    rule = world.stored_rule(check)
    first, second, third = (world.alert(rule) for _ in range(3))
    with world.storage.begin() as tx:
        assert tx.alerts.open(first)
        assert not tx.alerts.open(second)
        assert tx.alerts.resolve(first.id, tx.now)
        assert not tx.alerts.resolve(first.id, tx.now)
        assert tx.alerts.open(third)
        assert tx.alerts.open_of_checks([check.id]) == {check.id: [third]}
        resolved = tx.alerts.get(world.organization.id, first.id)
    assert resolved == replace(first, status=AlertStatus.RESOLVED, resolved_at=world.clock.now())


def test_alerts_outlive_their_rule_and_are_listed_newest_first(world, check):
    rule = world.stored_rule(check)
    old = world.alert(rule)
    with world.storage.begin() as tx:
        tx.alerts.open(old)
        tx.alerts.resolve(old.id, tx.now)
    world.clock.advance(1)
    new = world.alert(rule)
    with world.storage.begin() as tx:
        tx.alerts.open(new)
        tx.rules.delete(world.organization.id, rule.id)
        listed = tx.alerts.list
        assert [alert.id for alert in listed(world.organization.id, AlertQuery())[0]] == [new.id, old.id]
        assert listed(world.organization.id, AlertQuery(status=AlertStatus.OPEN)) == ([new], 1)
        assert listed(world.organization.id, AlertQuery(check_id=check.id))[1] == 2
        assert listed(world.organization.id, AlertQuery(check_id="mon_other")) == ([], 0)


def test_a_notification_reads_back_and_is_taken_once(world, channel):
    new = world.notification(channel)
    _add(world, new)
    assert _all(world) == {new.id: new}
    with world.storage.begin() as tx:
        (taken,) = tx.outbox.claim(token="a", limit=5, lease=LEASE, now=tx.now)
    assert taken == replace(new, state=DeliveryState.SENDING, attempts=1)
    assert _claim(world, "b") == []


def test_only_what_is_due_is_taken_and_what_has_been_due_longest_comes_first(world, channel):
    now = world.clock.now()
    later = world.notification(channel, alert_id=None, next_attempt_at=now + timedelta(seconds=1))
    due = world.notification(channel, alert_id=None, next_attempt_at=now - timedelta(seconds=1))
    overdue = world.notification(channel, alert_id=None, next_attempt_at=now - timedelta(seconds=9))
    _add(world, later, due, overdue)
    with world.storage.read() as tx:
        assert tx.outbox.oldest_due_at(now) == overdue.next_attempt_at
        assert tx.outbox.oldest_due_at(now - timedelta(seconds=10)) is None
    assert _claim(world, limit=1) == [overdue.id]
    assert _claim(world) == [due.id]


@pytest.mark.parametrize("settled", ["sent", "dead"])
def test_a_resolved_message_waits_until_the_opened_one_is_settled(world, channel, settled):
    other = world.stored_channel(name="Other")
    opened = world.notification(channel)
    resolved = world.notification(channel, event=AlertEvent.RESOLVED)
    elsewhere = world.notification(other, event=AlertEvent.RESOLVED)
    of_another_alert = world.notification(channel, alert_id="alt_2", event=AlertEvent.RESOLVED)
    _add(world, opened, resolved, elsewhere, of_another_alert)
    assert _claim(world, "a") == [opened.id, elsewhere.id, of_another_alert.id]
    with world.storage.begin() as tx:
        assert tx.outbox.failed(opened.id, "a", "503", tx.now + timedelta(seconds=5))
    assert _claim(world, "b") == []
    world.clock.advance(5)
    assert _claim(world, "b") == [opened.id]
    with world.storage.begin() as tx:
        if settled == "sent":
            assert tx.outbox.sent(opened.id, "b", tx.now)
        else:
            assert tx.outbox.failed(opened.id, "b", "410", None)
    assert _claim(world, "c") == [resolved.id]
    assert _all(world)[opened.id].state is DeliveryState(settled)


def test_a_lease_that_ran_out_lets_another_try_and_the_first_one_settle_nothing(world, channel):
    new = world.notification(channel)
    _add(world, new)
    assert _claim(world, "a") == [new.id]
    world.clock.advance(60)
    assert _claim(world, "b") == [new.id]
    with world.storage.begin() as tx:
        assert not tx.outbox.sent(new.id, "a", tx.now)
        assert not tx.outbox.failed(new.id, "a", "late", None)
        assert tx.outbox.sent(new.id, "b", tx.now)
    sent = _all(world)[new.id]
    assert (sent.state, sent.attempts, sent.last_error) == (DeliveryState.SENT, 2, None)


def test_what_was_not_tried_is_given_back_without_being_charged(world, channel):
    new = world.notification(channel)
    _add(world, new)
    _claim(world, "a")
    with world.storage.begin() as tx:
        assert tx.outbox.release("b") == 0
        assert tx.outbox.release("a") == 1
    assert _all(world) == {new.id: new}


def test_notifications_are_listed_newest_first_also_by_alert(world, channel):
    made = [world.notification(channel, alert_id=f"alt_{n % 2}") for n in range(4)]
    _add(world, *made)
    with world.storage.read() as tx:
        by_alert = tx.outbox.list(world.organization.id, alert_id="alt_1")
        newest = tx.outbox.list(world.organization.id, limit=2)
    assert [n.id for n in by_alert] == [made[3].id, made[1].id]
    assert [n.id for n in newest] == [made[3].id, made[2].id]
