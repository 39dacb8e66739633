"""Recording with Playwright's command line, for versions of it whose recorder can't be listened to from Python.

``playwright codegen`` writes all lines anew with each action. They come through a pipe that has a name, so that what
was typed into password fields is never in a file.
"""

import json
import os
import select
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Self

from playwright._impl._driver import compute_driver_executable, get_driver_env

from outrider_engine.errors import SlotError
from outrider_journeys.browser_options import BrowserOptions

from .moments import Caused, Effect, Moment
from .recording import Recording

_PATIENCE_S = 0.2
_GRACE_S = 10.0
_APART_S = 10.0
"""Seconds between two actions, of whose times the lines tell nothing: enough that none is taken for another's doing."""
_BEGINNING = b'{"browserName"'


def record_with_codegen(
    url: str,
    recording: Recording,
    options: BrowserOptions,
    program: Path,
    is_enough: Callable[[], bool],
    *,
    headless: bool = False,
) -> None:
    """Record into ``recording`` until the window is closed or it is enough.

    Raises:
        SlotError: the command line ends with an error; the message says which.
    """
    with _Pipe() as pipe, tempfile.TemporaryFile() as errors:
        environment = {**os.environ, **get_driver_env(), "PWTEST_CLI_EXECUTABLE_PATH": str(program)}
        if headless:
            environment["PWTEST_CLI_HEADLESS"] = "1"
        process = subprocess.Popen(  # noqa: S603 - Playwright's own program
            [*compute_driver_executable(), *_arguments(url, options, pipe.path)],
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=errors,
            start_new_session=True,
        )
        try:
            while process.poll() is None and not is_enough():
                _take(pipe, recording)
            has_ended_itself = process.poll() is not None
        finally:
            _end(process, lambda: _take(pipe, recording))
        if has_ended_itself and process.returncode:
            errors.seek(0)
            raise SlotError(f"playwright codegen failed: {errors.read(2000).decode(errors='replace').strip()}")


def moments_of(text: str) -> tuple[list[Moment], list[Caused]]:
    """Return what lines of JSON tell; a last line that is not complete yet is left for the next time."""
    moments: list[Moment] = []
    caused: list[Caused] = []
    for line in text.splitlines()[1:]:
        try:
            action = json.loads(line)
        except ValueError:
            break
        at = _APART_S * len(moments)
        page = str(action.pop("pageGuid", None) or action.pop("pageAlias", "page"))
        caused += [each for signal in action.pop("signals", ()) if (each := _effect(page, at, signal)) is not None]
        moments.append(Moment(page=page, action=action, at=at))
    return moments, caused


def _effect(page: str, at: float, signal: Mapping[str, Any]) -> Caused | None:
    detail: dict[str, str]
    match signal.get("name"):
        case "navigation":
            detail = {"url": str(signal.get("url", ""))}
        case "popup":
            detail = {"page": str(signal.get("popupPageGuid") or signal.get("popupAlias"))}
        case "download":
            detail = {"file_name": ""}
        case "dialog":
            detail = {"answer": "dismiss", "message": ""}
        case _:
            return None
    return Caused(page=page, effect=Effect(signal["name"]), at=at, detail=detail)


def _take(pipe: "_Pipe", recording: Recording) -> None:
    text = pipe.read()
    if text is not None:
        recording.begun_anew(*moments_of(text))


def _arguments(url: str, options: BrowserOptions, path: Path) -> list[str]:
    device = [f"--device={options.device}"] if options.device else []
    return ["codegen", "--target=jsonl", f"--output={path}", f"--browser={options.engine}", *device, "--", url]


def _end(process: "subprocess.Popen[bytes]", drain: Callable[[], None]) -> None:
    """Ask the program to end, and take what it still writes; it is killed when it does not."""
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
    limit = time.monotonic() + _GRACE_S
    while process.poll() is None and time.monotonic() < limit:
        drain()
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    drain()


class _Pipe:
    """A pipe with a name; what is written begins anew with each header."""

    def __enter__(self) -> Self:
        self._folder = tempfile.TemporaryDirectory(prefix="outrider-")
        self.path = Path(self._folder.name) / "actions"
        os.mkfifo(self.path, 0o600)
        # Open for writing too, so that there is no end between two writers.
        self._descriptor = os.open(self.path, os.O_RDWR | os.O_NONBLOCK)
        self._text = b""
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._descriptor)
        self._folder.cleanup()

    def read(self) -> str | None:
        """Wait a moment for news; returns all lines since the last header, ``None`` if nothing has come."""
        if not select.select([self._descriptor], [], [], _PATIENCE_S)[0]:
            return None
        self._text += os.read(self._descriptor, 1 << 20)
        self._text = self._text[max(0, self._text.rfind(_BEGINNING)) :]
        return self._text.decode(errors="replace")
