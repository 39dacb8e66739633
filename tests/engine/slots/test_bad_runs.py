"""Runs that do not behave: each ends in time, with its reason, and the next one on the same slot is unaffected."""

import os
import signal
import threading
import time

import pytest

from outrider_engine.adapters.slots.process_table import all_processes, marked, process_of
from outrider_engine.adapters.slots.slot import RunnerSlot
from outrider_engine.domain.observations import Observation
from outrider_engine.domain.verdicts import Reason, Verdict
from outrider_engine.ports.slots import SlotTask

from .conftest import LIMITS, MakeSlots, Run


def gone_within(pid: int, seconds: float) -> bool:
    limit = time.monotonic() + seconds
    while (process := process_of(pid)) is not None and process.is_alive and time.monotonic() < limit:
        time.sleep(0.01)
    return process is None or not process.is_alive


def processes_of(slot: RunnerSlot) -> int:
    return len(marked(f"OUTRIDER_SLOT={slot.folder.parent.name}".encode(), all_processes().values()))


def ends_of(observation: Observation) -> tuple[Verdict, Reason]:
    assert observation.failure is not None
    return observation.failure.verdict, observation.failure.reason


@pytest.mark.parametrize("do", ["steps_then_hang", "stubborn_hang", "hang_in_c"])
def test_a_run_over_its_time_ends_timed_out(run: Run, do: str) -> None:
    started = time.monotonic()
    observation = run(do, timeout_s=0.6)
    assert ends_of(observation) == (Verdict.TIMED_OUT, Reason.TIMEOUT)
    assert time.monotonic() - started < 0.6 + LIMITS.grace_s + 1.0
    assert run().failure is None


def test_a_run_over_its_time_keeps_the_steps_that_ended(run: Run) -> None:
    observation = run("steps_then_hang", count=2, timeout_s=0.3)
    assert [step.name for step in observation.steps] == ["Step 0", "Step 1"]
    assert observation.failure is not None
    assert "the last step that ended was 'Step 1'" in observation.failure.message


@pytest.mark.parametrize(
    ("do", "arguments", "reason"),
    [
        pytest.param("eat_memory", {}, Reason.LIMIT_MEMORY, id="memory"),
        pytest.param("fill_disk", {}, Reason.LIMIT_DISK, id="disk"),
        pytest.param("fill_folder", {}, Reason.LIMIT_DISK, id="files"),
        pytest.param("flood_log", {}, Reason.LIMIT_OUTPUT, id="log"),
        pytest.param("flood_steps", {}, Reason.LIMIT_OUTPUT, id="steps"),
        pytest.param("many_processes", {"count": 20}, Reason.LIMIT_PROCESSES, id="processes"),
        pytest.param("fork_bomb", {}, Reason.LIMIT_PROCESSES, id="forks"),
    ],
)
def test_a_run_over_a_limit_is_ended(
    run: Run, slot: RunnerSlot, do: str, arguments: dict[str, int], reason: Reason
) -> None:
    idle = processes_of(slot)
    observation = run(do, timeout_s=20.0, **arguments)
    assert ends_of(observation) == (Verdict.ERROR, reason)
    assert run().failure is None
    assert processes_of(slot) == idle


def test_a_huge_file_can_not_be_made(run: Run) -> None:
    assert ends_of(run("one_huge_file")) == (Verdict.ERROR, Reason.PLUGIN)


@pytest.mark.parametrize("then", ["", "hang", "die", "kill keeper"])
def test_what_a_run_detaches_from_itself_is_ended_too(run: Run, slot: RunnerSlot, then: str) -> None:
    observation = run("leave_detached", text=then, timeout_s=2.0)
    pid = observation.steps[0].detail["pid"]
    slot.sweep()
    assert isinstance(pid, int)
    assert gone_within(pid, 0.5)
    assert run().failure is None


@pytest.mark.parametrize(
    ("do", "message"),
    [
        pytest.param("die", "the runner process was killed by signal 9 (out of memory?)", id="killed"),
        pytest.param("leave", "the runner process ended with status 7", id="exits"),
    ],
)
def test_a_runner_that_dies_is_told_and_replaced(run: Run, do: str, message: str) -> None:
    observation = run(do)
    assert ends_of(observation) == (Verdict.ERROR, Reason.INTERNAL)
    assert observation.failure is not None
    assert observation.failure.message == message
    assert run().failure is None


