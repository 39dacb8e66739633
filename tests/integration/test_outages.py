"""PostgreSQL or Redis goes away in the middle of load and comes back: what was accepted is carried out.

The database is killed, not stopped in order. ``OUTRIDER_TEST_OUTAGE_S`` makes the outages longer than eight seconds.
"""

import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
import redis
from api_door import Answer, Door
from cluster import Cluster, wait_until
from command_line import OutriderProcess
from throwaway_postgresql import MortalPostgresql, mortal_postgresql
from throwaway_redis import mortal_redis
from web_target import WebTarget

from outrider_engine.domain.alerts import RuleType
from outrider_engine.domain.assertions import Assertion, Operator, Source
from outrider_engine.domain.checks import Family
from outrider_engine.domain.notifications import DeliveryState, Notification
from outrider_engine.domain.runs import Run
from outrider_engine.domain.schedules import IntervalSchedule
from outrider_engine.domain.verdicts import RunStatus
from outrider_engine.ports.check_repository import SkippedSlots
from outrider_engine.services.alerting import Target

pytestmark = [pytest.mark.postgres, pytest.mark.redis, pytest.mark.slow, pytest.mark.timeout(300)]

AWAY_S = float(os.environ.get("OUTRIDER_TEST_OUTAGE_S", "8"))
LEASE_S = 30
EVERY = timedelta(seconds=10)
FOUND_WITHIN_S = 3.0
"""Seconds that a run may wait without hints: the polling period and a busy machine's delay."""
ANSWERED_WITHIN_S = 6.0
"""Seconds that a request may take, on a machine that is busy with all this."""
IN_HAND_S = 4
"""Seconds that runs under way go on after the database was killed, at most."""
WRONG = Assertion(source=Source.STATUS, operator=Operator.EQUALS, expected=599)
SLOW = f"/slow/{IN_HAND_S}"
REFUSED_ONCE, TAKEN_LATE, TOLD_LATE = "/second/hook", f"{SLOW}/hook", "/hook"
STEPS = [{"action": "goto", "url": "/journey"}, {"action": "wait_for", "seconds": IN_HAND_S}]


class Load:
    """Asks for runs and for readiness all the time, and remembers the answers."""

    def __init__(self, door: Door, monitors: list[str]) -> None:
        self.answers: list[Answer] = []
        self.readiness: list[Answer] = []
        self._door = door
        self._monitors = monitors
        self._stopped = threading.Event()
        self._threads = [threading.Thread(target=self._ask_for_runs), threading.Thread(target=self._look)]

    @property
    def accepted(self) -> list[str]:
        """Ids of the runs that were promised."""
        return [answer.body["data"]["id"] for answer in self.answers if answer.status == 202]

    @contextmanager
    def going_on(self) -> Iterator[None]:
        """Ask for the length of the block."""
        for thread in self._threads:
            thread.start()
        try:
            yield
        finally:
            self._stopped.set()
            for thread in self._threads:
                thread.join()

    def _ask_for_runs(self) -> None:
        while not self._stopped.wait(0.1):
            for monitor in self._monitors:
                self.answers.append(self._door.ask("POST", f"/api/v1/monitors/{monitor}/check"))

    def _look(self) -> None:
        while not self._stopped.wait(0.2):
            self.readiness.append(self._door.ask("GET", "/readyz"))


