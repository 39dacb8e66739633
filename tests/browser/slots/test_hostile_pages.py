"""Pages that mean harm: each run ends within its time, says why, and the next one on the same slot is unaffected."""

import json
import time
from collections.abc import Iterator

import pytest

from outrider_engine.adapters.slots.process_table import all_processes, marked
from outrider_engine.adapters.slots.slot import RunnerSlot
from outrider_engine.domain.observations import Observation
from outrider_engine.domain.verdicts import Reason, Verdict

from .conftest import Walk, shows

pytestmark = pytest.mark.browser


def processes_of(slot: RunnerSlot) -> int:
    return len(marked(f"OUTRIDER_SLOT={slot.folder.parent.name}".encode(), all_processes().values()))


@pytest.fixture(autouse=True)
def next_run_is_unaffected(slot: RunnerSlot, walk: Walk) -> Iterator[None]:
    """After each test: nothing is left of it, and the same slot walks a calm page."""
    yield
    observation = walk("/calm")
    assert observation.failure is None
    slot.sweep()
    assert processes_of(slot) == 3, "the keeper, the runner and Playwright's driver"
    folder = slot.folder.parent
    assert list((folder / "t").iterdir()) + list((folder / "run").iterdir()) == []


def ending(observation: Observation) -> tuple[Verdict, Reason] | None:
    failure = observation.failure
    return (failure.verdict, failure.reason) if failure else None


@pytest.mark.long
@pytest.mark.parametrize("path", ["/loop", "/loop-at-once"])
def test_a_page_that_loops_ends_in_time(walk: Walk, path: str) -> None:
    started = time.monotonic()
    observation = walk(path, {"action": "click", "locator": "h1"}, shows("#never"), timeout_s=4.0)
    assert time.monotonic() - started < 4.0 + 5.0
    assert observation.failure is not None
    assert observation.failure.verdict in {Verdict.TIMED_OUT, Verdict.FAILED}


def test_a_page_that_eats_memory_is_ended(walk: Walk) -> None:
    observation = walk("/memory", shows("#never", timeout=30), timeout_s=30.0)
    assert ending(observation) == (Verdict.ERROR, Reason.LIMIT_MEMORY)
    assert [step.name for step in observation.steps] == ["Open /memory"]


@pytest.mark.long
def test_popups_beyond_the_cap_are_closed_and_the_run_goes_on(walk: Walk) -> None:
    assert ending(walk("/popups", {"action": "wait_for", "seconds": 1}, shows("h1"))) is None


@pytest.mark.long
def test_a_flood_of_popups_ends_the_run(walk: Walk) -> None:
    observation = walk("/popup-flood", shows("#never", timeout=25), timeout_s=25.0)
    assert ending(observation) in {(Verdict.ERROR, Reason.LIMIT_PAGES), (Verdict.ERROR, Reason.LIMIT_MEMORY),
                                   (Verdict.ERROR, Reason.LIMIT_PROCESSES)}  # fmt: skip


def test_dialogs_are_dismissed(walk: Walk) -> None:
    observation = walk(
        "/dialogs",
        {"action": "click", "locator": "button"},
        {"action": "assert", "locator": "button", "text": "Survived"},
        "/calm",
    )
    assert ending(observation) is None


@pytest.mark.long
def test_a_flood_of_console_lines_is_cut_short(walk: Walk) -> None:
    observation = walk("/console", shows("#never", timeout=2), timeout_s=20.0)
    (file,) = [file for file in observation.files if file.name == "console.json"]
    told = json.loads(file.path.read_text())
    assert (len(told["messages"]), told["cut"]) == (200, True)
    assert max(len(message["text"]) for message in told["messages"]) < 1100
    assert observation.facts["console_errors"] == 200


@pytest.mark.long
def test_downloads_are_refused(walk: Walk, slot: RunnerSlot) -> None:
    observation = walk("/download", {"action": "wait_for", "seconds": 1}, shows("h1"))
    assert ending(observation) is None
    written = sum(path.stat().st_size for path in slot.folder.parent.rglob("*") if path.is_file())
    assert written < 20_000_000


@pytest.mark.parametrize(
    "url",
    ["file:///etc/passwd", "view-source:file:///etc/passwd", "chrome://version", "data:text/html,<h1>x</h1>"],
)
def test_other_schemes_are_refused(walk: Walk, url: str) -> None:
    observation = walk(url, shows("#never", timeout=2))
    assert observation.failure is not None
    assert observation.failure.verdict is Verdict.ERROR
    assert observation.failure.reason in {Reason.INVALID_DEFINITION, Reason.EGRESS_DENIED}


def test_permissions_are_not_given(walk: Walk) -> None:
    answer = {"action": "extract", "locator": "#answer", "variable": "answer"}
    observation = walk("/permissions", answer)
    assert observation.facts["variables"] in ({"answer": "is denied"}, {"answer": "is prompt"})


@pytest.mark.long
def test_nothing_of_one_run_is_left_for_the_next(walk: Walk) -> None:
    steps = ("/state", {"action": "assert", "locator": "#before", "text": "nothing"})
    assert ending(walk(*steps)) is None
    assert ending(walk(*steps)) is None
