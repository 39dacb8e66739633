"""docs/ci.md and the workflow in the README say what is true: they run, and end as they promise."""

import json
import re
import shlex
import shutil
import subprocess
from pathlib import Path
from string import Template
from typing import Any
from xml.etree import ElementTree as ET

import pytest
import yaml
from api_house import data_of
from batch_runs import BATCHES
from engine_world import FAILED
from served_house import Served

from outrider_api.cli import trigger_command

from .conftest import Outrider, commands_on, environment

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "ci.md").read_text()
README = (ROOT / "README.md").read_text()
IN_PIPELINES = re.findall(r"(?:run: |- |sh ')(outrider trigger [^'\n]*)", PAGE)
COMMANDS = re.findall(r"^    (curl (?:.*\\\n)*.*)", PAGE, re.MULTILINE)
SERVER = "http://127.0.0.1:8000"
GITHUB = {
    "GITHUB_SHA": "9fceb02d",
    "GITHUB_REF_NAME": 'odd"branch',
    "GITHUB_REPOSITORY": "acme/shop",
    "DEPLOYED_AT": "https://preview.test",
}


@pytest.fixture
def checks(working: Served) -> Served:
    """A house with what the page speaks of, in which every run passes at once."""
    owner = working.house.owner
    owner.journey(name="Our home page", tags=["smoke"])
    owner.monitor(name="probe", type="scripted", tags=["smoke", "flaky"])
    return working


def test_the_commands_on_the_page_work(outrider: Outrider, checks: Served, tmp_path: Path) -> None:
    for line in commands_on(PAGE):
        program, *arguments = shlex.split(line)
        done = outrider(*arguments, **checks.variables)
        assert (program, done.returncode) == ("outrider", 0), f"{line}: {done.stdout}{done.stderr}"
    assert ET.parse(tmp_path / "report.xml").getroot().get("failures") == "0"
    assert "✅ Outrider: passed" in (tmp_path / "summary.md").read_text()


def test_the_commands_in_pipelines_work(outrider: Outrider, checks: Served, tmp_path: Path) -> None:
    there = dict.fromkeys(("DEPLOYED_AT", "CI_ENVIRONMENT_URL", "PREVIEW_URL"), "https://preview.test")
    step_summary = {"GITHUB_STEP_SUMMARY": str(tmp_path / "step.md")}
    assert len(IN_PIPELINES) == 3
    for line in IN_PIPELINES:
        arguments = [Template(word).substitute(there) for word in shlex.split(line)[1:]]
        done = outrider(*arguments, **checks.variables, **step_summary)
        assert done.returncode == 0, f"{line}: {done.stdout}{done.stderr}"
        assert ET.parse(tmp_path / "outrider.xml").getroot().get("tests") == "2"
        (tmp_path / "outrider.xml").unlink()
    assert "https://preview.test" in (tmp_path / "step.md").read_text()


def test_the_requests_on_the_page_work_in_their_order(checks: Served) -> None:
    ids: dict[str, str] = {}
    for command in COMMANDS:
        words = [Template(word).safe_substitute(ids) for word in shlex.split(command)]
        method = words[words.index("-X") + 1] if "-X" in words else "GET"
        body = json.loads(words[words.index("-d") + 1]) if "-d" in words else None
        path = next(word for word in words if word.startswith(SERVER)).removeprefix(SERVER)
        response = checks.house.owner.send(method, path, body)
        assert response.status_code in (200, 202), command
        if response.status_code == 202:
            ids["BATCH"] = data_of(response)["id"]
    assert len(COMMANDS) == 7


def workflow() -> dict[str, Any]:
    """Return the step of the README's workflow that runs something."""
    (text,) = re.findall(r"```yaml\n(name: Smoke test\n.*?)```", README, re.DOTALL)
    step: dict[str, Any] = yaml.safe_load(text)["jobs"]["smoke"]["steps"][0]
    return step


def run_workflow(served: Served, folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run the script of the workflow as GitHub's runners do."""
    step = workflow()
    given = served.variables | GITHUB | {"GITHUB_STEP_SUMMARY": str(folder / "step.md")} | variables
    assert set(step["env"]) <= set(given)
    script = folder / "script.sh"
    script.write_text(step["run"])
    return subprocess.run(
        ["bash", "-e", str(script)],
        check=False,
        cwd=folder,
        env=environment(folder, given),
        capture_output=True,
        text=True,
        timeout=60,
    )


@pytest.mark.skipif(not shutil.which("curl") or not shutil.which("bash"), reason="curl or bash is not installed")
class TestWorkflow:
    def test_it_passes_and_leaves_its_reports(self, checks: Served, tmp_path: Path) -> None:
        done = run_workflow(checks, tmp_path)
        assert done.returncode == 0, done.stdout + done.stderr
        assert done.stdout == (tmp_path / "step.md").read_text()
        assert "✅ Outrider: passed" in done.stdout
        assert ET.parse(tmp_path / "outrider.xml").getroot().get("tests") == "2"
        (batch,) = checks.house.owner.get(BATCHES)
        assert (batch["commit"], batch["branch"], batch["repository"]) == ("9fceb02d", 'odd"branch', "acme/shop")
        assert batch["overrides"]["base_url"] == "https://preview.test"

    @pytest.mark.parametrize("outcomes", [{"probe": FAILED}], indirect=True)
    def test_it_ends_with_1_when_the_site_failed(self, checks: Served, tmp_path: Path) -> None:
        done = run_workflow(checks, tmp_path, GITHUB_REF_NAME="")
        assert done.returncode == 1
        assert "connection refused" in (tmp_path / "step.md").read_text()
        assert checks.house.owner.get(BATCHES)[0]["branch"] is None

    def test_it_ends_with_2_and_says_why_when_the_request_is_wrong(self, checks: Served, tmp_path: Path) -> None:
        done = run_workflow(checks, tmp_path, DEPLOYED_AT="nowhere")
        assert done.returncode == 2
        assert "base_url: must begin with http://" in done.stdout
        assert checks.house.owner.get(BATCHES) == []


def test_a_key_with_the_scope_that_the_page_names_may_do_it(outrider: Outrider, checks: Served) -> None:
    body = {"name": "pipeline", "role": "member", "scopes": ["agent"]}
    key = checks.house.owner.post("/api/v1/api-keys", body)["key"]
    variables = checks.variables | {"OUTRIDER_API_KEY": key}
    done = outrider("trigger", "--tag", "smoke", "--check", "probe", "--junit", "r.xml", **variables)
    assert (done.returncode, done.stderr) == (0, "")
    assert outrider("monitors", "delete", "probe", "--yes", **variables).returncode == 1


def test_every_option_is_on_the_page() -> None:
    written = Path(trigger_command.__file__).read_text()
    options = set(re.findall(r'"(--[a-z-]+)"', written)) | {
        "--base-url",
        "--title",
        "--commit",
        "--branch",
        "--summary",
    }
    assert [option for option in options if f"`{option}" not in PAGE] == []


def test_what_is_counted_is_on_the_page(checks: Served) -> None:
    batch = checks.house.owner.post(BATCHES, {"tags": ["smoke"]})
    assert [name for name in batch["counts"] if f"`{name}`" not in PAGE] == []
