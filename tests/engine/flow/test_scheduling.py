"""The scheduler makes one run per slot and location, whatever happens around it."""

import threading

from engine_world import World

from outrider_engine.domain.checks import Check
from outrider_engine.domain.runs import Trigger
from outrider_engine.domain.schedules import CronSchedule, SkipReason
from outrider_engine.domain.verdicts import RunStatus
from outrider_engine.ports.check_repository import SkippedSlots


def skipped(world: World, check: Check) -> list[SkippedSlots]:
    with world.storage.read() as tx:
        return list(tx.checks.skipped(world.organization, check.id, 100))


def until_due(world: World, check: Check, late_s: float = 0.0) -> None:
    due = world.stored(check).next_due_at
    assert due is not None
    world.clock.advance((due - world.clock.now()).total_seconds() + late_s)


def test_a_due_check_gets_one_run_at_each_location(world: World) -> None:
    check = world.every(60, locations=("local", "fra"))
    assert world.scheduler.tick() == 0
    until_due(world, check)
    assert world.scheduler.tick() == 2
    assert world.scheduler.tick() == 0
    runs = world.runs(check)
    assert {run.location for run in runs} == {"local", "fra"}
    assert {(run.slot, run.trigger, run.status) for run in runs} == {
        (check.next_due_at, Trigger.SCHEDULE, RunStatus.QUEUED)
    }
    assert sorted(world.hints.sent) == [("light", "fra"), ("light", "local")]


def test_the_next_slot_is_one_interval_later(world: World) -> None:
    check = world.every(60)
    until_due(world, check, late_s=0.4)
    world.scheduler.tick()
    moved = world.stored(check).next_due_at
    assert moved is not None
    assert check.next_due_at is not None
    assert (moved - check.next_due_at).total_seconds() == 60


def test_after_an_outage_the_newest_slot_runs_and_the_others_are_one_range(world: World) -> None:
    check = world.every(60)
    until_due(world, check, late_s=600)
    assert world.scheduler.tick() == 1
    (run,) = world.runs(check)
    (gap,) = skipped(world, check)
    assert gap.reason is SkipReason.MISSED
    assert gap.slots.first == check.next_due_at
    assert gap.slots.count == 10
    assert run.slot is not None
    assert run.slot > gap.slots.last


def test_nothing_bursts_after_a_day_away(world: World) -> None:
    checks = [world.every(60) for _ in range(20)]
    world.clock.advance(86_400)
    assert world.scheduler.tick() <= len(checks)
    for check in checks:
        assert len(world.runs(check)) <= 1
        assert skipped(world, check)


def test_a_slot_whose_predecessor_still_runs_is_skipped_and_recorded(world: World) -> None:
    check = world.every(60, locations=("local", "fra"))
    until_due(world, check)
    world.scheduler.tick()
    busy = [claim for claim in world.take() if claim.location == "local"]
    world.finish(next(claim for claim in world.take() if claim.location == "fra")) if not busy else None
    until_due(world, check)
    world.scheduler.tick()
    overlaps = [each for each in skipped(world, check) if each.reason is SkipReason.OVERLAP]
    assert {each.location for each in overlaps} == {"local", "fra"}
    assert len(world.runs(check)) == 2


def test_only_the_busy_location_is_skipped(world: World) -> None:
    check = world.every(60, locations=("local", "fra"))
    until_due(world, check)
    world.scheduler.tick()
    for claim in world.take():
        if claim.location == "fra":
            world.finish(claim)
    until_due(world, check)
    assert world.scheduler.tick() == 1
    assert [each.location for each in skipped(world, check)] == ["local"]


def test_schedulers_at_the_same_time_make_no_slot_twice(world: World) -> None:
    checks = [world.every(10, locations=("local", "fra")) for _ in range(30)]
    world.clock.advance(10)
    barrier = threading.Barrier(4)
    made: list[int] = []

    def tick() -> None:
        barrier.wait()
        made.append(world.scheduler.tick())

    threads = [threading.Thread(target=tick) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(made) == 60
    for check in checks:
        slots = [(run.location, run.slot) for run in world.runs(check)]
        assert len(slots) == len(set(slots)) == 2


def test_a_clock_set_back_runs_no_slot_again(world: World) -> None:
    check = world.every(60)
    until_due(world, check)
    world.scheduler.tick()
    world.clock.advance(-3600)
    assert world.scheduler.tick() == 0
    world.clock.advance(3600)
    assert world.scheduler.tick() == 0
    assert len(world.runs(check)) == 1


def test_paused_checks_and_those_without_schedule_are_left_alone(world: World) -> None:
    paused, manual = world.every(60), world.check()
    with world.storage.begin() as tx:
        assert tx.checks.pause(paused.id, "by the test", tx.now)
    world.clock.advance(3600)
    assert world.scheduler.tick() == 0
    assert world.runs(manual) == []


def test_cron_checks_are_due_by_the_calendar(world: World) -> None:
    check = world.check(schedule=CronSchedule("30 13 * * *", "Europe/Berlin"))
    until_due(world, check, late_s=1)
    assert world.scheduler.tick() == 1
    (run,) = world.runs(check)
    assert run.slot is not None
    assert (run.slot.hour, run.slot.minute) == (12, 30)


def test_a_check_of_an_uninstalled_type_still_gets_its_runs(world: World) -> None:
    check = world.every(60, type="gone")
    until_due(world, check)
    assert world.scheduler.tick() == 1
