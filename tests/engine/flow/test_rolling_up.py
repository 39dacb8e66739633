"""Finished runs are added to their hour and their day, once each."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from engine_world import FAILED, PASSED

from outrider_engine.domain.latency_histogram import LatencyHistogram
from outrider_engine.domain.observations import Observation
from outrider_engine.domain.rollups import Span, total
from outrider_engine.domain.runs import Overrides
from outrider_engine.services.finishing import Finished


@pytest.fixture
def rollups(world):
    def found(check, span=Span.HOUR):
        with world.storage.read() as tx:
            return list(tx.rollups.of(world.organization, check.id, span, since=world.clock.now() - timedelta(days=90)))

    return found


def test_a_run_counts_in_its_hour_and_its_day(world, rollups):
    check = world.check()
    world.run_once(check, PASSED)
    world.run_once(check, FAILED)
    for span in Span:
        (rollup,) = rollups(check, span)
        assert rollup.starts_at == span.start_of(world.clock.now())
        assert (rollup.location, rollup.tally.passed, rollup.tally.failed) == ("local", 1, 1)
        assert rollup.tally.latency == LatencyHistogram.of([PASSED.duration_ms])


def test_each_location_and_each_hour_is_counted_apart(world, rollups):
    check = world.check(locations=("fra", "local"))
    world.run_once(check)
    world.clock.advance(3600)
    world.run_once(check, FAILED)
    found = [(rollup.location, rollup.tally.up, rollup.tally.down) for rollup in rollups(check)]
    assert found == [("fra", 1, 0), ("local", 1, 0), ("fra", 0, 1), ("local", 0, 1)]
    assert sum(rollup.tally.up + rollup.tally.down for rollup in rollups(check, Span.DAY)) == 4


def test_tallies_from_several_times_on_are_the_totals_of_the_rollups_since_then(world, rollups):
    check = world.check(locations=("fra", "local"))
    for passed in (True, False, True, True):
        world.run_once(check, PASSED if passed else FAILED)
        world.clock.advance(3600)
    since = [world.clock.now() - timedelta(hours=hours) for hours in (2, 3, 50)]
    with world.storage.read() as tx:
        tallies = tx.rollups.tallies(world.organization, check.id, Span.HOUR, since=since)
    assert {location: list(found) for location, found in tallies.items()} == {
        place: [
            total(each for each in rollups(check) if each.location == place and each.starts_at >= first)
            for first in since
        ]
        for place in ("fra", "local")
    }


def test_a_late_result_counts_in_the_hour_in_which_it_was_due(world, rollups):
    check = world.check()
    due = world.clock.now()
    world.request(check)
    (claim,) = world.take()
    world.clock.advance(3700)
    assert world.finish(claim)
    assert [rollup.starts_at for rollup in rollups(check)] == [Span.HOUR.start_of(due)]


def test_a_result_that_comes_twice_counts_once(world, rollups):
    check = world.check()
    world.request(check)
    (claim,) = world.take()
    assert world.finish(claim)
    assert not world.finish(claim)
    assert total(rollups(check)).passed == 1


def test_a_rehearsal_does_not_count(world, rollups):
    check = world.check()
    world.run_once(check, FAILED, overrides=Overrides(base_url="http://preview.test"))
    assert rollups(check) == []


def test_a_run_that_lost_its_worker_counts_as_neither_up_nor_down(world, rollups):
    check = world.check(side_effects=True)
    world.request(check)
    world.take()
    world.clock.advance(3600)
    world.reaper.reap()
    tally = total(rollups(check))
    assert (tally.other, tally.uptime) == (1, None)


def test_nothing_is_lost_when_many_finish_runs_of_one_check_at_the_same_time(world, rollups):
    check = world.check()
    for _ in range(24):
        world.request(check)
    claims = world.take()

    def finish(claim, number):
        seen = Observation(duration_ms=float(number + 1))
        return world.finishing.finish([Finished(claim, world.outcome(seen))])

    with ThreadPoolExecutor(6) as threads:
        assert all(threads.map(finish, claims, range(24)))
    for span in Span:
        tally = total(rollups(check, span))
        assert (tally.passed, tally.sum_ms, tally.latency.count) == (24, 300.0, 24)
