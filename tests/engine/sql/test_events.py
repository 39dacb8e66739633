"""Events in the order of commits: none is skipped, none comes twice, whoever commits first."""

import threading
from datetime import timedelta

import pytest

from outrider_engine.domain.alerts import RuleType
from outrider_engine.domain.events import EventType, Position
from outrider_engine.domain.incidents import IncidentState, moved
from outrider_engine.domain.verdicts import Verdict
from outrider_engine.errors import Conflict
from outrider_engine.services.events import EventLog


@pytest.fixture
def log(world):
    return EventLog(storage=world.storage)


def read_on(log, position, **options):
    """Return what follows a position, and the position after it."""
    batches = log.after(position, 100, **options)
    events = [event for batch in batches for event in batch.events() if event.position > position]
    return events, batches[-1].position if batches else position


def told(events):
    return [(event.type, event.facts.get("status") or event.facts.get("trigger")) for event in events]


def test_a_run_and_its_alert_are_told_from_beginning_to_end(world, log):
    check = world.stored_check()
    rule = world.stored_rule(check, type=RuleType.CONSECUTIVE_FAILURES)
    begin = log.newest()
    (run,) = world.stored_runs(check)
    (claim,) = world.claim()
    with world.storage.begin() as tx:
        assert tx.runs.add_step(run.id, "token", 1, world.step())
    world.finish(world.finished(claim, world.outcome(Verdict.FAILED)))
    alert = world.alert(rule, run_id=run.id)
    with world.storage.begin() as tx:
        assert tx.alerts.open(alert)
        assert not tx.alerts.open(world.alert(rule))
    with world.storage.begin() as tx:
        assert tx.alerts.acknowledge(alert.id, "me", tx.now)
        assert tx.alerts.resolve(alert.id, tx.now)
        assert not tx.alerts.resolve(alert.id, tx.now)
    events, _ = read_on(log, begin)
    assert told(events) == [
        ("run.queued", "manual"),
        ("run.started", None),
        ("run.step", "passed"),
        ("run.finished", "failed"),
        ("alert.opened", "open"),
        ("alert.acknowledged", "acknowledged"),
        ("alert.resolved", "resolved"),
    ]
    assert {(event.organization_id, event.check_id) for event in events} == {(check.organization_id, check.id)}
    assert {event.facts["run_id"] for event in events} == {run.id}
    assert events[3].facts["error"] == "status is 500, expected 200"


def test_an_incident_is_told_from_beginning_to_end(world, log):
    check = world.stored_check()
    begin = log.newest()
    made = world.stored_incident(check)
    with world.storage.begin() as tx:
        identified = moved(made, IncidentState.IDENTIFIED, tx.now)
        tx.incidents.replace(made, identified)
        tx.incidents.replace(identified, moved(identified, IncidentState.RESOLVED, tx.now))
    events, _ = read_on(log, begin)
    assert told(events)[1:] == [
        ("incident.created", "investigating"),
        ("incident.updated", "identified"),
        ("incident.resolved", "resolved"),
    ]
    assert {event.facts["incident_id"] for event in events[1:]} == {made.id}
    assert events[1].check_id == check.id


def test_runs_that_go_back_or_are_cancelled_are_told_too(world, log):
    check = world.stored_check()
    begin = log.newest()
    world.stored_runs(check)
    (claim,) = world.claim()
    with world.storage.begin() as tx:
        tx.runs.release("token", [claim.run_id])
        tx.runs.cancel_queued(check.id, tx.now)
    events, _ = read_on(log, begin)
    assert told(events)[1:] == [("run.started", None), ("run.queued", "manual"), ("run.finished", "cancelled")]


def test_what_is_rolled_back_never_happened(world, log):
    begin = log.newest()
    check = world.stored_check()
    run = world.run(check)
    with pytest.raises(Conflict), world.storage.begin() as tx:
        tx.runs.add_begun([run, run], tx.now)
    assert read_on(log, begin) == ([], begin)