@dataclass
class Story:
    """What happened while the database was away, and how it ended."""

    cluster: Cluster
    target: WebTarget
    spare: OutriderProcess
    door: Door
    load: Load
    scheduled: list[str]
    in_hand: list[str] = field(default_factory=list)
    journey_run: str = ""
    waited: list[Answer] = field(default_factory=list)
    hooks: dict[str, str] = field(default_factory=dict)
    """To which path each channel posts."""
    stopped_during: int | None = None
    started_during: int | None = None
    alive: list[bool] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._waiting = threading.Thread(target=self._wait_for_the_journey)

    def told(self) -> list[Notification]:
        """Return all notifications."""
        with self.cluster.engine.storage.read() as tx:
            return list(tx.outbox.list(self.cluster.organization))

    def skipped(self, check_id: str) -> list[SkippedSlots]:
        """Return the recorded ranges of slots without a run."""
        with self.cluster.engine.storage.read() as tx:
            return list(tx.checks.skipped(self.cluster.organization, check_id, 100))

    def alert(self, url: str, hook: str, **fields: object) -> str:
        """Store a monitor that fails, and a rule that posts about it to ``hook``; returns the monitor's id."""
        cluster = self.cluster
        monitor = cluster.monitor(self.target.url(url), assertions=[WRONG], **fields)
        made = cluster.engine.channels.create(
            cluster.organization, name=hook, type="webhook", config={"url": self.target.url(hook)}
        )
        self.hooks[made.channel.id] = hook
        cluster.engine.rules.create(
            cluster.organization,
            RuleType.CONSECUTIVE_FAILURES,
            Target(family=Family.MONITOR, check_id=monitor),
            {"name": hook, "threshold": 1, "channel_ids": [made.channel.id]},
        )
        return monitor

    def begin(self) -> None:
        """Let runs and deliveries be under way."""
        cluster, target = self.cluster, self.target
        self.journey_run = cluster.request(cluster.journey(target.base, STEPS, timeout_s=30.0))
        self._waiting.start()
        wait_until(lambda: target.visits["/journey"] > 0, "the browser to open the page")
        for monitor in (self.alert("/page/1", REFUSED_ONCE), self.alert("/page/2", TAKEN_LATE)):
            cluster.request(monitor)
        wait_until(lambda: {REFUSED_ONCE, TAKEN_LATE} <= {path for path, _, _ in target.received}, "messages under way")
        slow = [cluster.monitor(target.url(f"{SLOW}/passes"), timeout_s=10.0) for _ in range(5)]
        slow.append(self.alert(f"{SLOW}/fails", TOLD_LATE, timeout_s=10.0))
        self.in_hand = [self.journey_run, *(cluster.request(monitor) for monitor in slow)]
        wait_until(lambda: target.visits[f"{SLOW}/passes"] + target.visits[f"{SLOW}/fails"] == 6, "the slow checks")

    def live_through(self, postgresql: MortalPostgresql) -> None:
        """Take the database away for a while."""
        self.begin()
        postgresql.stop()
        back_at = time.monotonic() + AWAY_S
        self.spare.terminate()
        newcomer = self.cluster.start("worker", "--queues", "light")
        self.stopped_during = self.spare.wait(AWAY_S)
        self.started_during = newcomer.wait(30)
        time.sleep(max(0.0, back_at - time.monotonic()))
        postgresql.start()
        wait_until(lambda: self.load.readiness[-1].status == 200, "the API to be ready again", 10)

    def end(self) -> None:
        """Wait until everything has settled, and the schedule has gone on."""
        before = self._slots()
        for run_id in {*self.in_hand, *self.load.accepted}:
            self.cluster.wait_for(run_id, timeout_s=60)
        wait_until(lambda: [each.state for each in self.told()] == [DeliveryState.SENT] * 3, "the messages")
        wait_until(lambda: all(now > then for now, then in zip(self._slots(), before, strict=True)), "the next slots")
        self._waiting.join()

    def _slots(self) -> list[int]:
        return [len(self.cluster.runs(monitor)) for monitor in self.scheduled]

    def _wait_for_the_journey(self) -> None:
        """Wait as a pipeline does: patiently, and again when the server asks to come back."""
        until = time.monotonic() + 2 * AWAY_S + 60
        while time.monotonic() < until:
            self.waited.append(self.door.ask("GET", f"/api/agent/runs/{self.journey_run}?wait=25"))
            if self.waited[-1].status != 503:
                return
            time.sleep(1.0)


