import os
import re
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from subprocess import CompletedProcess

import pytest
from command_line import OutriderProcess, run_outrider
from engine_world import PASSED
from served_house import Served, served, served_app, served_plugins

from outrider_engine.domain.checks import QUEUES
from outrider_engine.domain.observations import Observation

__all__ = ["served", "served_app", "served_plugins"]

Outrider = Callable[..., CompletedProcess[str]]
Started = Callable[..., OutriderProcess]

LONGEST_S = 60


def environment(folder: Path, variables: dict[str, str]) -> dict[str, str]:
    """Return an environment with nothing of Outrider's in it but what is given; profiles are kept in the folder."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith("OUTRIDER_")}
    return {**plain, "COLUMNS": "200", "XDG_CONFIG_HOME": str(folder / "config"), **variables}


def until(condition: Callable[[], bool], what: str) -> None:
    """Wait for a condition."""
    limit = time.monotonic() + LONGEST_S
    while not condition():
        assert time.monotonic() < limit, f"waited in vain for {what}"
        time.sleep(0.02)


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


def commands_on(page: str) -> list[str]:
    """Return the commands of a page; what they read from files is nothing here."""
    blocks = re.findall(r"```sh\n(.*?)```", page, re.DOTALL)
    return [line.partition(" < ")[0] for text in blocks for line in text.splitlines()]


@pytest.fixture
def outcomes(request: pytest.FixtureRequest) -> dict[str, Observation]:
    """What is seen of the checks of these names; everything else passes."""
    given: dict[str, Observation] = getattr(request, "param", {})
    return given


@pytest.fixture
def working(served: Served, outcomes: dict[str, Observation]) -> Iterator[Served]:
    """A house in which every run ends at once."""
    over = threading.Event()

    def work() -> None:
        while not over.wait(0.05):
            for queue in QUEUES:
                for claim in served.house.world.claims().take(queue, 10):
                    served.house.world.finish(claim, outcomes.get(claim.check.definition.name, PASSED))

    worker = threading.Thread(target=work)
    worker.start()
    yield served
    over.set()
    worker.join()
