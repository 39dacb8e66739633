"""Schedulers compete and stop: no slot is run twice, and what nobody scheduled is recorded."""

import time

import pytest
from cluster import Cluster, wait_until
from web_target import WebTarget

from outrider_engine.domain.schedules import IntervalSchedule, SkipReason

pytestmark = [pytest.mark.postgres, pytest.mark.redis, pytest.mark.slow, pytest.mark.long]


def test_two_schedulers_make_no_slot_twice_and_an_outage_is_recorded(cluster: Cluster, target: WebTarget) -> None:
    every_ten = IntervalSchedule(10)
    monitors = [cluster.monitor(target.url(f"/every/{number}"), schedule=every_ten) for number in range(5)]
    cluster.worker("light")
    pair = [cluster.start("scheduler") for _ in range(2)]
    wait_until(lambda: all(len(cluster.runs(monitor)) >= 2 for monitor in monitors), "two slots of each", 60)
    assert [cluster.terminate(scheduler) for scheduler in pair] == [0, 0]
    time.sleep(21)
    seen = {monitor: len(cluster.runs(monitor)) for monitor in monitors}
    cluster.start("scheduler")
    wait_until(lambda: all(len(cluster.runs(each)) > seen[each] for each in monitors), "slots after the outage")
    for monitor in monitors:
        slots = [run.slot for run in cluster.runs(monitor)]
        assert len(slots) == len(set(slots))
        assert len(slots) <= seen[monitor] + 2
        with cluster.engine.storage.read() as tx:
            gaps = tx.checks.skipped(cluster.organization, monitor, 10)
        assert SkipReason.MISSED in {gap.reason for gap in gaps}
