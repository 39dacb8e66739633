import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

Outrider = Callable[..., subprocess.CompletedProcess[str]]

LONGEST_S = 60


@pytest.fixture
def outrider(tmp_path: Path) -> Outrider:
    """Run the command line in an empty folder, with nothing of Outrider's in the environment but what is given."""

    def run(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        plain = {name: value for name, value in os.environ.items() if not name.startswith("OUTRIDER_")}
        return subprocess.run(
            [sys.executable, "-m", "outrider_api.cli", *arguments],
            cwd=tmp_path,
            env={**plain, "COLUMNS": "200", **variables},
            capture_output=True,
            text=True,
            timeout=LONGEST_S,
            check=False,
        )

    return run
