import os
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pytest
from command_line import run_outrider

Outrider = Callable[..., CompletedProcess[str]]

LONGEST_S = 60


@pytest.fixture
def outrider(tmp_path: Path) -> Outrider:
    """Run the command line in an empty folder, with nothing of Outrider's in the environment but what is given."""

    def run(*arguments: str, **variables: str) -> CompletedProcess[str]:
        plain = {name: value for name, value in os.environ.items() if not name.startswith("OUTRIDER_")}
        env = {**plain, "COLUMNS": "200", **variables}
        return run_outrider(arguments, cwd=tmp_path, env=env, timeout_s=LONGEST_S)

    return run
