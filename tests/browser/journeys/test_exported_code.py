"""Journeys as tests of pytest-playwright: code that stands alone, does the same and names the same steps."""

import ast
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import black
import pytest
from exported_tests import CONFTEST
from holding_steps import HOLDING

from outrider_engine.domain.verdicts import Verdict
from outrider_journeys.actions.registry import StepActions
from outrider_journeys.exporting.pytest_file import PytestFile, export_python
from outrider_journeys.interpreter import WalkResult

pytestmark = pytest.mark.browser

VALUES = {"WHO": "ada", "WHERE": "thanks", "THRICE": "3"}
SOME = (
    "for_each", "while", "if", "keys and focus", "scroll", "open_page, use_page and close_page", "handle_dialogs",
    "a look", "a loop that is left from within tries",
)  # fmt: skip
SIGN_IN = {
    "variables": {"WHO": "nobody"},
    "steps": [
        {"action": "goto", "url": "/login"},
        {"action": "fill", "locator": {"label": "E-mail"}, "value": "{{WHO}}"},
        {"action": "fill", "locator": {"label": "Password"}, "value": "{{PASSWORD}}"},
        {"action": "stop"},
        {"action": "expect_text", "text": "never"},
    ],
    "teardown": [{"action": "expect_text", "text": "Sorry", "timeout": 0.1}],
    "secrets": ["PASSWORD"],
}
FLAKY = [
    {"action": "goto", "url": "/causes"},
    {
        "action": "group",
        "name": "Until it is the {{WHO}}",
        "retries": 4,
        "steps": [
            {"action": "click", "locator": {"role": "button", "name": "Count"}},
            {"action": "expect_text", "text": "third", "timeout": 0.1},
        ],
    },
    {"action": "call", "journey": "Sign in", "variables": {"WHO": "eve"}},
    {"action": "expect_text", "text": "no {{PASSWORD}} here", "soft": True, "timeout": 0.1},
    {"action": "if", "condition": {"variable": "WHO", "equals": "ada"}, "then": [{"action": "reload"}]},
]


def exported(groups: dict[str, Any], site: str, actions: StepActions) -> tuple[dict[str, Any], str]:
    steps = [{"action": "group", "name": name, "steps": list(steps)} for name, steps in groups.items()]
    journey = {
        "name": "Everything at once",
        "base_url": site,
        "defaults": {"timeout": 2},
        "variables": VALUES,
        "secrets": ["PASSWORD"],
        "browser": {"locale": "en-GB", "extra_headers": {"X-Who": "{{WHO}}"}},
        "setup": [{"action": "set_variable", "variable": "READY", "value": "yes"}],
        "steps": [*steps, *FLAKY],
        "teardown": [{"action": "set_variable", "variable": "DONE", "value": "yes"}],
        "journeys": {"Sign in": SIGN_IN},
    }
    return journey, export_python(actions.parse(journey), actions)


@pytest.mark.parametrize(
    "names", [pytest.param(SOME, id="some"), pytest.param(tuple(HOLDING), id="all", marks=pytest.mark.long)]
)
def test_exported_code_does_the_same_and_names_the_same_steps(
    walked: Callable[..., WalkResult], site: str, actions: StepActions, tmp_path: Path, names: tuple[str, ...]
) -> None:
    journey, code = exported({name: HOLDING[name] for name in names}, site, actions)
    (tmp_path / "conftest.py").write_text(CONFTEST)
    (tmp_path / "test_exported.py").write_text(code)
    command = [sys.executable, "-m", "pytest", "-q", "-W", "default", "--junitxml=report.xml", "-p", "no:outrider"]
    with subprocess.Popen(
        [*command, "test_exported.py"],
        cwd=tmp_path,
        env={"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "PASSWORD": "tops3cret"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as run:
        result = walked(*journey.pop("steps"), **journey, walk_secrets={"PASSWORD": "tops3cret"}, within=60)
        output, _ = run.communicate(timeout=100)
    assert run.returncode == 0, output
    assert "tops3cret" not in (tmp_path / "report.xml").read_text()
    report = ET.parse(tmp_path / "report.xml")
    told = [each.get("value") for each in report.iter("property") if each.get("name") == "step"]
    begun = [step.name for step in result.steps if step.status is not Verdict.CANCELLED]
    assert told == begun
    assert result.failure is not None
    assert result.failure.verdict is Verdict.DEGRADED
    assert output.count("Warning: Expect ") == 2


@pytest.mark.parametrize("given", [pytest.param(steps, id=name) for name, steps in HOLDING.items()])
def test_every_step_is_written_as_code(given: tuple[dict[str, Any], ...], actions: StepActions) -> None:
    file = PytestFile(actions.parse({"steps": list(given), "variables": VALUES}), actions)
    text = file.text()
    ast.parse(text)
    assert file.dropped == []
    assert black.format_str(text, mode=black.Mode(line_length=100)) == text


def test_linters_find_nothing_in_exported_code(actions: StepActions, tmp_path: Path) -> None:
    for number, (name, steps) in enumerate(HOLDING.items()):
        journey = actions.parse({"name": name, "steps": list(steps), "variables": VALUES})
        (tmp_path / f"test_{number}.py").write_text(PytestFile(journey, actions).text())
    command = [sys.executable, "-m", "ruff", "check", "--isolated", "--no-cache", "--select=E4,E7,E9,F,I,W"]
    done = subprocess.run([*command, str(tmp_path)], capture_output=True, text=True, check=False)
    if "No module named ruff" in done.stderr:
        pytest.skip("ruff is not installed")
    assert done.returncode == 0, done.stdout


def test_texts_stay_what_they_are(actions: StepActions) -> None:
    odd = 'a "b" \\ {c} {{WHO}} }} \n \u2028 é \x7f'
    journey = actions.parse({"steps": [{"action": "set_variable", "variable": "X", "value": odd}]})
    line = next(line for line in export_python(journey, actions).split("\n") if 'values["X"]' in line)
    values = {"WHO": "ada"}
    exec(line.strip(), {"values": values})
    assert values["X"] == odd.replace("{{WHO}}", "ada")