@pytest.mark.long
@pytest.mark.parametrize(
    "garbage",
    [
        pytest.param("\xff\xff\xff\xff", id="an endless message"),
        pytest.param("\x00\x00\x00\x02{}", id="an object of no kind"),
        pytest.param("\x00\x00\x00\x04null", id="null"),
        pytest.param("\x00\x00\x00\x05\x80\x04N.\x00", id="a pickle"),
        pytest.param('\x00\x00\x00\x2d{"kind":"ready","version":1,"kinds":{},"x":1}', id="an extra field"),
        pytest.param('\x00\x00\x00\x27{"kind":"ready","version":1,"kinds":{}}', id="out of turn"),
        pytest.param('\x00\x00\x00\x2b{"kind":"done","number":0,"duration_ms":1.0}', id="the end of another run"),
    ],
)
def test_a_runner_that_breaks_the_protocol_is_replaced(run: Run, garbage: str) -> None:
    assert ends_of(run("write_garbage", text=garbage, timeout_s=10.0)) == (Verdict.ERROR, Reason.INTERNAL)
    assert run().failure is None


def test_kill_from_another_thread_calls_the_run_off(run: Run, slot: RunnerSlot) -> None:
    threading.Timer(0.3, slot.kill).start()
    started = time.monotonic()
    assert ends_of(run("steps_then_hang", timeout_s=30.0)) == (Verdict.CANCELLED, Reason.SHUTDOWN)
    assert time.monotonic() - started < 1.5
    slot.kill()
    assert processes_of(slot) == 0
    assert run().failure is None


def test_kill_ends_the_processes_even_while_a_listener_blocks(run: Run, slot: RunnerSlot) -> None:
    killed, waited = threading.Event(), []

    class Blocked(list):  # type: ignore[type-arg]
        def append(self, step: object) -> None:
            threading.Thread(target=lambda: (slot.kill(), killed.set())).start()
            while processes_of(slot) and len(waited) < 500:
                waited.append(time.sleep(0.01))

    assert ends_of(run("steps_then_hang", count=1, timeout_s=30.0, seen=Blocked())) == (
        Verdict.CANCELLED,
        Reason.SHUTDOWN,
    )
    assert len(waited) < 500
    assert killed.wait(5)


def test_kill_while_the_runner_starts_calls_the_run_off(make_slots: MakeSlots) -> None:
    slot = make_slots(environment={"PATH": "/usr/bin:/bin", "TZ": "20"}).create()
    task = SlotTask(check_type="scripted_process", check_name="x", config={}, timeout_s=30.0)
    threading.Timer(0.3, slot.kill).start()
    try:
        assert ends_of(slot.run(task, lambda step: None)) == (Verdict.CANCELLED, Reason.SHUTDOWN)
        assert processes_of(slot) == 0
    finally:
        slot.close()


def test_a_step_listener_that_raises_ends_the_run_and_is_heard(run: Run, slot: RunnerSlot) -> None:
    class Deaf(list):  # type: ignore[type-arg]
        def append(self, step: object) -> None:
            raise ConnectionError("the database is away")

    with pytest.raises(ConnectionError):
        run("steps_then_hang", count=1, timeout_s=30.0, seen=Deaf())
    assert processes_of(slot) == 0
    assert run().failure is None


def test_a_runner_that_is_slow_to_start_is_not_the_targets_fault(make_slots: MakeSlots) -> None:
    slot = make_slots(environment={"PATH": "/usr/bin:/bin", "TZ": "3"}).create()
    task = SlotTask(check_type="scripted_process", check_name="x", config={"do": "steps_then_hang"}, timeout_s=1.5)
    started = time.monotonic()
    try:
        observation = slot.run(task, lambda step: None)
        assert time.monotonic() - started < 1.5 + LIMITS.grace_s + 3.0
    finally:
        slot.close()
    assert ends_of(observation) == (Verdict.ERROR, Reason.INTERNAL)


def test_a_runner_that_can_not_start_says_why(make_slots: MakeSlots) -> None:
    slot = make_slots(command=("/bin/sh", "-c", "echo no such plugin >&2; exit 3")).create()
    task = SlotTask(check_type="scripted_process", check_name="x", config={}, timeout_s=2.0)
    try:
        failure = slot.run(task, lambda step: None).failure
    finally:
        slot.close()
    assert failure is not None
    assert failure.message == "the runner process ended with status 3 before it was ready: no such plugin"


def test_the_tree_is_gone_half_a_second_after_a_kill(run: Run, slot: RunnerSlot) -> None:
    pids = []
    timer = threading.Timer(0.8, lambda: pids.extend(all_processes()))
    timer.start()
    threading.Timer(1.0, slot.kill).start()
    run("many_processes", count=6, timeout_s=30.0)
    assert len(pids) > 6
    assert processes_of(slot) == 0


def test_a_dead_idle_runner_is_replaced(run: Run) -> None:
    pid = run().facts["pid"]
    assert isinstance(pid, int)
    os.kill(pid, signal.SIGKILL)
    assert gone_within(pid, 2.0)
    assert run().failure is None
