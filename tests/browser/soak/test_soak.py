"""Browser runs in a row, one in five hanging or crashing: nothing is left behind and memory stays flat.

A short form runs with `make long`; `make soak` runs 200.
"""

import contextlib
import os
import signal
import statistics
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from web_target import WebTarget

from outrider_engine.adapters.egress import EgressProxy
from outrider_engine.adapters.slots.factory import RunnerSlots
from outrider_engine.adapters.slots.slot import RunnerSlot
from outrider_engine.domain.egress import EgressMode, EgressPolicy
from outrider_engine.domain.observations import Observation
from outrider_engine.domain.verdicts import Verdict
from outrider_engine.ports.slots import SlotLimits, SlotTask

RUNS = int(os.environ.get("OUTRIDER_SOAK_RUNS", "10"))
pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.long, pytest.mark.timeout(60 + 15 * RUNS)]

CALM = [{"action": "goto", "url": "/"}, {"action": "expect_text", "text": "Ready"}]
HANGING = [*CALM, {"action": "wait_for", "seconds": 60}]


@pytest.fixture
def root() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="os", dir="/tmp") as root:
        yield Path(root)


@pytest.fixture
def before() -> set[psutil.Process]:
    return descendants()


@pytest.fixture
def slot(root: Path, before: set[psutil.Process]) -> Iterator[RunnerSlot]:
    proxy = EgressProxy(EgressPolicy(EgressMode.PRIVATE))
    proxy.start()
    slot = RunnerSlots(root=root, limits=SlotLimits(grace_s=1.0), proxy=proxy).create()
    slot.warm(60)
    yield slot
    slot.close()
    proxy.close()


def descendants() -> set[psutil.Process]:
    return {process for process in psutil.Process().children(recursive=True) if process.is_running()}


def browsers(before: set[psutil.Process]) -> set[psutil.Process]:
    """Return the browser processes that were not there before the test."""
    return {process for process in descendants() - before if "chrom" in name_of(process)}


def name_of(process: psutil.Process) -> str:
    """Return what a process is called, nothing when it has ended meanwhile."""
    try:
        return process.name()
    except psutil.NoSuchProcess:
        return ""


def crash_soon(before: set[psutil.Process]) -> None:
    """Kill the browser as soon as there is one, as the kernel does when memory is short."""
    deadline = time.monotonic() + 20
    while not browsers(before) and time.monotonic() < deadline:
        time.sleep(0.02)
    for process in browsers(before):
        with contextlib.suppress(ProcessLookupError):
            os.kill(process.pid, signal.SIGKILL)


def walk(slot: RunnerSlot, base_url: str, number: int, before: set[psutil.Process]) -> Observation:
    hangs, crashes = number % 10 == 4, number % 10 == 9
    task = SlotTask(
        check_type="browser",
        check_name="soak",
        config={"base_url": base_url, "steps": HANGING if hangs or crashes else CALM},
        timeout_s=4.0 if hangs else 30.0,
        artifacts="never",
    )
    killer = threading.Thread(target=crash_soon, args=(before,))
    if crashes:
        killer.start()
    observation = slot.run(task, lambda step: None)
    slot.sweep()
    if crashes:
        killer.join()
    return observation


def test_nothing_is_left_and_memory_stays_flat(slot: RunnerSlot, root: Path, before: set[psutil.Process]) -> None:
    own, sizes, handles = psutil.Process(), [], []
    with WebTarget() as target:
        for number in range(RUNS):
            observation = walk(slot, target.base, number, before)
            ill = number % 5 == 4
            verdict = observation.failure.verdict if observation.failure else Verdict.PASSED
            assert (verdict is not Verdict.PASSED) is ill, f"run {number}: {observation.failure}"
            assert browsers(before) == set(), f"after run {number}"
            leftovers = [path for path in slot.folder.rglob("*") if path.is_file()]
            assert leftovers == [], f"after run {number}"
            if number % 2:
                slot.stand_by(30)
            sizes.append(own.memory_info().rss)
            handles.append(own.num_fds())
    assert len(list(root.iterdir())) == 1
    half = len(sizes) // 2
    growth = statistics.mean(sizes[half:]) - statistics.mean(sizes[half // 2 : half])
    assert growth < 8_000_000, f"{growth / 1e6:.1f} MB more in the second half"
    assert max(handles[half:]) - max(handles[:half]) <= 4
    slot.close()
    assert descendants() - before == set()
    assert list(root.iterdir()) == []
