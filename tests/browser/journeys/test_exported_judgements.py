"""What is judged, taken and waited for, exported as code that stands alone and passes where the journey does."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from exported_tests import CONFTEST
from holding_judgements import CART, OPEN, PASSING, TAKEN

from outrider_journeys.actions.registry import StepActions
from outrider_journeys.exporting.pytest_file import PytestFile

pytestmark = pytest.mark.browser

CAUSES = {"action": "goto", "url": "/causes"}
SAVE = {"action": "click", "locator": {"role": "link", "name": "Save"}}
DOWNLOAD = {"action": "wait_for", "download": {"as": "report", "file_name": {"ends_with": ".csv"}}}
FETCH = {"action": "click", "locator": {"role": "button", "name": "Fetch"}}
POPUP = {"action": "click", "locator": {"role": "link", "name": "Open"}}
VALUES = {"PRICE": "20.50 EUR", "FOUR": "4", "WHICH": "visit"}


def judged() -> list[dict[str, Any]]:
    """Return a journey through all that passes."""
    taken = [
        {"action": "extract", "name": f"take {name}", "variable": f"V{number}", **step}
        for number, (name, (step, _)) in enumerate(TAKEN.items())
    ]
    right = [
        {"action": "assert", "name": f"taken {name}", "variable": {"name": f"V{number}", "equals": value}}
        for number, (name, (_, value)) in enumerate(TAKEN.items())
    ]
    requests = {"action": "wait_for", "request": {"url": "**/article", "method": "GET"}}
    answers = {"action": "wait_for", "response": {"url": {"ends_with": "/article"}, "status": 200}}
    return [
        OPEN,
        CART,
        *({"action": "assert", "name": name, **test} for name, test in PASSING.items()),
        SAVE,
        DOWNLOAD,
        {"action": "assert", "download": {"as": "report", "name": "report.csv", "size": 3, "contains": "a,b"}},
        {"action": "assert", "download": {"size": 3}},
        *taken,
        *right,
        {"action": "wait_for", "function": "window.late"},
        {"action": "wait_for", "locator": ".price", "count": {"at_least": 3}},
        {
            "action": "evaluate",
            "script": "const a = argument.n; return a + '{{FOUR}}'",
            "argument": {"n": 1},
            "variable": "X",
        },
        {"action": "assert", "variable": {"name": "X", "equals": "14"}},
        {"action": "web_vitals", "at_most": {"fcp_ms": 5000}},
        CAUSES,
        *(FETCH, requests, answers, FETCH, requests, answers, POPUP),
        {"action": "wait_for", "popup": "other"},
        {"action": "assert", "title": "Thanks", "page": "other"},
    ]


def test_all_of_it_is_written(actions: StepActions) -> None:
    file = PytestFile(actions.parse({"steps": judged(), "variables": VALUES}), actions)
    compile(file.text(), "exported", "exec")
    assert not file.dropped


@pytest.mark.long
def test_exported_judgements_pass_where_the_journey_does(site: str, actions: StepActions, tmp_path: Path) -> None:
    journey = {"name": "Judged", "base_url": site, "defaults": {"timeout": 5}, "variables": VALUES, "steps": judged()}
    (tmp_path / "conftest.py").write_text(CONFTEST)
    (tmp_path / "test_exported.py").write_text(PytestFile(actions.parse(journey), actions).text())
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:outrider", "test_exported.py"],
        cwd=tmp_path,
        env={"PATH": "/usr/bin:/bin", "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert done.returncode == 0, done.stdout
