"""Recording a journey from the command line: the browser, the list of steps, the file, and what follows when asked."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from rich.console import Console
from rich.text import Text

from outrider_engine.errors import InvalidInput
from outrider_engine.plugin_manager import load_plugins
from outrider_engine.settings import Settings
from outrider_journeys.actions.registry import StepActions
from outrider_journeys.browser_options import BrowserOptions, EngineName
from outrider_journeys.importing.contract import ImportProblem
from outrider_journeys.recording.recorded import Recorded
from outrider_journeys.recording.recording import Recording
from outrider_journeys.recording.session import record

from .connecting import connected
from .json_output import print_json
from .local_plan import LocalRun
from .local_run import run_files
from .recorded_file import address_of, as_object, free_path, show_recorded, write
from .recorded_steps import RecordedSteps
from .remote_options import Remote
from .signals import stop_asked
from .uploading import Upload, upload_file

_HOW = "Do what a visitor does. The buttons at the top of the page add assertions. Close the window, or Ctrl-C, to end."
_HOW_HEADLESS = "There is no window: let a program drive the browser. Close its pages, or Ctrl-C, to end."


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingRun:
    """What is to be recorded, and what is to follow."""

    url: str
    output: Path | None = None
    force: bool = False
    name: str | None = None
    device: str | None = None
    engine: EngineName = "chromium"
    answer: Literal["accept", "dismiss"] = "accept"
    upload: bool = False
    run: bool = False
    codegen: bool = False
    headless: bool = False
    debugging_port: int | None = None


def record_journey(settings: Settings, remote: Remote, wanted: RecordingRun) -> int:
    """Record a journey and write it; returns the exit status of ``outrider record``.

    Raises:
        InvalidInput: an option is wrong, or nothing was done that could be recorded; nothing has been written.
        SlotError: no browser can be started.
        ClientError: the server refused what was recorded; it has been written.
    """
    if wanted.run and remote.as_json:
        raise InvalidInput("does not go with --run, which tells its steps to people", field="--json")
    if wanted.debugging_port is not None and (wanted.codegen or wanted.engine != "chromium"):
        raise InvalidInput("only goes with chromium, and without --codegen", field="--debugging-port")
    url = address_of(wanted.url)
    path = free_path(wanted.output, url, force=wanted.force)
    client = connected(remote) if wanted.upload else None
    console = Console(highlight=False, quiet=remote.as_json)
    recorded = _recorded(StepActions.installed(load_plugins(blocked=settings.blocked_plugins)), url, wanted, console)
    write(path, recorded.definition)
    show_recorded(console, path, recorded)
    if client is not None:
        upload_file(client, settings, Upload(file=path, values=recorded.secrets), as_json=remote.as_json)
    elif remote.as_json:
        print_json(as_object(path, recorded))
    return run_files(settings, LocalRun(paths=(path,), values=recorded.secrets)) if wanted.run else 0


def _recorded(actions: StepActions, url: str, wanted: RecordingRun, console: Console) -> Recorded:
    browser = {"device": wanted.device} if wanted.device else {}
    if wanted.engine != "chromium":
        browser["engine"] = wanted.engine
    recording = Recording(actions, name=wanted.name, browser=browser)
    console.print(Text(_HOW_HEADLESS if wanted.headless else _HOW, style="dim"), soft_wrap=not console.is_terminal)
    with RecordedSteps(console, lambda: _names(recording)) as steps, stop_asked() as asked:
        recording.tell(steps.changed)

        def is_enough() -> bool:
            steps.show()
            return asked.wait(0)

        record(
            url,
            recording,
            BrowserOptions.model_validate(browser),
            os.environ,
            is_enough,
            answer=wanted.answer,
            headless=wanted.headless,
            debugging_port=wanted.debugging_port,
            with_codegen=wanted.codegen,
        )
        steps.show(is_over=True)
    if not recording.moments:
        raise InvalidInput("nothing was recorded: it ended before anything happened in the page")
    recorded = recording.made()
    recording.forget()
    return recorded


def _names(recording: Recording) -> tuple[str, ...]:
    """Return the names of the steps so far; none while a page tells nonsense, which is said at the end."""
    try:
        return recording.made().step_names
    except ImportProblem:
        return ()