@contextmanager
def opened(cluster: Cluster) -> Iterator[Cluster]:
    """Close a cluster at the end of the block."""
    try:
        yield cluster
    finally:
        cluster.close()


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    """The database was away for a while, in the middle of load; everything has settled since."""
    folder = tmp_path_factory.mktemp("outage")
    with (
        mortal_postgresql() as postgresql,
        mortal_redis(folder) as redis_server,
        WebTarget() as target,
        opened(Cluster(postgresql.url, redis_server.url, folder, lease_s=LEASE_S)) as cluster,
    ):
        kept = [cluster.start("scheduler"), cluster.start("worker")]
        spare = cluster.start("scheduler")
        door = cluster.api()
        wait_until(lambda: all("started" in cluster.log_of(one) for one in (*kept, spare)), "the processes")
        kept.append(door.process)
        loaded = [cluster.monitor(target.url(f"/load/{number}"), timeout_s=10.0) for number in range(4)]
        every = IntervalSchedule(int(EVERY.total_seconds()))
        scheduled = [cluster.monitor(target.url(f"/every/{number}"), schedule=every) for number in range(3)]
        story = Story(cluster, target, spare, door, Load(door, loaded), scheduled)
        with story.load.going_on():
            story.live_through(postgresql)
        story.end()
        story.alive = [process.poll() is None for process in kept]
        yield story


@pytest.mark.browser
@pytest.mark.long
class TestWithoutTheDatabase:
    """PostgreSQL was killed and came back."""

    def test_no_process_dies_and_none_is_surprised(self, story: Story) -> None:
        assert story.alive == [True, True, True]
        assert "Traceback" not in story.cluster.logs()

    def test_every_run_that_was_promised_is_carried_out_once(self, story: Story) -> None:
        promised = [story.cluster.run(run_id) for run_id in story.load.accepted]
        assert len(promised) > 20
        assert Counter(run.status for run in promised) == {RunStatus.PASSED: len(promised)}

    def test_what_ended_meanwhile_is_stored_and_not_repeated(self, story: Story) -> None:
        runs = [story.cluster.run(run_id) for run_id in story.in_hand]
        assert [run.status for run in runs] == [*[RunStatus.PASSED] * 6, RunStatus.FAILED]
        assert {run.attempt for run in runs} == {1}
        assert story.target.visits["/journey"] == 1
        assert story.target.visits[f"{SLOW}/passes"] == 5

    def test_every_slot_has_a_run_or_is_recorded_as_skipped(self, story: Story) -> None:
        for monitor in story.scheduled:
            slots = Counter(run.slot for run in story.cluster.runs(monitor))
            for gap in story.skipped(monitor):
                slots.update(gap.slots.first + EVERY * number for number in range(gap.slots.count or 0))
            first = min(slots)
            assert sorted(slots) == [first + EVERY * number for number in range(len(slots))]
            assert set(slots.values()) == {1}

    def test_messages_are_told_once(self, story: Story) -> None:
        tries = {REFUSED_ONCE: 2, TAKEN_LATE: 1, TOLD_LATE: 1}
        told = [(story.hooks[each.channel_id], each.message.id) for each in story.told()]
        assert sorted(path for path, _ in told) == sorted(tries)
        assert Counter((path, id) for path, id, _ in story.target.received) == {each: tries[each[0]] for each in told}

    def test_the_api_says_that_it_is_not_ready_until_it_is(self, story: Story) -> None:
        seen = [answer.status for answer in story.load.readiness]
        changes = [status for number, status in enumerate(seen) if number == 0 or seen[number - 1] != status]
        assert changes == [200, 503, 200]

    def test_every_request_is_answered_soon_and_in_the_envelope(self, story: Story) -> None:
        answers = [*story.load.answers, *story.load.readiness]
        assert all(answer.is_enveloped for answer in story.waited)
        assert {answer.status for answer in answers} == {200, 202, 503}
        assert all(answer.is_enveloped for answer in answers)
        assert max(answer.took_s for answer in answers) < ANSWERED_WITHIN_S

    def test_who_waits_for_a_run_is_told_its_end(self, story: Story) -> None:
        *told_to_come_back, told = story.waited
        assert {answer.status for answer in told_to_come_back} <= {503}
        assert (told.status, told.body["data"]["status"]) == (200, "passed")

    def test_a_process_that_is_stopped_meanwhile_ends_in_order(self, story: Story) -> None:
        assert story.stopped_during == 0

    def test_a_worker_that_is_started_meanwhile_says_why_it_can_t(self, story: Story) -> None:
        assert story.started_during == 1
        assert "outrider: the database does not work" in story.cluster.logs()


