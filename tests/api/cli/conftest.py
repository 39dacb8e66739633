import os
from collections.abc import Callable, Iterator
from pathlib import Path
from subprocess import CompletedProcess

import pytest
from command_line import OutriderProcess, run_outrider
from served_house import served, served_app, served_plugins

__all__ = ["served", "served_app", "served_plugins"]

Outrider = Callable[..., CompletedProcess[str]]
Started = Callable[..., OutriderProcess]

LONGEST_S = 60


def environment(folder: Path, variables: dict[str, str]) -> dict[str, str]:
    """Return an environment with nothing of Outrider's in it but what is given; profiles are kept in the folder."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith("OUTRIDER_")}
    return {**plain, "COLUMNS": "200", "XDG_CONFIG_HOME": str(folder / "config"), **variables}


@pytest.fixture
def outrider(tmp_path: Path) -> Outrider:
    """Run the command line in an empty folder, with nothing of Outrider's in the environment but what is given."""

    def run(*arguments: str, stdin: str = "", **variables: str) -> CompletedProcess[str]:
        env = environment(tmp_path, variables)
        return run_outrider(arguments, cwd=tmp_path, env=env, timeout_s=LONGEST_S, stdin=stdin)

    return run


@pytest.fixture
def started(tmp_path: Path) -> Iterator[Started]:
    """Start the command line in the folder of the test; its output is in `out` and `err` there."""
    processes: list[OutriderProcess] = []

    def start(*arguments: str, **variables: str) -> OutriderProcess:
        env = environment(tmp_path, variables)
        process = OutriderProcess(arguments, cwd=tmp_path, env=env, out=tmp_path / "out", err=tmp_path / "err")
        processes.append(process)
        return process

    yield start
    for process in processes:
        process.kill()
        process.wait()
