"""Exported tests beside each other: each walks its own site, and all of them another that pytest is given."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from exported_tests import CONFTEST
from web_target import WebTarget

from outrider_journeys.actions.registry import StepActions
from outrider_journeys.exporting.pytest_file import PytestFile, export_python

pytestmark = pytest.mark.browser

PATHS = ("/page", "/asked", "/called")


@pytest.fixture
def targets() -> Iterator[tuple[WebTarget, ...]]:
    with ExitStack() as stack:
        yield tuple(stack.enter_context(WebTarget()) for _ in range(3))


def journey_on(target: WebTarget, variable: str | None) -> dict[str, Any]:
    return {
        "name": "Look around",
        "base_url": "{{SITE}}" if variable else target.base,
        "variables": {"SITE": target.base},
        "steps": [
            {"action": "goto", "url": "/page"},
            {"action": "http_request", "method": "GET", "url": "/asked"},
            {"action": "set_cookies", "cookies": [{"name": "a", "value": "b", "url": "/"}]},
            {"action": "call", "journey": "Inner"},
        ],
        "journeys": {"Inner": {"steps": [{"action": "goto", "url": "/called"}]}},
    }


@pytest.mark.parametrize("elsewhere", [False, pytest.param(True, marks=pytest.mark.long)])
def test_each_file_has_its_own_site_unless_pytest_is_given_one(
    targets: tuple[WebTarget, ...], actions: StepActions, tmp_path: Path, elsewhere: bool
) -> None:
    first, second, other = targets
    (tmp_path / "conftest.py").write_text(CONFTEST)
    (tmp_path / "test_first.py").write_text(export_python(actions.parse(journey_on(first, None)), actions))
    (tmp_path / "test_second.py").write_text(export_python(actions.parse(journey_on(second, None)), actions))
    if elsewhere:
        (tmp_path / "test_third.py").write_text(export_python(actions.parse(journey_on(first, "SITE")), actions))
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:outrider", *(["--base-url", other.base] if elsewhere else [])],
        cwd=tmp_path,
        env={"PATH": "/usr/bin:/bin", "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    visits = [[target.visits[path] for path in PATHS] for target in targets]
    assert visits == ([[0] * 3, [0] * 3, [3] * 3] if elsewhere else [[1] * 3, [1] * 3, [0] * 3])


def test_a_step_that_is_no_code_fails_where_it_stands(actions: StepActions) -> None:
    journey = actions.parse({"steps": [{"action": "reload"}]})
    without_export = type("Reload", (), {"name": "reload", "model": actions["reload"].model})()
    file = PytestFile(journey, {"reload": without_export})
    why = "the action reload can't be written as code"
    assert f'raise AssertionError("{why}")' in file.text()
    assert [reason for _, reason in file.dropped] == [why]
