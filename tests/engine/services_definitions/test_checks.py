"""What the service of checks decides, apart from how requests are spelled."""

import threading
from dataclasses import replace

import pytest
from api_house import Parts
from engine_world import World

from outrider_engine.domain.checks import CheckStatus, Family
from outrider_engine.domain.runs import Trigger
from outrider_engine.domain.schedules import CronSchedule, IntervalSchedule, next_due
from outrider_engine.errors import Conflict, InvalidInput, NotFound
from outrider_engine.services.check_fields import CheckFields
from outrider_engine.services.check_views import CheckView
from outrider_engine.services.checks import CheckService
from outrider_engine.testing import ScriptedCheckType, plugins_with


def made(services: Parts, world: World, **fields: object) -> CheckView:
    given: CheckFields = {"name": "shop", "type": "scripted", "schedule": IntervalSchedule(60), **fields}  # type: ignore[typeddict-item]
    return services.checks.create(world.organization, Family.MONITOR, given)


def test_a_new_check_is_due_at_its_next_slot(services: Parts, world: World) -> None:
    check = made(services, world).check
    assert check.next_due_at == next_due(IntervalSchedule(60), check.id, world.clock.now(), world.calendar)


def test_a_change_that_leaves_the_schedule_alone_does_not_lose_a_slot_that_has_come(
    services: Parts, world: World
) -> None:
    check = made(services, world).check
    world.clock.advance(120)
    changed = services.checks.update(world.organization, check.id, Family.MONITOR, {"name": "renamed"}).check
    assert changed.next_due_at == check.next_due_at
    rescheduled = services.checks.update(
        world.organization, check.id, Family.MONITOR, {"schedule": IntervalSchedule(90)}
    ).check
    assert rescheduled.next_due_at is not None
    assert rescheduled.next_due_at > world.clock.now()


def test_a_resumed_check_waits_for_its_next_slot(services: Parts, world: World) -> None:
    id = made(services, world).check.id
    paused = services.checks.pause(world.organization, id, Family.MONITOR).check
    world.clock.advance(600)
    resumed = services.checks.resume(world.organization, id, Family.MONITOR).check
    assert (paused.definition.status, paused.next_due_at) == (CheckStatus.PAUSED, None)
    assert resumed.next_due_at is not None
    assert resumed.next_due_at > world.clock.now()


def test_resuming_what_the_engine_paused_forgets_its_reason(services: Parts, world: World) -> None:
    check = made(services, world).check
    with world.storage.begin() as tx:
        tx.checks.pause(check.id, "lost workers", tx.now)
    assert services.checks.get(world.organization, check.id).check.paused_reason == "lost workers"
    assert services.checks.resume(world.organization, check.id, Family.MONITOR).check.paused_reason is None


def test_changes_made_at_the_same_time_are_merged_not_lost(services: Parts, world: World) -> None:
    id = made(services, world).check.id
    changes: list[CheckFields] = [{"name": "renamed"}, {"description": "told"}, {"tags": ["a"]}]
    refused: list[Conflict] = []

    def change(fields: CheckFields) -> None:
        try:
            services.checks.update(world.organization, id, Family.MONITOR, fields)
        except Conflict as error:
            refused.append(error)

    threads = [threading.Thread(target=change, args=(fields,)) for fields in changes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    after = services.checks.get(world.organization, id).check
    seen = [after.definition.name == "renamed", after.definition.description == "told", after.definition.tags == ("a",)]
    assert sum(seen) == len(changes) - len(refused)
    assert after.revision == 1 + sum(seen)


def test_the_check_of_an_uninstalled_plugin_stays_readable_and_runs_to_say_so(services: Parts, world: World) -> None:
    check = made(services, world, config={"target": "kept"}).check
    without = CheckService(
        quotas=world.quotas,
        storage=world.storage,
        plugins=plugins_with(check_types=[ScriptedCheckType(kind="other")]),
        secrets=world.secrets,
        hints=world.hints,
        told=world.told,
        calendar=world.calendar,
    )
    assert without.get(world.organization, check.id).settings == {"target": "kept"}
    assert without.run_now(world.organization, check.id, trigger=Trigger.MANUAL)[0].check_id == check.id
    paused = without.pause
    with pytest.raises(InvalidInput) as refusal:
        paused(world.organization, check.id, Family.MONITOR)
    assert refusal.value.field == "type"


def test_settings_of_another_type_do_not_survive_a_change_of_the_type(services: Parts, world: World) -> None:
    both = replace(world, plugins=plugins_with(check_types=[ScriptedCheckType(), ScriptedCheckType(kind="other")]))
    id = made(services, world, config={"target": "a"}).check.id
    changed = Parts.of(both).checks.update(world.organization, id, Family.MONITOR, {"type": "other"})
    assert changed.check.definition.config == {}


@pytest.mark.parametrize("expression", ["* * * *", "a b c d e", "0 0 31 2 *", "", "* * * * * * *"])
def test_a_cron_expression_that_means_nothing_is_refused(services: Parts, world: World, expression: str) -> None:
    with pytest.raises(InvalidInput, match="cron expression") as refusal:
        made(services, world, schedule=CronSchedule(expression))
    assert refusal.value.field == "cron"


def test_a_run_at_a_location_needs_the_location_to_exist(services: Parts, world: World) -> None:
    id = made(services, world).check.id
    run = services.checks.run_now(world.organization, id, trigger=Trigger.CI, location="fra")[0]
    with pytest.raises(InvalidInput) as refusal:
        services.checks.run_now(world.organization, id, trigger=Trigger.CI, location="mars")
    assert run.location == "fra"
    assert refusal.value.allowed == ("fra", "local")


def test_what_does_not_exist_cannot_be_touched(services: Parts, world: World) -> None:
    calls = [
        lambda: services.checks.get(world.organization, "mon_x"),
        lambda: services.checks.update(world.organization, "mon_x", Family.MONITOR, {}),
        lambda: services.checks.delete(world.organization, "mon_x", Family.MONITOR),
        lambda: services.checks.run_now(world.organization, "mon_x", trigger=Trigger.MANUAL),
        lambda: services.history.get(world.organization, "run_x"),
        lambda: services.rules.delete(world.organization, "rul_x"),
        lambda: services.alerts.resolve(world.organization, "alt_x"),
        lambda: services.channels.delete(world.organization, "chn_x"),
        lambda: services.identity.revoke_key(world.organization, "key_x"),
    ]
    for call in calls:
        with pytest.raises(NotFound):
            call()
