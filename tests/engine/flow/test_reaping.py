"""Nothing stays without a verdict: lost workers, late runs, and checks that kill their workers."""

from engine_world import World

from outrider_engine.domain.alerts import AlertEvent
from outrider_engine.domain.checks import Check, CheckStatus
from outrider_engine.domain.verdicts import Cause, Reason, RunStatus
from outrider_engine.services.reconciling import Reconciler


def lose_worker(world: World) -> None:
    world.take()
    world.clock.advance(31)
    world.reaper.reap()


def test_a_run_that_lost_its_worker_is_tried_again_and_then_ends(world: World) -> None:
    run_id = world.request(world.check())
    lose_worker(world)
    assert world.run(run_id).status is RunStatus.QUEUED
    assert ("light", "local") in world.hints.sent
    lose_worker(world)
    run = world.run(run_id)
    assert (run.status, run.reason, run.cause, run.attempt) == (
        RunStatus.ERROR,
        Reason.WORKER_LOST,
        Cause.RUNNER,
        2,
    )


def test_a_check_with_side_effects_is_not_started_again(world: World) -> None:
    run_id = world.request(world.check(side_effects=True))
    lose_worker(world)
    assert (world.run(run_id).status, world.run(run_id).attempt) == (RunStatus.ERROR, 1)


def test_a_renewed_lease_is_not_reaped(world: World) -> None:
    run_id = world.request(world.check())
    (claim,) = world.take()
    for _ in range(5):
        world.clock.advance(20)
        assert world.claims().renew(claim.token, [run_id]) == {run_id}
        assert world.reaper.reap() == 0
    assert world.run(run_id).status is RunStatus.RUNNING


def test_a_run_that_nobody_began_in_time_is_missed(world: World) -> None:
    check = world.every(60, locations=("fra",))
    assert check.next_due_at is not None
    world.clock.advance((check.next_due_at - world.clock.now()).total_seconds())
    world.scheduler.tick()
    world.clock.advance(61)
    world.reaper.reap()
    (run,) = world.runs(check)
    assert (run.status, run.reason) == (RunStatus.MISSED, Reason.NOT_STARTED)
    assert run.error is not None
    assert "fra" in run.error


def test_releasing_a_run_does_not_charge_the_attempt(world: World) -> None:
    run_id = world.request(world.check())
    for _ in range(5):
        assert world.claims().give_back(world.take()) == 1
    assert (world.run(run_id).status, world.run(run_id).attempt) == (RunStatus.QUEUED, 0)


def lose_for_good(world: World, check: Check) -> None:
    world.request(check)
    lose_worker(world)
    lose_worker(world)


def test_a_check_that_loses_its_worker_twice_in_a_row_is_paused_and_its_owner_told(world: World) -> None:
    check = world.every(3600)
    world.rule(check)
    lose_for_good(world, check)
    assert world.stored(check).definition.status is CheckStatus.ACTIVE
    lose_for_good(world, check)
    paused = world.stored(check)
    assert paused.definition.status is CheckStatus.PAUSED
    assert paused.paused_reason is not None
    assert paused.next_due_at is None
    assert [each.message.event for each in world.outbox()] == [AlertEvent.CHECK_PAUSED]
    assert [hook for hook, _ in world.told.events if hook == "outrider_check_paused"] == ["outrider_check_paused"]
    with world.storage.read() as tx:
        (entry,) = tx.audit.list(world.organization, 9)
    assert (entry.actor.kind.value, entry.action.value, entry.subject_id) == ("engine", "updated", check.id)
    assert (entry.before or {})["status"] == "active"
    assert (entry.after or {})["paused_reason"] == paused.paused_reason


def test_a_pass_in_between_keeps_the_check_going(world: World) -> None:
    check = world.every(3600)
    lose_for_good(world, check)
    world.run_once(check)
    lose_for_good(world, check)
    assert world.stored(check).definition.status is CheckStatus.ACTIVE


def test_what_waits_too_long_is_hinted_at_again(world: World) -> None:
    reconciler = Reconciler(storage=world.storage, hints=world.hints)
    world.request(world.check())
    assert reconciler.reconcile() == 0
    world.clock.advance(11)
    assert reconciler.reconcile() == 1
    assert world.hints.sent == [("light", "local")]