def test_no_event_is_skipped_when_a_transaction_commits_after_a_younger_one(world, log):
    check = world.stored_check()
    begin, position, seen = log.newest(), log.newest(), []
    slow, quick = world.run(check), world.run(check)
    has_written, may_commit = threading.Event(), threading.Event()

    def hold() -> None:
        with world.storage.begin() as tx:
            tx.runs.add([slow], tx.now)
            tx.organizations.get(check.organization_id, lock=True)
            has_written.set()
            may_commit.wait(10)

    def commit_meanwhile() -> None:
        with world.storage.begin() as tx:
            tx.runs.add([quick], tx.now)

    holder = threading.Thread(target=hold)
    other = threading.Thread(target=commit_meanwhile)
    holder.start()
    assert has_written.wait(10)
    other.start()
    other.join(0.3)  # over on PostgreSQL; waits for its turn on SQLite
    for _ in range(3):
        events, position = read_on(log, position)
        seen += events
    may_commit.set()
    holder.join(10)
    other.join(10)
    events, position = read_on(log, position)
    seen += events
    assert sorted(event.facts["run_id"] for event in seen) == sorted([slow.id, quick.id])
    assert [event.position for event in seen] == [event.position for event in read_on(log, begin)[0]]
    assert read_on(log, position)[0] == []


def test_readers_beside_many_writers_see_each_event_once_and_in_one_order(world, log):
    checks = [world.stored_check() for _ in range(4)]
    begin = position = log.newest()
    seen, writers_left = [], threading.Semaphore(0)

    def write(check) -> None:
        for _ in range(10):
            world.stored_runs(check, 2)
        writers_left.release()

    threads = [threading.Thread(target=write, args=(check,)) for check in checks]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        events, position = read_on(log, position)
        seen += events
    events, position = read_on(log, position)
    seen += events
    assert len({event.facts["run_id"] for event in seen}) == len(seen) == 80
    assert [event.position for event in seen] == sorted(event.position for event in seen)
    everything, _ = read_on(log, begin)
    assert [event.position for event in everything] == [event.position for event in seen]


def test_reading_goes_on_in_the_middle_of_a_batch(world, log):
    check = world.stored_check()
    begin = log.newest()
    runs = world.stored_runs(check, 5)
    events, _ = read_on(log, begin)
    assert [event.facts["run_id"] for event in events] == [run.id for run in runs]
    for number, event in enumerate(events):
        again = Position.read(str(event.position))
        assert [one.position for one in read_on(log, again)[0]] == [one.position for one in events[number + 1 :]]


def test_each_organization_has_its_own(world, log):
    stranger = world.new_organization()
    begin = log.newest()
    world.stored_runs(world.stored_check())
    theirs = world.stored_runs(world.stored_check(organization=stranger))
    events, _ = read_on(log, begin, organization_id=stranger.id)
    assert [event.facts["run_id"] for event in events] == [theirs[0].id]
    assert len(read_on(log, begin)[0]) == 2


def test_old_events_go_and_whoever_was_away_for_longer_is_told_so(world, log):
    check = world.stored_check()
    begin = log.newest()
    world.stored_runs(check)
    (event,), _ = read_on(log, begin)
    assert log.resumed(event.position) == event.position
    world.clock.advance(timedelta(hours=1, seconds=1).total_seconds())
    assert log.resumed(event.position) is None
    with world.storage.begin() as tx:
        assert tx.events.drop(tx.now - timedelta(hours=1), 10) == 1
        assert tx.events.drop(tx.now - timedelta(hours=1), 10) == 0
    before = log.newest()
    world.stored_runs(check)
    assert told(read_on(log, before)[0]) == [(EventType.RUN_QUEUED, "manual")]


def test_a_position_of_another_database_is_not_taken_for_one_of_ours(world, log):
    assert log.resumed(Position(2**50, 1, 0, int(world.clock.now().timestamp()))) is None
    for text in ("", "1", "1.2.3", "a.b.c.d", "1.2.3.4.5", "-1.2.3.4", "9" * 40 + ".1.1.1"):
        with pytest.raises(ValueError, match="not the id"):
            Position.read(text)
