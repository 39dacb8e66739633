"""What slots leave behind: nothing, whether they are closed, abandoned, or their owner is killed."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from outrider_engine.adapters.slots.folders import SlotFolder, remove_abandoned
from outrider_engine.adapters.slots.process_table import all_processes, marked, process_of
from outrider_engine.errors import ConfigurationError
from outrider_engine.ports.slots import SlotTask

from .conftest import SCRIPTED, MakeSlots

TASK = SlotTask(check_type="scripted_process", check_name="x", config={}, timeout_s=5.0)

OWNER = """
import sys, threading
from pathlib import Path
from outrider_engine.adapters.slots.factory import RunnerSlots
from outrider_engine.plugin_manager import PLUGIN_GROUP, entry_points
from outrider_engine.ports.slots import SlotTask
names = [point.name for point in entry_points(group=PLUGIN_GROUP)]
root, environment = Path(sys.argv[1]), {"PATH": "/usr/bin"}
slots = RunnerSlots(root=root, environment=environment, blocked_plugins=names, command=sys.argv[2:])
config = {"do": "leave_detached", "text": "hang"}
task = SlotTask(check_type="scripted_process", check_name="x", config=config, timeout_s=60)
slots.create().run(task, lambda step: print("started", flush=True))
"""


def test_a_closed_slot_leaves_nothing(make_slots: MakeSlots) -> None:
    slot = make_slots().create()
    folder = slot.folder.parent
    assert slot.run(TASK, lambda step: None).failure is None
    slot.close()
    slot.close()
    slot.kill()
    assert not folder.exists()
    assert marked(folder.name.encode(), all_processes().values()) == []


def test_closing_calls_a_starting_runner_off(make_slots: MakeSlots) -> None:
    slot = make_slots(environment={"PATH": "/usr/bin:/bin", "TZ": "60"}).create()
    slot.kill()
    slot.close()
    assert not slot.folder.exists()


def test_a_killed_owner_leaves_nothing(tmp_path_factory: pytest.TempPathFactory, slot_root: Path) -> None:
    root = slot_root / "o"
    root.mkdir()
    owner = subprocess.Popen([sys.executable, "-c", OWNER, str(root), *SCRIPTED], stdout=subprocess.PIPE, text=True)
    assert owner.stdout is not None
    with owner, owner.stdout:
        assert owner.stdout.readline() == "started\n"
        (folder,) = root.iterdir()
        owner.send_signal(signal.SIGKILL)
    limit = time.monotonic() + 5
    while (folder.exists() or marked(folder.name.encode(), all_processes().values())) and time.monotonic() < limit:
        time.sleep(0.02)
    assert not folder.exists()
    assert marked(folder.name.encode(), all_processes().values()) == []


def test_folders_of_dead_processes_are_removed_and_no_others(slot_root: Path) -> None:
    root = slot_root / "s"
    root.mkdir()
    mine = SlotFolder(root)
    me = process_of(os.getpid())
    assert me is not None
    (root / "outr-7fffffff-1-abc").mkdir()
    (root / f"outr-{me.pid:x}-{me.started + 1:x}-abc").mkdir()
    (root / "outr-not-a-slot").mkdir()
    assert remove_abandoned(root) == 2
    assert {entry.name for entry in root.iterdir()} == {mine.path.name, "outr-not-a-slot"}


def test_each_notice_of_a_starting_runner_is_passed_on_by_itself(make_slots: MakeSlots) -> None:
    says = 'printf "[warning  ] one\\nmore of it\\n[warning  ] two\\n" >&2; exec "$0" "$@"'
    with capture_logs() as logged:
        slot = make_slots(command=("/bin/sh", "-c", says, *SCRIPTED)).create()
        slot.warm(60)
        slot.close()
    told = [entry["text"] for entry in logged if entry["event"] == "runner process says"]
    assert told == ["[warning  ] one\nmore of it", "[warning  ] two"]


def test_a_root_that_is_too_long_for_chromium_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="TMPDIR"):
        SlotFolder(tmp_path / ("x" * 60))


def test_a_runner_is_replaced_after_its_runs(make_slots: MakeSlots) -> None:
    slot = make_slots(runs_per_child=2).create()
    try:
        pids = [slot.run(TASK, lambda step: None).facts["pid"] for _ in range(4)]
    finally:
        slot.close()
    assert pids[0] == pids[1] != pids[2] == pids[3]


@pytest.mark.long
def test_lost_runners_leak_nothing(make_slots: MakeSlots) -> None:
    def held() -> tuple[int, int]:
        return len(list(Path("/proc/self/fd").iterdir())), threading.active_count()

    lethal = SlotTask(check_type="scripted_process", check_name="x", config={"do": "die"}, timeout_s=5.0)
    slot = make_slots().create()
    try:
        slot.run(lethal, lambda step: None)
        before = held()
        for _ in range(4):
            assert slot.run(lethal, lambda step: None).failure is not None
        assert held() == before
    finally:
        slot.close()