@pytest.mark.long
def test_without_redis_work_is_found_by_polling_and_hints_return_with_it(
    postgresql_url: str, target: WebTarget, tmp_path: Path
) -> None:
    with mortal_redis(tmp_path) as redis_server, opened(Cluster(postgresql_url, redis_server.url, tmp_path)) as cluster:
        kept = [cluster.start("scheduler"), cluster.start("worker", "--queues", "light")]
        door = cluster.api()
        wait_until(lambda: all("started" in cluster.log_of(process) for process in kept), "the processes")
        kept.append(door.process)
        load = Load(door, [cluster.monitor(target.url(f"/load/{number}"), timeout_s=10.0) for number in range(4)])
        with load.going_on():
            wait_until(lambda: len(load.accepted) > 10, "the first runs")
            redis_server.stop()
            back_at = time.monotonic() + AWAY_S
            newcomer = cluster.start("worker", "--queues", "light")
            wait_until(lambda: "started" in cluster.log_of(newcomer), "a worker that starts without Redis")
            stopped_during = cluster.terminate(newcomer)
            time.sleep(max(0.0, back_at - time.monotonic()))
            redis_server.start()
        assert_that_hints_are_received(cluster, redis_server.url)
        runs = [cluster.wait_for(run_id) for run_id in load.accepted]
        alive = [process.poll() is None for process in kept]
    assert alive == [True, True, True]
    assert stopped_during == 0
    assert Counter((run.status, run.attempt) for run in runs) == {(RunStatus.PASSED, 1): len(runs)}
    assert max(begun_after_s(run) for run in runs) < FOUND_WITHIN_S
    assert {answer.status for answer in load.answers} == {202}
    assert max(answer.took_s for answer in load.answers) < ANSWERED_WITHIN_S
    assert {answer.status for answer in load.readiness} == {200}


def test_an_api_that_dies_has_kept_what_it_promised_and_told_what_nobody_serves(
    cluster: Cluster, target: WebTarget
) -> None:
    door = cluster.api()
    with cluster.engine.storage.begin() as tx:
        tx.locations.add(["fra"])
    monitor = {"name": "far", "type": "url", "url": target.url("/far"), "locations": ["fra"]}
    made = door.ask("POST", "/api/v1/monitors", monitor).body["data"]
    told = door.ask("GET", "/status").body["data"]["unserved_locations"]
    promised = door.ask("POST", f"/api/v1/monitors/{made['id']}/check")
    door.process.kill()
    assert door.process.wait(10) == -signal.SIGKILL
    assert (told, promised.status) == (["fra"], 202)
    assert cluster.run(promised.body["data"]["id"]).status is RunStatus.QUEUED


def assert_that_hints_are_received(cluster: Cluster, redis_url: str) -> None:
    """Wait until a worker takes a hint out of Redis, sooner than the hint expires."""
    with redis.Redis.from_url(redis_url) as client:

        def arrives() -> bool:
            cluster.engine.hints.send("light", "local")
            hint, until = "outrider:hint:outrider-light-local", time.monotonic() + 2.0
            if client.pttl(hint) < 2500:  # not sent yet, or one from before
                return False
            while client.exists(hint) and time.monotonic() < until:
                time.sleep(0.02)
            return time.monotonic() < until

        wait_until(arrives, "a hint to arrive", 20)


def begun_after_s(run: Run) -> float:
    """Return how long a run had to wait."""
    assert run.started_at is not None
    return (run.started_at - run.due_at).total_seconds()
