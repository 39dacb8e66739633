"""Walking journeys from files without a server, in the same kind of slot as in production, with the same limits."""

import re
import shutil
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from queue import SimpleQueue
from types import FrameType

from rich.console import Console

from outrider_engine.bootstrap.slots import open_slots
from outrider_engine.domain.observations import ProducedFile, StepResult
from outrider_engine.domain.redaction import Redactor
from outrider_engine.plugin_manager import load_plugins
from outrider_engine.ports.slots import Slot
from outrider_engine.settings import Settings
from outrider_journeys.actions.registry import StepActions
from outrider_journeys.artifacts.baseline_folder import folder_of, keep_baselines
from outrider_journeys.block_names import BlockNames
from outrider_journeys.login_state_files import LoginStateFolder
from outrider_journeys.model import PARTS

from .healing_files import heal_files
from .json_output import print_json
from .local_plan import LocalRun, Walk, planned
from .local_report import as_document, as_junit, show_end, show_summary, show_title
from .local_results import LocalResult, overall_exit_status, redacted, redacted_step
from .output_places import require_file, require_folder
from .step_list import ShownStep, StepList, show_steps

_ENDED_BY_SIGTERM = 143


@dataclass(frozen=True, slots=True, kw_only=True)
class _Folders:
    """Where the files of runs are kept, and login states."""

    files: Path
    states: LoginStateFolder


def run_files(settings: Settings, wanted: LocalRun) -> int:
    """Run the journeys and show them; returns the exit status that ``outrider run`` promises.

    Raises:
        InvalidInput: a file, a variable, a secret or the place of a report is wrong, or there is no journey; then none
            has been run.
        OSError: a report or what the runs left can't be written.
    """
    plugins = load_plugins(blocked=settings.blocked_plugins)
    walks = planned(wanted, StepActions.installed(plugins))
    if wanted.output is not None:
        require_folder(wanted.output, "--output")
    if wanted.junit is not None:
        require_file(wanted.junit, "--junit")
    states = LoginStateFolder(wanted.login_states)
    states.make()
    began, started_at = time.monotonic(), datetime.now(UTC)
    console = Console(highlight=False, quiet=wanted.as_json)
    folders = _Folders(
        files=wanted.output or settings.data_dir / "local-runs",
        states=states,
    )
    with _ended_in_order(), open_slots(settings, plugins, min(wanted.workers, len(walks))) as slots:
        walking = _side_by_side if len(slots) > 1 else _in_turn
        results = walking(walks, slots, console, folders)
    took_ms = (time.monotonic() - began) * 1000
    if wanted.junit is not None:
        wanted.junit.write_bytes(as_junit(results, started_at=started_at, took_ms=took_ms))
    heal_files(results, console, write=wanted.heal)
    if wanted.as_json:
        print_json(as_document(results))
    elif len(results) > 1:
        show_summary(console, results, took_ms)
    return overall_exit_status(results)


def _in_turn(walks: Sequence[Walk], slots: Sequence[Slot], console: Console, folders: _Folders) -> list[LocalResult]:
    """Walk one after the other, each step shown as it ends."""
    results = []
    for walk in walks:
        show_title(console, walk.title)
        redactor = Redactor(walk.task.secrets.values())
        journey = walk.file.journey
        planned = [step.display_name for part in PARTS for step in getattr(journey, part)]
        names = [step.display_name for step in journey.all_steps()]
        with StepList(console, planned, names=names, name_of_block=BlockNames(journey).of) as steps:
            result = _walked(walk, slots[0], folders, _shown_in(steps, redactor))
        show_end(console, result)
        results.append(result)
    return results


def _shown_in(steps: StepList, redactor: Redactor) -> Callable[[StepResult], None]:
    return lambda step: steps.ended(ShownStep.of(redacted_step(step, redactor)))


def _side_by_side(
    walks: Sequence[Walk], slots: Sequence[Slot], console: Console, folders: _Folders
) -> list[LocalResult]:
    """Walk as many at a time as there are slots, each shown as a whole when it has ended."""
    free: SimpleQueue[Slot] = SimpleQueue()
    for slot in slots:
        free.put(slot)

    def walk_one(walk: Walk) -> LocalResult:
        slot = free.get()
        try:
            return _walked(walk, slot, folders, lambda _step: None)
        finally:
            free.put(slot)

    with ThreadPoolExecutor(len(slots), thread_name_prefix="walk") as pool:
        under_way = [pool.submit(walk_one, walk) for walk in walks]
        try:
            for future in as_completed(under_way):
                result = future.result()
                show_title(console, result.title)
                show_steps(console, [ShownStep.of(step) for step in result.observation.steps])
                show_end(console, result)
        except BaseException:
            for future in under_way:
                future.cancel()
            for slot in slots:
                slot.kill()
            raise
    return [future.result() for future in under_way]


def _walked(walk: Walk, slot: Slot, folders: _Folders, on_step: Callable[[StepResult], None]) -> LocalResult:
    started_at = datetime.now(UTC)
    states = folders.states.valid(walk.file.journey.login_states, started_at)
    observation = slot.run(replace(walk.task, login_states=states), on_step)
    folders.states.keep(observation.login_states)
    if observation.failure is None:
        keep_baselines(observation.files, folder_of(walk.file.path), replace=walk.updates_baselines)
    return LocalResult(
        walk=walk,
        started_at=started_at,
        observation=redacted(observation, Redactor(walk.task.secrets.values())),
        files=_keep(observation.files, folders.files, walk.file.journey.name),
    )


def _keep(files: Sequence[ProducedFile], folder: Path, name: str) -> tuple[Path, ...]:
    """Copy what the run left into a folder of its own, named after the journey and the time."""
    if not files:
        return ()
    slug = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "journey"
    target = _new_folder(folder, f"{slug}-{datetime.now().astimezone():%Y%m%d-%H%M%S}")
    return tuple(Path(shutil.copy2(file.path, target / file.path.name)) for file in files)


def _new_folder(within: Path, name: str) -> Path:
    """Make a folder that was not there, numbered where walks end within the same second."""
    for number in count(1):
        target = within / (name if number == 1 else f"{name}-{number}")
        try:
            target.mkdir(parents=True)
        except FileExistsError:
            continue
        return target
    raise AssertionError("counting has no end")


@contextmanager
def _ended_in_order() -> Iterator[None]:
    """Let SIGTERM end the run as Ctrl-C does: the browser goes first."""

    def end(_number: int, _frame: FrameType | None) -> None:
        raise SystemExit(_ENDED_BY_SIGTERM)

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
