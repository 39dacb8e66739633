"""Custom steps in exported tests: the plugin does them, and where there is none the test says what is missing."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from exported_tests import CONFTEST

from outrider_journeys.actions.registry import StepActions
from outrider_journeys.exporting.pytest_file import export_python

pytestmark = pytest.mark.browser

PLUGIN = """
from outrider_engine.hookspecs import hookimpl
from pydantic import BaseModel


class Wanted(BaseModel):
    whom: str
    often: int = 1


class Wave:
    name = "acme.wave"
    model = Wanted

    def run(self, parameters, scope):
        scope.set_variable("WAVED", f"{parameters.whom} x{parameters.often} on {scope.page_title()}")
        scope.set_variable("TOKEN", "l3arned", secret=True)
        if parameters.whom != "{{ada}}":
            raise AssertionError


@hookimpl
def outrider_register_custom_steps():
    return [Wave()]
"""
STEPS = [
    {"action": "goto", "url": "/thanks"},
    {"action": "custom", "custom": "acme.wave", "parameters": {"whom": "{{WHO}}", "often": 2}},
    {"action": "assert", "variable": {"name": "WAVED", "equals": "{{WHO}} x2 on Thanks"}},
    {"action": "assert", "variable": {"name": "TOKEN", "equals": "l3arned"}},
]


def run(folder: Path, site: str, actions: StepActions, steps: list[dict[str, Any]]) -> tuple[int, str]:
    journey = {"name": "Wave", "base_url": site, "secrets": ["WHO"], "variables": {"N": "1"}, "steps": steps}
    (folder / "conftest.py").write_text(CONFTEST)
    (folder / "test_exported.py").write_text(export_python(actions.parse(journey), actions))
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "--tb=line", "-p", "no:outrider", "test_exported.py"],
        cwd=folder,
        env={"PATH": "/usr/bin:/bin", "HOME": str(folder), "PYTHONPATH": str(folder / "lib"), "WHO": "{{ada}}"},
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    return done.returncode, done.stdout


def installed(folder: Path) -> None:
    about = folder / "lib" / "acme_steps-1.0.dist-info"
    about.mkdir(parents=True)
    (folder / "lib" / "acme_steps.py").write_text(PLUGIN)
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: acme-steps\nVersion: 1.0\n")
    (about / "entry_points.txt").write_text("[outrider]\nacme = acme_steps\n")


def test_the_plugin_does_its_step_on_the_page_of_the_test(site: str, actions: StepActions, tmp_path: Path) -> None:
    installed(tmp_path)
    code, output = run(tmp_path, site, actions, STEPS)
    assert code == 0, output


@pytest.mark.long
def test_what_does_not_fit_is_told(site: str, actions: StepActions, tmp_path: Path) -> None:
    installed(tmp_path)
    wrong = {**STEPS[1], "parameters": {"whom": "{{WHO}}", "often": "never"}}
    code, output = run(tmp_path, site, actions, [wrong])
    assert code == 1
    assert "parameters.often: Input should be a valid integer" in output


def test_without_the_plugin_the_test_says_so(site: str, actions: StepActions, tmp_path: Path) -> None:
    code, output = run(tmp_path, site, actions, STEPS[1:2])
    assert code == 1
    assert "no plugin that is installed offers the custom step 'acme.wave'" in output


def test_without_outrider_the_test_says_what_to_install(site: str, actions: StepActions, tmp_path: Path) -> None:
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / "outrider_journeys.py").write_text("raise ImportError('it is not there')")
    code, output = run(tmp_path, site, actions, STEPS[1:2])
    assert code == 1
    assert "a plugin of Outrider does the step acme.wave: install outrider, and the plugin" in output
