"""The layers of a suite's confinement that work on this machine, found out by trying."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .inside.warden import START

WARDEN = (sys.executable, "-I", "-S", "-c", START, str(Path(__file__).parent))
"""The command of the warden."""
ALWAYS = ("own session", "no new privileges", "limits of processes, files, time and output", "short environment")
_USERS_FROM, _USERS = 52_000, 8_000
"""Numbers of users that nobody has, so that one suite can't signal another, nor anybody else."""
_TRY_S = 10.0
_SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64")


@dataclass(frozen=True, slots=True)
class Layers:
    """What confines suites here.

    Attributes:
        user: the number of the user that a suite becomes; ``None``: it stays who the runner is.
        namespaces: its own file system, processes and network.
        problem: why there are no namespaces.
    """

    user: int | None
    namespaces: bool
    problem: str = ""

    @property
    def are_strong(self) -> bool:
        """Whether a suite can reach neither the files nor the processes of Outrider."""
        return self.namespaces or self.user is not None

    def described(self) -> list[str]:
        """Return the layers in words."""
        user = ["user of its own"] if self.user is not None else []
        spaces = ["file system, processes and network of its own (namespaces)"] if self.namespaces else []
        return [*spaces, *user, *ALWAYS]


def found_layers(shown: tuple[str, ...]) -> Layers:
    """Try what works, the strongest first.

    Args:
        shown: files and folders that a suite needs to see.
    """
    user = _USERS_FROM + os.getpid() % _USERS if os.geteuid() == 0 else None
    problem = _problem(user, namespaces=True, shown=shown)
    if problem is None:
        return Layers(user, namespaces=True)
    if user is not None and _problem(user, namespaces=False, shown=shown) is None:
        return Layers(user, namespaces=False, problem=problem)
    return Layers(None, namespaces=False, problem=problem)


def programs(environment: Mapping[str, str], more: tuple[str, ...]) -> tuple[str, ...]:
    """Return the files and folders with the programs that suites are made of: Python, its packages, and browsers."""
    python = [sys.prefix, sys.base_prefix, str(Path(sys.executable).resolve().parent.parent), *sys.path]
    browsers = environment.get("PLAYWRIGHT_BROWSERS_PATH", "")
    wanted = [*_SYSTEM, *python, browsers, environment.get("PLAYWRIGHT_NODEJS_PATH", ""), *more]
    return tuple(dict.fromkeys(str(Path(path).absolute()) for path in wanted if path and Path(path).exists()))


def _problem(user: int | None, *, namespaces: bool, shown: tuple[str, ...]) -> str | None:
    """Run an empty program so confined; return why that does not work."""
    with tempfile.TemporaryDirectory(prefix="outrider-try-") as name:
        folder = Path(name)
        for path in (folder / "root", folder / "own"):
            path.mkdir()
        folder.chmod(0o711)
        orders: dict[str, Any] = {
            "command": [sys.executable, "-I", "-S", "-c", ""],
            "environment": {},
            "folder": "/",
            "user": user,
            "limits": {},
            "keep": [],
            **(
                {"root": str(folder / "root"), "own": [str(folder / "own"), "/suite"], "shown": shown}
                if namespaces
                else {}
            ),
        }
        try:
            done = subprocess.run(  # noqa: S603 - our own program, without a shell
                WARDEN,
                input=json.dumps(orders),
                capture_output=True,
                text=True,
                timeout=_TRY_S,
                check=False,
                start_new_session=True,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            return str(error)
    return None if done.returncode == 0 else (done.stderr.strip() or f"status {done.returncode}")
