"""What a runner starts ahead for its next run, and that a run tells when it is done with its target."""

import threading
import time
from pathlib import Path

from outrider_engine.adapters.slots.process_table import process_of
from outrider_engine.adapters.slots.slot import RunnerSlot
from outrider_engine.ports.slots import SlotTask

from .conftest import MakeSlots, Run


def test_what_was_started_ahead_serves_the_next_run_and_no_other(slot: RunnerSlot, run: Run) -> None:
    slot.stand_by(10)
    first, second = run(check_type="foresighted"), run(check_type="foresighted")
    assert (first.facts["runs"], second.facts["ahead"]) == (True, None)


def test_what_was_started_ahead_ends_with_the_sweep_after_its_run_and_not_before(slot: RunnerSlot, run: Run) -> None:
    run(check_type="foresighted")
    slot.sweep()
    slot.stand_by(10)
    slot.sweep()
    slot.warm(10)
    pid = run(check_type="foresighted").facts["ahead"]
    assert isinstance(pid, int)
    slot.sweep()
    assert not lives(pid)


def test_a_run_of_another_kind_ends_what_was_started_ahead(slot: RunnerSlot, run: Run) -> None:
    slot.stand_by(10)
    assert run().failure is None
    assert run(check_type="foresighted").facts["ahead"] is None


def test_what_was_started_ahead_is_ended_when_no_run_comes(slot: RunnerSlot, run: Run) -> None:
    slot.stand_by(10)
    time.sleep(1.0)  # twice as long as a runner of the tests waits
    assert run(check_type="foresighted").facts["ahead"] is None


def test_a_type_that_fails_to_stand_by_still_runs(make_slots: MakeSlots, run: Run, slot: RunnerSlot) -> None:
    class BrokenPort:
        url = "http://broken"

        def forget(self) -> None: ...

        def report(self) -> object:
            return type("Report", (), {"denied": ()})

    slot._port = BrokenPort()  # type: ignore[assignment]
    try:
        slot.stand_by(10)
        assert run(check_type="foresighted").facts["ahead"] is None
    finally:
        slot._port = None


def test_standing_by_can_be_called_off(make_slots: MakeSlots) -> None:
    slot = make_slots().create()
    slot.warm()
    slot.stand_by(10)
    folder = slot.folder.parent
    slot.kill()
    assert slot.run(TASK, lambda step: None).failure is None
    slot.close()
    assert not folder.exists()


TASK = SlotTask(check_type="foresighted", check_name="x", config={}, timeout_s=5.0)


def test_a_run_tells_once_that_it_is_ending_before_it_has_ended(slot: RunnerSlot) -> None:
    endings: list[float] = []

    def let_go() -> None:
        endings.append(time.monotonic())
        threading.Timer(0.1, folder_of(slot).joinpath("go").touch).start()

    task = SlotTask(check_type="scripted_process", check_name="x", config={"do": "end_slowly"}, timeout_s=5.0)
    observation = slot.run(task, lambda step: None, let_go)
    assert observation.failure is None
    assert len(endings) == 1
    assert time.monotonic() - endings[0] >= 0.1


def folder_of(slot: RunnerSlot) -> Path:
    (folder,) = slot.folder.iterdir()
    return folder


def lives(pid: int) -> bool:
    process = process_of(pid)
    return process is not None and process.is_alive
