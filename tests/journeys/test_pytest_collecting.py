"""Journey files as pytest collects them, and what pytest is without them."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from outrider_journeys.pytest_plugin.collecting import installed_actions

JOURNEY = """
name: "Check out [now] :: twice"
description: Buys a kettle.
tags: [smoke, "team: web", skip, timeout, parametrize]
steps: [{action: goto, url: /}]
"""

OPTIONS = ("--collect-only", "-q", "--strict-markers", "-p", "no:cacheprovider", "-p", "no:xdist")


@pytest.fixture(autouse=True, scope="module")
def _loaded() -> None:
    """Load everything before pytester remembers which modules there are: it forgets the others after each run."""
    installed_actions()


def collected(pytester: pytest.Pytester, *options: str) -> list[str]:
    """The ids of the tests that a run would have, in a process that has loaded everything already."""
    result = pytester.runpytest_inprocess(*OPTIONS, *options)
    return [line for line in result.outlines if "::" in line and not line.startswith(("ERROR", "FAILED"))]


def test_a_journey_is_a_test_called_like_it_for_each_browser(pytester: pytest.Pytester) -> None:
    (pytester.path / "shop.journey.yaml").write_text(JOURNEY)
    for other in ("shop.yaml", "journey.yaml", "shop.journey.yaml.bak", "data.json"):
        (pytester.path / other).write_text("{")
    assert collected(pytester) == ["shop.journey.yaml::Check out now twice[chromium]"]
    browsers = collected(pytester, "--browser", "firefox", "--browser", "webkit")
    assert [each.rpartition("[")[2] for each in browsers] == ["firefox]", "webkit]"]


@pytest.mark.parametrize(
    ("options", "count"),
    [
        (("-m", "smoke and team_web"), 1),
        (("-m", "not smoke"), 0),
        (("-k", "kettle or Check"), 1),
        (("-k", "smoke"), 1),
        (("-k", "other"), 0),
        (("shop.journey.yaml::Check out now twice[chromium]",), 1),
        (("-o", "outrider_journeys=*.flow"), 0),
        (("-p", "no:outrider"), 0),
    ],
)
def test_journeys_are_chosen_like_other_tests(pytester: pytest.Pytester, options: tuple[str, ...], count: int) -> None:
    (pytester.path / "shop.journey.yaml").write_text(JOURNEY)
    assert len(collected(pytester, *options)) == count


def test_a_journey_that_is_wrong_is_told_with_its_line(pytester: pytest.Pytester) -> None:
    (pytester.path / "bad.journey.yml").write_text("steps:\n- action: goto\n  url: /\n  ulr: /\n")
    result = pytester.runpytest_inprocess(*OPTIONS)
    result.stdout.fnmatch_lines(
        ["bad.journey.yml:4: steps[[]0].ulr: is not a known field; did you mean `url`[?] (allowed: *"]
    )
    assert result.ret == pytest.ExitCode.INTERRUPTED


def test_pytest_learns_nothing_heavy_from_an_installed_outrider(tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text(
        "import sys\n"
        "def pytest_sessionfinish(session):\n"
        "    heavy = {'outrider_engine', 'pydantic', 'yaml', 'structlog', 'pluggy_', 'outrider_journeys.interpreter'}\n"
        "    print('heavy:', sorted(heavy & set(sys.modules)), session.config.pluginmanager.has_plugin('outrider'))\n"
    )
    (tmp_path / "test_mine.py").write_text("def test_mine(): pass\n")
    (tmp_path / "values.yaml").write_text("a: 1\n")
    command = [sys.executable, "-m", "pytest", "-q", "-s", "-p", "no:cacheprovider", "-p", "no:schemathesis"]
    done = subprocess.run(
        [*command, "-p", "no:xdist", "-p", "no:hypothesispytest"],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "heavy: [] True" in done.stdout, done.stdout + done.stderr
    assert "1 passed" in done.stdout
