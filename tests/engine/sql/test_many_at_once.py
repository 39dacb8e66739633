"""What many workers, schedulers and reapers do to the same rows at the same time."""

import itertools
import random
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from outrider_engine.adapters.sql.storage import SqlStorage
from outrider_engine.domain.checks import CheckState
from outrider_engine.domain.runs import Trigger
from outrider_engine.domain.verdicts import RunStatus, Verdict
from outrider_engine.ports.incident_repository import IncidentQuery
from outrider_engine.ports.run_repository import RunQuery
from outrider_engine.services import alert_turns, messages
from outrider_engine.services.alerting import AlertService
from outrider_engine.services.cancelling import Cancelling
from outrider_engine.services.changes import Changes
from outrider_engine.testing import RecordedHints, RecordedTold

THREADS = 6
LEASE = timedelta(seconds=30)
ALL = IncidentQuery()


@pytest.fixture
def together():
    """Run a function in several threads that begin at the same moment; returns what each returned."""

    def run(function, count=THREADS):
        barrier = threading.Barrier(count)

        def begin(number):
            barrier.wait(10)
            return function(number)

        with ThreadPoolExecutor(count) as threads:
            return list(threads.map(begin, range(count)))

    return run


def test_every_run_is_claimed_exactly_once(world, together):
    check = world.stored_check()
    runs = world.stored_runs(check, 150)

    def work(number):
        claimed = []
        while claims := world.claim(f"t{number}-{len(claimed)}", limit=7):
            claimed += [claim.run_id for claim in claims]
        return claimed

    claimed = list(itertools.chain.from_iterable(together(work)))
    assert sorted(claimed) == sorted(run.id for run in runs)


def test_two_storages_on_one_database_share_the_work(world, together, database_url):
    runs = world.stored_runs(world.stored_check(), 60)
    second = SqlStorage(database_url, clock=world.clock)

    def work(number):
        storage, claimed = (world.storage, second)[number % 2], []
        while True:
            with storage.begin() as tx:
                claims = tx.runs.claim("light", None, worker="w", token=f"t{number}", limit=5, lease=LEASE)
            if not claims:
                return claimed
            claimed += [claim.run_id for claim in claims]

    claimed = list(itertools.chain.from_iterable(together(work)))
    second.close()
    assert sorted(claimed) == sorted(run.id for run in runs)


def test_schedulers_side_by_side_make_one_run_per_slot(world, together):
    checks = [world.stored_check() for _ in range(20)]
    slot = world.clock.now()
    following = slot + timedelta(seconds=60)

    def tick(_number):
        made = 0
        with world.storage.begin() as tx:
            due = tx.checks.lock_due(tx.now, 8)
            runs = [world.run(check, slot=slot, trigger=Trigger.SCHEDULE) for check in due]
            made += len(tx.runs.add(runs, tx.now))
            tx.checks.set_next_due({check.id: following for check in due})
        return made

    made = sum(sum(together(tick, 2)) for _ in range(4))
    with world.storage.read() as tx:
        listed = tx.runs.list(world.organization.id, RunQuery(limit=100))
    assert made == len(listed) == 20
    assert {run.check_id for run in listed} == {check.id for check in checks}


def test_the_same_slot_from_every_side_becomes_one_run(world, together):
    checks = [world.stored_check() for _ in range(10)]
    slot = world.clock.now()

    def add(number):
        shuffled = random.Random(number).sample(checks, len(checks))
        ordered = sorted(shuffled, key=lambda check: check.id)
        with world.storage.begin() as tx:
            return len(tx.runs.add([world.run(check, slot=slot) for check in ordered], slot))

    assert sum(together(add)) == 10


def test_results_of_one_check_wait_for_one_another(world, together):
    checks = [world.stored_check() for _ in range(3)]
    owners = {check.id: check.organization_id for check in checks}

    def finish(number):
        ids = random.Random(number).sample([check.id for check in checks], 3)
        with world.storage.begin() as tx:
            known = tx.checks.states(ids)
            states = [
                next(iter(known.get(id, ())), CheckState(check_id=id, location="fra", verdict=Verdict.FAILED))
                for id in ids
            ]
            more = [replace(state, consecutive_failures=state.consecutive_failures + 1) for state in states]
            tx.checks.save_states(more, owners)

    together(finish)
    with world.storage.read() as tx:
        states = [state for check in checks for state in tx.checks.states([check.id])[check.id]]
    assert [state.consecutive_failures for state in states] == [THREADS] * 3


