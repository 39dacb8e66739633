"""Which browser to use: the operator's Chromium, Playwright's own or one of the system; of others Playwright's own."""

import os
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from outrider_engine.errors import SlotError

SHELL = "chromium-headless-shell"
"""Half the time and 0.4 of the CPU of full Chromium, but it has no window."""
FULL = "chromium"

SWITCHES = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-domain-reliability",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
    "--no-pings",
    # WebRTC sends UDP past any proxy. Full Chromium heeds the first of these, the headless shell the second.
    "--webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
)
"""What every Chromium is started with, by journeys and suites alike: nothing goes past the proxy or to its maker."""

_VARIABLE = "OUTRIDER_BROWSER_PATH"
_SHELLS = ("chromium-headless-shell", "chrome-headless-shell", "headless_shell")
_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_ADVICE = "install one (for example: playwright install chromium) or name one in OUTRIDER_BROWSER_PATH"


@dataclass(frozen=True, slots=True)
class Program:
    """A browser that can be started. ``name`` is ``SHELL``, ``FULL``, ``firefox`` or ``webkit``."""

    path: Path
    name: str


def find_browsers(environment: Mapping[str, str], playwrights_own: Path) -> tuple[Program, ...]:
    """Return the browsers of this machine, the preferred one first.

    Args:
        environment: of the process; ``OUTRIDER_BROWSER_PATH`` excludes all others.
        playwrights_own: where Playwright would keep its Chromium, if it were installed.

    Raises:
        SlotError: the operator's browser can't be used.
    """
    chosen = environment.get(_VARIABLE)
    if chosen:
        return (_chosen(Path(chosen)),)
    found = [*_downloaded(playwrights_own), *_of_system(environment)]
    return tuple(sorted(found, key=lambda program: program.name != SHELL))


def choose(programs: tuple[Program, ...], *, headed: bool) -> Program:
    """Return the browser for a run.

    Raises:
        SlotError: there is none; the message says what to install.
    """
    fitting = [program for program in programs if program.name == FULL] if headed else programs
    if not fitting:
        what = "no Chromium that has a window" if headed else "no Chromium"
        raise SlotError(f"there is {what} on this machine; {_ADVICE}")
    return fitting[0]


def has_others(playwrights_own: Iterable[Path]) -> bool:
    """Whether any of Playwright's other browsers is installed."""
    return any(_is_program(path) for path in playwrights_own)


def find_other(engine: str, playwrights_own: Path) -> Program:
    """Return Firefox or WebKit: only those that Playwright brings along can be driven by it.

    Raises:
        SlotError: it is not installed; the message says how to.
    """
    if not _is_program(playwrights_own):
        advice = f"install it (playwright install {engine}), or let the journey use chromium"
        raise SlotError(f"there is no {engine} that Playwright can drive on this machine; {advice}")
    return Program(playwrights_own, engine)


def _chosen(path: Path) -> Program:
    if not _is_program(path):
        raise SlotError(f"{_VARIABLE}: {path} is not a program that can be executed")
    return Program(path, _name_of(path))


def _downloaded(own: Path) -> list[Program]:
    """Look where ``playwright install`` puts full Chromium and, in a folder beside it, the headless shell."""
    found = [Program(own, FULL)] if _is_program(own) else []
    folder = next((parent for parent in own.parents if parent.name.startswith("chromium-")), None)
    if folder is not None:
        revision = folder.name.removeprefix("chromium-")
        beside = folder.parent / f"chromium_headless_shell-{revision}"
        shells = (path for name in _SHELLS for path in sorted(beside.glob(f"*/{name}")))
        found += [Program(path, SHELL) for path in shells if _is_program(path)]
    return found


def _of_system(environment: Mapping[str, str]) -> list[Program]:
    paths = (shutil.which(name, path=environment.get("PATH")) for name in (*_SHELLS, *_BROWSERS))
    return [Program(Path(path), _name_of(Path(path))) for path in paths if path is not None]


def _is_program(path: Path) -> bool:
    return path.is_file() and os.access(path, os.X_OK)


def _name_of(path: Path) -> str:
    return SHELL if "headless" in path.name else FULL
