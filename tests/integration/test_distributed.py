"""Processes die, Redis forgets: no run is lost, none is run twice."""

import os
import signal

import pytest
import redis
from cluster import LEASE_S, Cluster, wait_until
from web_target import WebTarget

from outrider_engine.domain.verdicts import Reason, RunStatus

pytestmark = [pytest.mark.postgres, pytest.mark.redis, pytest.mark.slow]

LONG_STEPS = [{"action": "goto", "url": "/"}, {"action": "wait_for", "seconds": 6}]


@pytest.mark.browser
@pytest.mark.long
def test_a_killed_worker_leaves_its_browser_run_to_another(cluster: Cluster, target: WebTarget) -> None:
    doomed = cluster.worker("browser")
    journey = cluster.journey(target.base, LONG_STEPS, timeout_s=30.0)
    cluster.start("scheduler")
    run_id = cluster.request(journey)
    cluster.wait_for(run_id, RunStatus.RUNNING)
    wait_until(lambda: target.visits["/"] > 0, "the browser to open the page")
    os.killpg(doomed.pid, signal.SIGKILL)
    doomed.wait()
    cluster.worker("browser")
    run = cluster.wait_for(run_id, timeout_s=60)
    assert (run.status, run.attempt) == (RunStatus.PASSED, 2)
    assert [each.id for each in cluster.runs(journey)] == [run_id]


@pytest.mark.long
def test_a_run_whose_workers_all_die_ends_as_worker_lost(cluster: Cluster, target: WebTarget) -> None:
    cluster.start("scheduler")
    run_id = cluster.request(cluster.monitor(target.url("/slow/20"), timeout_s=30.0))
    for attempt in (1, 2):
        worker = cluster.worker("light")
        cluster.wait_for(run_id, RunStatus.RUNNING)
        assert cluster.run(run_id).attempt == attempt
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()
        wait_until(lambda: cluster.run(run_id).status is not RunStatus.RUNNING, "the lease to run out", LEASE_S + 15)
    run = cluster.wait_for(run_id)
    assert (run.status, run.reason) == (RunStatus.ERROR, Reason.WORKER_LOST)


@pytest.mark.long
def test_losing_all_of_redis_loses_no_run(cluster: Cluster, target: WebTarget) -> None:
    cluster.start("scheduler")
    cluster.worker("light")
    monitors = [cluster.monitor(target.url(f"/page/{number}"), timeout_s=10.0) for number in range(10)]
    ids = []
    with redis.Redis.from_url(cluster.redis_url) as client:
        for round_number in range(10):
            ids += [cluster.request(monitor) for monitor in monitors]
            if round_number % 3 == 1:
                client.flushall()
    runs = [cluster.wait_for(run_id) for run_id in ids]
    assert {run.status for run in runs} == {RunStatus.PASSED}
    assert {run.attempt for run in runs} == {1}
    assert sum(target.visits.values()) == len(ids)


@pytest.mark.browser
def test_sigterm_leaves_nothing_running(cluster: Cluster, target: WebTarget) -> None:
    worker = cluster.worker("light,browser")
    journey = cluster.journey(target.base, LONG_STEPS, timeout_s=30.0)
    begun = cluster.request(journey)
    cluster.wait_for(begun, RunStatus.RUNNING)
    waiting = [cluster.request(journey) for _ in range(3)]
    assert cluster.terminate(worker) == 0
    assert cluster.run(begun).status is RunStatus.PASSED
    assert {cluster.run(run_id).status for run_id in waiting} == {RunStatus.QUEUED}
    assert {cluster.run(run_id).attempt for run_id in waiting} == {0}
