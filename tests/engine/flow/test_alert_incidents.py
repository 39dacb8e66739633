"""Alerts open incidents of their checks, join them, and close them with the last of them."""

import pytest
from engine_world import FAILED, PASSED, World

from outrider_engine.domain.alerts import Channel
from outrider_engine.domain.checks import Check
from outrider_engine.domain.ids import new_id
from outrider_engine.domain.incidents import Incident, IncidentState
from outrider_engine.errors import Conflict
from outrider_engine.ports.incident_repository import IncidentQuery
from outrider_engine.services.alerting import AlertService
from outrider_engine.services.checks import CheckService
from outrider_engine.services.incidents import IncidentService

EVENTS = ("incident.created", "incident.updated", "incident.resolved")


def incidents(world: World, check: Check) -> list[Incident]:
    """Return the incidents about a check, newest first."""
    with world.storage.read() as tx:
        return list(tx.incidents.list(world.organization, IncidentQuery(check_id=check.id)))


def subscribed(world: World, *events: str) -> str:
    """Store a channel that hears of events of the whole organization."""
    channel = Channel(
        id=new_id("channel", world.clock.now()),
        organization_id=world.organization,
        name="all",
        type="recording",
        config={},
        enabled=True,
        created_at=world.clock.now(),
        events=events,
    )
    with world.storage.begin() as tx:
        tx.channels.add(channel, None)
    return channel.id


def fail(world: World, check: Check) -> None:
    world.clock.advance(1)
    world.run_once(check, FAILED)


def recover(world: World, check: Check) -> None:
    world.clock.advance(1)
    world.run_once(check, PASSED)


def by_hand(world: World) -> IncidentService:
    return IncidentService(storage=world.storage, hints=world.hints, told=world.told)


def test_an_alert_opens_an_incident_and_recovery_closes_it_with_its_own_words(world: World) -> None:
    check = world.check(alert_policy={"severity": "p1"})
    fail(world, check)
    (incident,) = incidents(world, check)
    (alert,) = world.alerts(check)
    assert (incident.title, incident.state) == (f"{check.definition.name} is failing", IncidentState.INVESTIGATING)
    assert (incident.alert_ids, alert.incident_id, incident.severity) == ((alert.id,), incident.id, "p1")
    assert [update.body for update in incident.updates] == [alert.message]
    recover(world, check)
    (closed,) = incidents(world, check)
    assert (closed.state, closed.resolved_at) == (IncidentState.RESOLVED, world.clock.now())
    assert closed.updates[-1].body == f"{check.definition.name} passed again after 0:00:01."
    fail(world, check)
    assert [each.is_open for each in incidents(world, check)] == [True, False]


def test_alerts_of_one_check_share_an_incident_that_closes_with_the_last_of_them(world: World) -> None:
    check = world.check(alert_policy={"severity": "p1"})
    world.rule(check)
    world.rule(check, threshold=2)
    fail(world, check)
    fail(world, check)
    (incident,) = incidents(world, check)
    alerts = world.alerts(check)
    assert sorted(incident.alert_ids) == sorted(alert.id for alert in alerts)
    assert ({alert.incident_id for alert in alerts}, len(alerts)) == ({incident.id}, 3)
    assert (incident.severity, len(incident.updates)) == ("p1", 1)
    service = AlertService(storage=world.storage, hints=world.hints, told=world.told)
    service.resolve(world.organization, alerts[0].id)
    assert incidents(world, check)[0].is_open
    recover(world, check)
    assert [each.is_open for each in incidents(world, check)] == [False]


def test_each_check_has_its_own_incident_which_ends_with_the_check(world: World) -> None:
    checks = [world.check(quorum=1) for _ in range(2)]
    for check in checks:
        fail(world, check)
    assert len({incidents(world, check)[0].id for check in checks}) == 2
    service = CheckService(
        storage=world.storage,
        plugins=world.plugins,
        secrets=world.secrets,
        hints=world.hints,
        told=world.told,
        calendar=world.calendar,
        quotas=world.quotas,
    )
    service.delete(world.organization, checks[0].id, checks[0].definition.family)
    assert [incidents(world, check)[0].is_open for check in checks] == [False, True]


def test_what_people_add_stays_and_an_end_by_hand_is_not_told_twice(world: World) -> None:
    check = world.check(quorum=1)
    fail(world, check)
    (incident,) = incidents(world, check)
    service = by_hand(world)
    service.post(world.organization, incident.id, IncidentState.IDENTIFIED, "The disk is full.")
    ended = service.post(world.organization, incident.id, IncidentState.RESOLVED, "It has space again.")
    recover(world, check)
    assert service.get(world.organization, incident.id) == ended
    assert [update.body for update in ended.updates[1:]] == ["The disk is full.", "It has space again."]


def test_only_one_incident_of_a_check_is_open_also_when_people_reopen_one(world: World) -> None:
    check = world.check(quorum=1)
    fail(world, check)
    (first,) = incidents(world, check)
    recover(world, check)
    service = by_hand(world)
    service.post(world.organization, first.id, IncidentState.MONITORING, "We don't trust it yet.")
    fail(world, check)
    assert [each.id for each in incidents(world, check)] == [first.id]
    recover(world, check)
    fail(world, check)
    with pytest.raises(Conflict, match="is open: inc_"):
        service.post(world.organization, first.id, IncidentState.MONITORING, "It is the old trouble.")


def test_hooks_and_the_channels_that_subscribed_are_told_in_order_and_others_are_not(world: World) -> None:
    channel = subscribed(world, *EVENTS)
    subscribed(world, "monitor.alert_triggered")
    check = world.check(quorum=1)
    world.rule(check)
    fail(world, check)
    (incident,) = incidents(world, check)
    by_hand(world).post(world.organization, incident.id, IncidentState.IDENTIFIED, "The disk is full.")
    recover(world, check)
    hooks = [hook for hook, _ in world.told.events if "incident" in hook]
    assert hooks == [f"outrider_incident_{turn}" for turn in ("opened", "updated", "resolved")]
    told = [one for one in reversed(world.outbox()) if one.message.event.startswith("incident.")]
    assert [(one.message.event, one.channel_id, one.alert_id) for one in told] == [
        (event, channel, incident.id) for event in EVENTS
    ]
    assert told[1].message.text == "The disk is full."
    assert told[2].message.data["incident"]["updates"][-1]["state"] == "resolved"


def test_runs_that_change_no_alert_ask_nothing_about_incidents(world: World) -> None:
    check = world.check(quorum=1)
    fail(world, check)
    before = incidents(world, check)
    fail(world, check)
    assert incidents(world, check) == before