def test_finishing_and_renewing_the_same_runs_never_block_one_another_for_good(world, together):
    world.stored_runs(world.stored_check(), 40)
    claims = world.claim(limit=40)
    ids = [claim.run_id for claim in claims]

    def work(number):
        for _ in range(5):
            mixed = random.Random(number).sample(ids, len(ids))
            with world.storage.begin() as tx:
                if number % 2:
                    tx.runs.renew("token", mixed, LEASE)
                else:
                    assert tx.runs.hold(dict.fromkeys(mixed, "token")) == set(ids)

    together(work)
    with world.storage.read() as tx:
        running = tx.runs.list(world.organization.id, RunQuery(statuses=(RunStatus.RUNNING,), limit=100))
    assert len(running) == 40


def test_a_run_that_is_called_off_while_workers_are_at_it_ends_exactly_once(world, together):
    check = world.stored_check()
    batch = world.stored_batch(check)
    world.stored_runs(check, 60, batch_id=batch.id)
    cancelling = Cancelling(storage=world.storage, told=RecordedTold())

    def work(number):
        if number % 3 == 0:
            return cancelling.batch(world.organization.id, batch.id)
        finished, token = 0, f"t{number}"
        while claims := world.claim(token, limit=4):
            finished += len(world.finish(*(world.finished(claim) for claim in claims), token=token))
        return finished

    assert sum(together(work)) == 61
    with world.storage.read() as tx:
        (groups,) = tx.batches.groups([batch.id]).values()
    assert {group.status for group in groups} <= {RunStatus.PASSED, RunStatus.CANCELLED}
    assert sum(group.count for group in groups) == 61


def test_only_one_of_many_results_of_a_run_is_kept(world, together):
    world.stored_runs(world.stored_check())
    (claim,) = world.claim()
    verdicts = [Verdict.PASSED, Verdict.FAILED, Verdict.ERROR]

    def finish(number):
        return world.finish(world.finished(claim, world.outcome(verdicts[number % 3])))

    assert sum(len(held) for held in together(finish)) == 1


def test_reapers_side_by_side_share_what_is_stranded(world, together):
    runs = world.stored_runs(world.stored_check(), 30)
    world.claim(limit=30)
    now = world.clock.advance(31)

    def reap(_number):
        with world.storage.begin() as tx:
            found = [run.run_id for run in tx.runs.expired(now, 12)]
            tx.runs.requeue(found)
            return found

    found = [id for _ in range(2) for each in together(reap, 3) for id in each]
    assert sorted(found) == sorted(run.id for run in runs)


def test_an_alert_opens_once(world, together):
    rule = world.stored_rule(world.stored_check())

    def open_alert(_number):
        with world.storage.begin() as tx:
            return tx.alerts.open(world.alert(rule))

    assert sum(together(open_alert)) == 1


def test_every_notification_is_claimed_once(world, together):
    channel = world.stored_channel()
    made = [world.notification(channel, alert_id=None) for _ in range(40)]
    with world.storage.begin() as tx:
        tx.outbox.add(made)

    def claim(number):
        with world.storage.begin() as tx:
            return [n.id for n in tx.outbox.claim(token=f"t{number}", limit=10, lease=LEASE, now=tx.now)]

    claimed = [id for each in together(claim) for id in each] + claim(99)
    assert sorted(claimed) == sorted(n.id for n in made)


def test_alerts_that_open_and_end_at_the_same_time_share_one_incident_that_closes(world, together):
    check = world.stored_check()
    alerts = [world.alert(world.stored_rule(check)) for _ in range(THREADS)]
    failing = messages.Failing(regions=("fra",), failures=2, since=world.clock.now())

    def open_one(number):
        with world.storage.begin() as tx:
            assert tx.alerts.open(alerts[number])
            message = messages.alert_opened(alerts[number], check, {}, failing)
            alert_turns.opened(tx, alerts[number], check, message, Changes())

    def found():
        with world.storage.read() as tx:
            return [(each.is_open, len(each.alert_ids)) for each in tx.incidents.list(check.organization_id, ALL)]

    together(open_one)
    assert found() == [(True, THREADS)]
    service = AlertService(storage=world.storage, hints=RecordedHints(), told=RecordedTold())
    together(lambda number: service.resolve(check.organization_id, alerts[number].id))
    assert found() == [(False, THREADS)]
