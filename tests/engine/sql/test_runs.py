from datetime import timedelta

import pytest

from outrider_engine.domain.runs import Overrides, Trigger
from outrider_engine.domain.verdicts import Cause, Reason, RunStatus, Verdict

LEASE = timedelta(seconds=30)


@pytest.fixture
def check(world):
    return world.stored_check()


def _run(world, id):
    with world.storage.read() as tx:
        return tx.runs.get(world.organization.id, id)


def test_a_new_run_is_queued_and_reads_back_as_it_was_made(world, check):
    overrides = Overrides(base_url="http://preview.test", variables={"user": "Ann"})
    (new,) = world.stored_runs(check, overrides=overrides, trigger=Trigger.CI, slot=world.clock.now())
    run = _run(world, new.id)
    assert (run.status, run.trigger, run.slot, run.due_at) == (RunStatus.QUEUED, Trigger.CI, new.slot, new.due_at)
    assert (run.created_at, run.started_at, run.attempt, run.overrides) == (world.clock.now(), None, 0, overrides)


def test_a_slot_gets_one_run_per_location(world, check):
    slot = world.clock.now()
    world.stored_runs(check, slot=slot)
    again = world.run(check, slot=slot)
    elsewhere = world.run(check, slot=slot, location="iad")
    with world.storage.begin() as tx:
        assert tx.runs.add([again, elsewhere], slot) == {elsewhere.id}


def test_a_claim_takes_the_longest_due_first_and_says_what_to_run(world, check):
    now = world.clock.now()
    late, later, latest = (world.stored_runs(check, due_at=now - timedelta(seconds=age))[0] for age in (3, 2, 1))
    claims = world.claim("t1", limit=2)
    assert [claim.run_id for claim in claims] == [late.id, later.id]
    claim = claims[0]
    assert (claim.check, claim.token, claim.attempt) == (check, "t1", 1)
    assert (claim.lease_until, claim.location, claim.trigger) == (now + LEASE, "fra", Trigger.MANUAL)
    assert _run(world, late.id).status is RunStatus.RUNNING
    assert _run(world, late.id).started_at == now
    assert _run(world, latest.id).status is RunStatus.QUEUED


@pytest.mark.parametrize(
    ("queue", "locations", "expected"),
    [
        pytest.param("light", None, 2, id="everywhere"),
        pytest.param("light", ["iad"], 1, id="one location"),
        pytest.param("light", ["iad", "fra"], 2, id="two locations"),
        pytest.param("light", [], 0, id="nowhere"),
        pytest.param("light", ["x\0y"], 0, id="odd location"),
        pytest.param("browser", None, 0, id="another queue"),
    ],
)
def test_a_claim_takes_only_what_its_queue_and_locations_offer(world, check, queue, locations, expected):
    world.stored_runs(check, location="fra")
    world.stored_runs(check, location="iad")
    assert len(world.claim(queue=queue, locations=locations)) == expected


def test_what_nobody_began_in_time_is_not_claimed_but_found_late(world, check):
    (run,) = world.stored_runs(check)
    now = world.clock.advance(60)
    assert world.claim() == []
    with world.storage.begin() as tx:
        (late,) = tx.runs.late(now, 10)
        assert (late.run_id, late.attempt, late.started_at, late.queue) == (run.id, 0, None, "light")


def test_runs_of_deleted_checks_are_cancelled_on_the_way(world, check):
    gone = world.stored_check()
    (orphan,) = world.stored_runs(gone)
    world.clock.advance(1)
    (run,) = world.stored_runs(check)
    with world.storage.begin() as tx:
        assert tx.checks.delete(gone.organization_id, gone.id, tx.now)
    assert [claim.run_id for claim in world.claim(limit=1)] == [run.id]
    ended = _run(world, orphan.id)
    assert (ended.status, ended.reason, ended.started_at) == (RunStatus.CANCELLED, Reason.BY_USER, None)


def test_a_renewed_lease_begins_now(world, check):
    (run,) = world.stored_runs(check)
    world.claim("t1")
    now = world.clock.advance(20)
    with world.storage.begin() as tx:
        assert tx.runs.renew("t1", [run.id, "run_other"], LEASE) == {run.id}
        assert tx.runs.renew("t2", [run.id], LEASE) == set()
    with world.storage.begin() as tx:
        assert tx.runs.expired(now + timedelta(seconds=29), 10) == []
        assert len(tx.runs.expired(now + LEASE, 10)) == 1


