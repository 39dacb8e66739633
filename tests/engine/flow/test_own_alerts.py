"""A check with a quorum opens and closes an alert of its own, once; one that nobody takes on is told again."""

from engine_world import FAILED, PASSED, World

from outrider_engine.domain.alerts import AlertEvent, AlertStatus, Channel
from outrider_engine.domain.checks import Check, CheckStatus
from outrider_engine.domain.ids import new_id
from outrider_engine.services.escalating import Escalator

PLACES = ("ams", "fra", "local")


def subscriber(world: World) -> str:
    """Store a channel that hears of the alerts of the whole organization."""
    id = new_id("channel", world.clock.now())
    channel = Channel(
        id=id,
        organization_id=world.organization,
        name="all",
        type="recording",
        config={},
        enabled=True,
        created_at=world.clock.now(),
        events=("monitor.alert_triggered", "monitor.alert_recovered"),
    )
    with world.storage.begin() as tx:
        tx.locations.add(PLACES)
        tx.channels.add(channel, None)
    return id


def run(world: World, check: Check, *failing: str) -> None:
    """Run a check once at all its locations, failing at some."""
    world.clock.advance(1)
    world.request(check)
    for claim in world.take():
        world.finish(claim, FAILED if claim.location in failing else PASSED)


def statuses(world: World, check: Check) -> list[AlertStatus]:
    return [alert.status for alert in world.alerts(check)]


def test_a_quorum_opens_one_alert_and_less_than_a_quorum_resolves_it(world: World) -> None:
    channel = subscriber(world)
    check = world.check(locations=PLACES, quorum=2, alert_policy={"severity": "p1"})
    run(world, check, "ams")
    assert statuses(world, check) == []
    run(world, check, "ams", "fra")
    run(world, check, "ams", "fra", "local")
    (alert,) = world.alerts(check)
    assert (alert.status, alert.rule_id, alert.severity) == (AlertStatus.OPEN, None, "p1")
    run(world, check, "local")
    assert statuses(world, check) == [AlertStatus.RESOLVED]
    run(world, check)
    run(world, check, "ams", "fra")
    assert statuses(world, check) == [AlertStatus.OPEN, AlertStatus.RESOLVED]
    told = [(each.message.event, each.channel_id) for each in world.outbox()]
    assert told == [(AlertEvent.OPENED, channel), (AlertEvent.RESOLVED, channel), (AlertEvent.OPENED, channel)]
    data = world.outbox()[-1].message.data
    assert data["failing"]["regions"] == ["ams", "fra"]
    assert data["alert"]["severity"] == "p1"


def test_a_policy_without_a_quorum_needs_the_majority(world: World) -> None:
    check = world.check(locations=PLACES, alert_policy={"consecutive_failures": 2})
    run(world, check, "ams", "fra")
    assert statuses(world, check) == []
    run(world, check, "ams", "fra")
    assert statuses(world, check) == [AlertStatus.OPEN]


def test_without_quorum_and_policy_there_is_no_alert_and_while_paused_neither(world: World) -> None:
    plain = world.check()
    paused = world.check(quorum=1, status=CheckStatus.PAUSED)
    for check in (plain, paused):
        world.run_once(check, FAILED)
        assert statuses(world, check) == []


def test_rule_and_policy_each_have_their_alert(world: World) -> None:
    check = world.check(quorum=1)
    rule = world.rule(check)
    world.run_once(check, FAILED)
    assert {alert.rule_id for alert in world.alerts(check)} == {None, rule.id}


def test_a_slack_channel_that_nothing_leads_to_is_told_on_the_alert(world: World) -> None:
    check = world.check(alert_policy={"slack_channel": "#ops"})
    world.run_once(check, FAILED)
    assert world.alerts(check)[0].undelivered == "not delivered: no Slack connection"


def test_an_alert_that_nobody_takes_on_is_told_once_more_by_one_of_several_schedulers(world: World) -> None:
    channel = subscriber(world)
    check = world.check(alert_policy={"escalate_after_minutes": 10})
    world.run_once(check, FAILED)
    both = [Escalator(storage=world.storage, hints=world.hints) for _ in range(2)]
    world.clock.advance(599)
    assert [one.escalate() for one in both] == [0, 0]
    world.clock.advance(1)
    assert [one.escalate() for one in both] == [1, 0]
    newest = world.outbox()[0]
    assert (newest.message.event, newest.channel_id) == (AlertEvent.ESCALATED, channel)
    assert newest.message.data["failing"]["regions"] == ["local"]
    (alert,) = world.alerts(check)
    assert (alert.status, alert.escalated_at) == (AlertStatus.OPEN, world.clock.now())


def test_an_alert_that_is_acknowledged_or_over_is_not_told_again(world: World) -> None:
    escalator = Escalator(storage=world.storage, hints=world.hints)
    taken, mended = (world.check(alert_policy={"escalate_after_minutes": 1}) for _ in range(2))
    for check in (taken, mended):
        world.run_once(check, FAILED)
    with world.storage.begin() as tx:
        assert tx.alerts.acknowledge(world.alerts(taken)[0].id, "ada", tx.now)
    world.run_once(mended, PASSED)
    world.clock.advance(61)
    assert escalator.escalate() == 0
