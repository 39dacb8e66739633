import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from outrider_engine.adapters.slots.factory import RunnerSlots
from outrider_engine.adapters.slots.slot import RunnerSlot
from outrider_engine.domain.observations import Observation, StepResult
from outrider_engine.plugin_manager import PLUGIN_GROUP, entry_points
from outrider_engine.ports.slots import SlotLimits, SlotTask

SCRIPTED = (sys.executable, "-P", str(Path(__file__).with_name("scripted_runner.py")))
LIMITS = SlotLimits(memory=300_000_000, disk=30_000_000, files=500, output=3_000_000, processes=12, grace_s=0.5)

MakeSlots = Callable[..., RunnerSlots]


@pytest.fixture(scope="session")
def slot_root() -> Iterator[Path]:
    """A short folder, for Chromium's and our own limit on socket paths."""
    with tempfile.TemporaryDirectory(prefix="os", dir="/tmp") as folder:
        yield Path(folder)


@pytest.fixture(scope="session")
def make_slots(slot_root: Path) -> MakeSlots:
    """Makes factories whose runners know the scripted check type, and no other."""
    installed = [point.name for point in entry_points(group=PLUGIN_GROUP)]

    def make(**changes: object) -> RunnerSlots:
        arguments: dict[str, object] = {"root": slot_root, "limits": LIMITS, "environment": {"PATH": "/usr/bin:/bin"}}
        arguments |= {"blocked_plugins": installed, "command": SCRIPTED}
        return RunnerSlots(**(arguments | changes))  # type: ignore[arg-type]

    return make


@pytest.fixture(scope="module")
def shared_slot(make_slots: MakeSlots) -> Iterator[RunnerSlot]:
    """One slot for all tests of a module, as in production: each must leave it usable."""
    slot = make_slots().create()
    yield slot
    slot.close()


@pytest.fixture
def slot(shared_slot: RunnerSlot) -> Iterator[RunnerSlot]:
    shared_slot.warm()
    yield shared_slot
    shared_slot.sweep()


Run = Callable[..., Observation]


@pytest.fixture
def run(slot: RunnerSlot) -> Run:
    """Runs a script in the shared slot; ``seen`` collects the steps as they come."""

    def run(
        do: str = "pass",
        *,
        timeout_s: float = 5.0,
        secrets: dict[str, str] | None = None,
        seen: list[StepResult] | None = None,
        check_type: str = "scripted_process",
        **config: object,
    ) -> Observation:
        task = SlotTask(
            check_type=check_type,
            check_name="Test",
            config={"do": do, **config},  # type: ignore[dict-item]
            timeout_s=timeout_s,
            secrets=secrets or {},
        )
        return slot.run(task, (seen if seen is not None else []).append)

    return run