def test_a_released_run_is_queued_again_without_being_charged(world, check):
    (run,) = world.stored_runs(check)
    world.claim("t1")
    with world.storage.begin() as tx:
        assert tx.runs.release("t2", [run.id]) == 0
        assert tx.runs.release("t1", [run.id]) == 1
    back = _run(world, run.id)
    assert (back.status, back.attempt, back.started_at) == (RunStatus.QUEUED, 0, None)
    assert [claim.attempt for claim in world.claim("t3")] == [1]


def test_an_expired_run_can_be_queued_again_with_its_whole_time_to_begin(world, check):
    (run,) = world.stored_runs(check)
    (claim,) = world.claim("t1")
    with world.storage.begin() as tx:
        assert tx.runs.add_step(run.id, "t1", 1, world.step())
    now = world.clock.advance(60)
    with world.storage.begin() as tx:
        (stranded,) = tx.runs.expired(now, 10)
        assert (stranded.run_id, stranded.attempt, stranded.max_attempts) == (run.id, 1, 2)
        assert stranded.started_at == claim.lease_until - LEASE
        tx.runs.requeue([run.id])
        assert tx.runs.steps([run.id]) == {}
    world.clock.advance(59)
    assert [claim.attempt for claim in world.claim("t2")] == [2]


def test_a_late_finish_with_an_old_token_changes_nothing(world, check):
    world.stored_runs(check)
    (old,) = world.claim("old")
    now = world.clock.advance(31)
    with world.storage.begin() as tx:
        tx.runs.requeue([run.run_id for run in tx.runs.expired(now, 10)])
    (new,) = world.claim("new")
    assert world.finish(world.finished(old, world.outcome(Verdict.FAILED)), token="old") == set()
    assert _run(world, new.run_id).status is RunStatus.RUNNING
    assert world.finish(world.finished(new), token="new") == {new.run_id}
    assert _run(world, new.run_id).status is RunStatus.PASSED


def test_a_verdict_is_never_replaced(world, check):
    world.stored_runs(check)
    (claim,) = world.claim()
    world.finish(world.finished(claim))
    with world.storage.begin() as tx:
        tx.runs.finish([world.finished(claim, world.outcome(Verdict.FAILED))])
    assert _run(world, claim.run_id).status is RunStatus.PASSED


def test_a_finished_run_reads_back_with_all_it_came_to(world, check):
    world.stored_runs(check)
    (claim,) = world.claim()
    steps = [world.step(0), world.step(1, status=Verdict.FAILED, reason=Reason.LOCATOR, error="no button")]
    outcome = world.outcome(Verdict.FAILED, steps=steps)
    kept = world.artifact(claim.run_id)
    world.finish(world.finished(claim, outcome, [kept]))
    run = _run(world, claim.run_id)
    assert (run.status, run.cause, run.reason) == (RunStatus.FAILED, Cause.TARGET, Reason.ASSERTION)
    assert (run.error, run.started_at, run.completed_at) == (outcome.error, outcome.started_at, outcome.completed_at)
    assert (run.duration_ms, run.check_revision, run.tries) == (1000.0, 1, outcome.tries)
    assert (run.phases, run.facts) == ({"dns": 1.5, "connect": 2.0}, {"status": 200})
    assert run.assertions[0]["message"] == "status is 200"
    assert run.assertions[0]["spelling"] == {"status": 200}
    with world.storage.read() as tx:
        assert tx.runs.steps([run.id]) == {run.id: steps}
        assert tx.runs.artifacts([run.id]) == {run.id: [kept]}
        assert tx.runs.artifact(world.organization.id, run.id, kept.id) == kept
        assert tx.runs.artifact(world.organization.id, "run_other", kept.id) is None


def test_a_run_that_never_began_ends_without_a_start(world, check):
    (run,) = world.stored_runs(check)
    now = world.clock.advance(60)
    missed = world.outcome(Verdict.MISSED, reason=Reason.NOT_STARTED, observation=None, tries=(), assertions=())
    with world.storage.begin() as tx:
        (late,) = tx.runs.late(now, 10)
        claim_like = type(
            "Late",
            (),
            {"check": check, "location": "fra"}
            | {name: getattr(late, name) for name in ("run_id", "organization_id", "due_at")},
        )
        tx.runs.finish([world.finished(claim_like, missed)])
    ended = _run(world, run.id)
    assert (ended.status, ended.cause) == (RunStatus.MISSED, Cause.RUNNER)
    assert (ended.started_at, ended.duration_ms, ended.completed_at) == (None, None, missed.completed_at)


