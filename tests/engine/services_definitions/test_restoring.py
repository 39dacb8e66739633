"""A deleted check's history comes back with its name, for thirty days."""

from datetime import timedelta

import pytest
from api_house import Parts
from engine_world import FAILED, World

from outrider_engine.domain.checks import Family
from outrider_engine.domain.rollups import Span
from outrider_engine.domain.schedules import IntervalSchedule, next_due
from outrider_engine.errors import NotFound
from outrider_engine.ports.run_repository import RunQuery
from outrider_engine.services.check_fields import CheckFields
from outrider_engine.services.check_views import CheckView

DAY = 86_400.0


def made(services: Parts, world: World, name: str = "shop", *, restoring: bool = True) -> CheckView:
    given: CheckFields = {"name": name, "type": "scripted", "schedule": IntervalSchedule(60)}
    return services.checks.create(world.organization, Family.MONITOR, given, restoring=restoring)


def deleted(services: Parts, world: World, name: str = "shop") -> str:
    """Make a check, let it fail once, and delete it; returns its id."""
    check = made(services, world, name, restoring=False).check
    world.run_once(check, FAILED)
    services.checks.delete(world.organization, check.id, Family.MONITOR)
    world.clock.advance(60)
    return check.id


def test_a_name_that_returns_within_thirty_days_has_its_history_back(services: Parts, world: World) -> None:
    id = deleted(services, world)
    world.clock.advance(29 * DAY)
    view = made(services, world)
    assert view.check.id == id
    assert view.check.next_due_at == next_due(IntervalSchedule(60), id, world.clock.now(), world.calendar)
    runs, _ = services.history.of_check(world.organization, id, Family.MONITOR, RunQuery())
    assert len(runs) == 1
    assert services.statistics.of_check(world.organization, id, Family.MONITOR).periods["90d"].failed == 1
    assert services.checks.get(world.organization, id).check == view.check
    with world.storage.read() as tx:
        assert tx.checks.states([id]) == {}, "whether it is up has to be seen anew"


def test_after_thirty_days_it_is_a_new_one(services: Parts, world: World) -> None:
    id = deleted(services, world)
    world.clock.advance(30 * DAY)
    assert made(services, world).check.id != id


def test_the_newest_deletion_wins_and_each_comes_back_once(services: Parts, world: World) -> None:
    older = deleted(services, world)
    newer = deleted(services, world)
    assert [made(services, world).check.id for _ in range(2)] == [newer, older]
    assert made(services, world).check.id not in (newer, older)


def test_only_the_same_name_of_the_same_family_and_organization_counts(services: Parts, world: World) -> None:
    id = deleted(services, world)
    assert made(services, world, "Shop").check.id != id
    other = services.identity.create_organization("Other").id
    fields: CheckFields = {"name": "shop", "type": "scripted"}
    assert services.checks.create(other, Family.MONITOR, fields, restoring=True).check.id != id


def test_without_being_asked_to_nothing_comes_back(services: Parts, world: World) -> None:
    id = deleted(services, world)
    assert made(services, world, restoring=False).check.id != id


def test_a_deleted_check_tells_its_history_to_those_who_ask_for_it(services: Parts, world: World) -> None:
    id = deleted(services, world)
    with pytest.raises(NotFound):
        services.history.of_check(world.organization, id, Family.MONITOR, RunQuery())
    runs, _ = services.history.of_check(world.organization, id, Family.MONITOR, RunQuery(), deleted_too=True)
    assert len(runs) == 1
    now = world.clock.now()
    for span in Span:
        buckets = services.uptime.read(world.organization, id, Family.MONITOR, span)
        assert [bucket.starts_at for bucket in buckets if bucket.uptime == 0] == [
            span.start_of(now - timedelta(seconds=60))
        ]
    with pytest.raises(NotFound):
        services.uptime.read(world.organization, "mon_none", Family.MONITOR, Span.DAY)
