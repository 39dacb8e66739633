"""The benchmarks still run: what they measure is nobody's business here."""

import subprocess
import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


@pytest.mark.long
@pytest.mark.browser
@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    "command",
    [
        ("journeys.py", "--rounds", "1", "--journeys", "1", "--only", "everything"),
        ("journey_runners.py", "--rounds", "1", "--journeys", "1"),
        ("http_engine.py", "--help"),
    ],
    ids=lambda command: command[0],
)
def test_a_benchmark_runs_to_its_end(command):
    name, *arguments = command
    done = subprocess.run(
        [sys.executable, BENCHMARKS / name, *arguments], capture_output=True, text=True, timeout=280, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