def test_steps_appear_while_the_run_goes_on_and_give_way_to_those_of_its_end(world, check):
    (run,) = world.stored_runs(check)
    (claim,) = world.claim("t1")
    with world.storage.begin() as tx:
        assert all(tx.runs.add_step(run.id, "t1", 1, world.step(index)) for index in range(3))
        assert not tx.runs.add_step(run.id, "t2", 1, world.step(3))
        assert not tx.runs.add_step(run.id, "t1", 2, world.step(0))
    with world.storage.read() as tx:
        assert [step.index for step in tx.runs.steps([run.id])[run.id]] == [0, 1, 2]
    world.clock.advance(1)
    second_try = world.step(0, name="again")
    with world.storage.begin() as tx:
        assert tx.runs.add_step(run.id, "t1", 1, second_try)
    with world.storage.read() as tx:
        assert tx.runs.steps([run.id])[run.id] == [second_try]
    last = world.step(0, name="last")
    world.finish(world.finished(claim, world.outcome(steps=[last])), token="t1")
    with world.storage.begin() as tx:
        assert tx.runs.steps([run.id])[run.id] == [last]
        assert not tx.runs.add_step(run.id, "t1", 1, world.step(1))


def test_what_a_target_sends_is_cleaned_so_that_its_result_is_not_lost(world, check):
    world.stored_runs(check)
    (claim,) = world.claim()
    steps = [world.step(0, error="a\0b \ud800", detail={"k\0": ["\0", float("nan")]})]
    world.finish(world.finished(claim, world.outcome(Verdict.FAILED, error="x\0y", steps=steps)))
    assert _run(world, claim.run_id).error == "x\ufffdy"
    with world.storage.read() as tx:
        (step,) = tx.runs.steps([claim.run_id])[claim.run_id]
    assert (step.error, step.detail) == ("a\ufffdb ?", {"k\ufffd": ["\ufffd", "nan"]})


def test_waiting_runs_are_told_by_queue_and_location(world, check):
    since = world.clock.now()
    world.stored_runs(check, 2)
    world.stored_runs(check, location="iad", queue="browser")
    now = world.clock.advance(11)
    with world.storage.read() as tx:
        assert tx.runs.waiting(since) == set()
        assert tx.runs.waiting(now) == {("light", "fra"), ("browser", "iad")}
        assert tx.runs.oldest_queued_at() == since
    world.claim(queue="light")
    world.claim(queue="browser")
    with world.storage.read() as tx:
        assert tx.runs.oldest_queued_at() is None


def test_queued_runs_can_be_cancelled_by_their_owner(world, check):
    world.stored_runs(check, 2)
    (claim,) = world.claim(limit=1)
    with world.storage.begin() as tx:
        assert tx.runs.cancel_queued(check.id, tx.now) == 1
        assert tx.runs.count([Verdict.CANCELLED]) == 1
        assert tx.runs.count() == 2
    assert _run(world, claim.run_id).status is RunStatus.RUNNING


def test_only_scheduled_runs_that_are_not_over_count_as_unfinished(world, check):
    slot = world.clock.now()
    world.stored_runs(check, trigger=Trigger.SCHEDULE, slot=slot, location="fra")
    world.stored_runs(check, trigger=Trigger.MANUAL, location="iad")
    world.claim(locations=["fra"])
    with world.storage.read() as tx:
        assert tx.runs.unfinished([check.id, "mon_other"]) == {(check.id, "fra")}


def test_the_newest_finished_run_of_each_check_is_its_last(world, check):
    other, new = world.stored_check(), world.stored_check()
    for each in (check, other, check):
        world.clock.advance(1)
        newest = world.finished_runs(each)[0]
        if each is other:
            newest_of_other = newest
    world.clock.advance(1)
    world.stored_runs(check)
    world.stored_runs(new)
    with world.storage.read() as tx:
        last = tx.runs.last([check.id, other.id, new.id])
    assert {check_id: run.id for check_id, run in last.items()} == {check.id: newest.id, other.id: newest_of_other.id}
