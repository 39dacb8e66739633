"""``outrider trigger --tag`` and ``outrider batches``: what they show, write and end with."""

import json
import signal
from pathlib import Path

import pytest
from batch_runs import BATCHES, OURS, WRONG, finish, scripted
from engine_world import FAILED
from served_house import Served

from outrider_api.cli.pipeline_facts import facts_from
from outrider_engine.domain.observations import Observation

from .conftest import LONGEST_S, Outrider, Started, until


@pytest.mark.parametrize(
    ("outcomes", "status", "last"),
    [
        ({}, 0, "✓ passed: 2 passed, 1 skipped"),
        ({"a": FAILED}, 1, "✗ failed: 1 passed, 1 failed, 1 skipped"),
        ({"a": WRONG}, 2, "✗ error: 1 passed, 1 error, 1 skipped"),
        ({"a": OURS}, 3, "✗ error: 1 passed, 1 error, 1 skipped"),
        ({"flaky": FAILED}, 0, "✓ passed: 1 passed, 1 failed, 1 skipped, 1 of them not counted"),
    ],
    indirect=["outcomes"],
)
def test_the_verdict_is_shown_and_is_the_exit_status(
    outrider: Outrider, working: Served, outcomes: dict[str, Observation], status: int, last: str
) -> None:
    for name in ("a", "flaky"):
        scripted(working.house, name, "smoke", name)
    scripted(working.house, "resting", "smoke", status="paused")
    options = ("--tag", "smoke", "--tag", "smok", "--non-blocking-tag", "flaky", "--wait", "30")
    done = outrider("trigger", *options, **working.variables)
    assert (done.returncode, done.stderr) == (status, "warning: no check has the tag 'smok'\n")
    lines = done.stdout.splitlines()
    assert lines[0].startswith("bat_")
    assert f": 2 runs at {working.url}{BATCHES}/bat_" in lines[0]
    assert lines[1] == "  · skipped   resting: it is paused"
    assert lines[-1] == last
    assert ("connection refused" in done.stdout) == (FAILED in outcomes.values())
    assert ("does not count" in done.stdout) == ("flaky" in outcomes)


@pytest.mark.parametrize("ask", [signal.SIGINT, signal.SIGTERM])
def test_runs_are_shown_as_they_end_and_an_interruption_calls_off_the_others(
    started: Started, served: Served, tmp_path: Path, ask: signal.Signals
) -> None:
    for name in ("first", "second"):
        scripted(served.house, name, "smoke")
    process = started("trigger", "--tag", "smoke", "--junit", "r.xml", **served.variables)
    said = tmp_path / "out"
    until(lambda: "2 runs" in said.read_text(), "the start")
    finish(served.house, limit=1)
    until(lambda: "✓ passed" in said.read_text(), "the run that ended")
    assert "cancelled" not in said.read_text()
    process.send_signal(ask)
    assert process.wait(LONGEST_S) == 3
    assert said.read_text().splitlines()[-1] == "· cancelled: 1 passed, 1 cancelled"
    assert "calling off" in (tmp_path / "err").read_text()
    assert "cancelled on request" in (tmp_path / "r.xml").read_text()


def test_without_a_verdict_in_time_it_ends_with_3_and_writes_its_reports(
    outrider: Outrider, served: Served, tmp_path: Path
) -> None:
    scripted(served.house, "a", "smoke")
    (tmp_path / "step.md").write_text("# Before\n")
    files = ("--junit", "r.xml", "--summary", "s.md", "--step-summary")
    step = {"GITHUB_STEP_SUMMARY": str(tmp_path / "step.md")}
    done = outrider("trigger", "--tag", "smoke", "--wait", "1", *files, **served.variables, **step)
    assert done.returncode == 3
    assert done.stderr == "outrider: no verdict within 1 s; 1 of 1 runs are not over\n"
    assert "no verdict yet" in (tmp_path / "r.xml").read_text()
    assert (tmp_path / "step.md").read_text() == f"# Before\n{(tmp_path / 's.md').read_text()}"


def test_programs_get_the_whole_batch_and_pipelines_are_recognised(outrider: Outrider, working: Served) -> None:
    monitor = scripted(working.house, "a", "smoke", "eu")
    scripted(working.house, "b", "smoke")
    pipeline = {"CI_COMMIT_SHA": "9fceb02", "CI_COMMIT_REF_NAME": "main", "CI_PIPELINE_URL": "https://ci.test/7"}
    options = ("--tag", "smoke", "--tag", "eu", "--all-tags", "--location", "fra", "--location", "local")
    more = ("--var", "A=1", "--title", "Deploy 7", "--branch", "other", "--base-url", "http://preview.test")
    done = outrider("trigger", *options, *more, "--json", **working.variables, **pipeline)
    assert (done.returncode, done.stderr) == (0, "")
    batch = json.loads(done.stdout)
    assert [(run["check_id"], run["location"]) for run in batch["runs"]] == [
        (monitor["id"], "fra"),
        (monitor["id"], "local"),
    ]
    assert {name: batch[name] for name in ("exit_status", "title", "commit", "branch", "url")} == {
        "exit_status": 0,
        "title": "Deploy 7",
        "commit": "9fceb02",
        "branch": "other",
        "url": "https://ci.test/7",
    }
    begun = outrider("trigger", "--check", "b", "--check", monitor["id"], "--wait", "0", "--json", **working.variables)
    assert (begun.returncode, len(json.loads(begun.stdout)["runs"])) == (0, 2)


@pytest.mark.parametrize(
    ("arguments", "status", "sentence"),
    [
        pytest.param((), 2, "--tag: is required, or --check, or a journey", id="nothing"),
        pytest.param(("--tag", "smkoe"), 2, "no check has such a tag", id="no-such-tag"),
        pytest.param(
            ("--check", "nobody"), 2, "there is no monitor, API monitor or journey of the name", id="no-check"
        ),
        pytest.param(
            ("--tag", "smoke", "--junit", "/proc/x/r.xml"), 2, "--junit: /proc/x/r.xml: can't be", id="no-folder"
        ),
        pytest.param(
            ("--tag", "smoke", "--summary", "."), 2, "--summary: .: can't be written: it is a folder", id="a-folder"
        ),
        pytest.param(("--tag", "smoke", "--step-summary"), 2, "GITHUB_STEP_SUMMARY is not set", id="no-step"),
        pytest.param(("--tag", "smoke", "--var", "A"), 2, "NAME=VALUE", id="no-variable"),
        pytest.param(("--tag", "smoke", "--environment", "x"), 2, "environment: is not an environment", id="refused"),
        pytest.param(("Home", "--tag", "smoke"), 2, "--tag: can't be given beside a journey", id="journey-and-tag"),
        pytest.param(("Home", "--junit", "r.xml"), 2, "--junit: can't be given beside", id="journey-and-report"),
        pytest.param(
            ("Home", "--location", "a", "--location", "b"), 2, "--location: can't be given more than once", id="twice"
        ),
    ],
)
def test_what_is_wrong_is_told_and_nothing_runs(
    outrider: Outrider, served: Served, arguments: tuple[str, ...], status: int, sentence: str
) -> None:
    scripted(served.house, "a", "smoke")
    done = outrider("trigger", *arguments, **{"GITHUB_STEP_SUMMARY": ""} | served.variables)
    assert (done.returncode, done.stdout) == (status, "")
    assert sentence in done.stderr
    assert served.house.owner.get("/api/v1/runs") == []


def test_batches_are_listed_shown_and_called_off(outrider: Outrider, served: Served) -> None:
    scripted(served.house, "a", "smoke")
    scripted(served.house, "resting", "smoke", status="paused")
    begun = outrider("trigger", "--tag", "smoke", "--branch", "main", "--wait", "0", **served.variables)
    id = begun.stdout.partition(":")[0]
    listed = outrider("batches", "list", "--branch", "main", **served.variables).stdout
    assert [word for word in (id, "queued", "1 queued, 1 skipped", "main") if word not in listed] == []
    assert id not in outrider("batches", "list", "--branch", "other", **served.variables).stdout
    run = json.loads(outrider("runs", "list", "--batch", id, "--json", **served.variables).stdout)[0]
    assert "cancelled" in outrider("runs", "cancel", run["id"], **served.variables).stdout
    shown = outrider("batches", "show", id, **served.variables).stdout
    assert [word for word in (id, run["id"], "cancelled", "it is paused") if word not in shown] == []
    cancelled = json.loads(outrider("batches", "cancel", id, "--json", **served.variables).stdout)
    assert cancelled["status"] == "cancelled"
    assert id in outrider("runs", "show", run["id"], **served.variables).stdout
    assert outrider("batches", "show", "bat_1", **served.variables).returncode == 1


@pytest.mark.parametrize(
    ("environment", "facts"),
    [
        pytest.param({}, {}, id="nowhere"),
        pytest.param(
            {
                "GITHUB_SHA": "9fceb02",
                "GITHUB_REF": "refs/pull/42/merge",
                "GITHUB_REF_NAME": "42/merge",
                "GITHUB_HEAD_REF": "new-checkout",
                "GITHUB_REPOSITORY": "acme/shop",
                "GITHUB_SERVER_URL": "https://github.test",
                "GITHUB_RUN_ID": "7",
            },
            {
                "commit": "9fceb02",
                "branch": "new-checkout",
                "repository": "acme/shop",
                "pull_request": "42",
                "url": "https://github.test/acme/shop/actions/runs/7",
            },
            id="github-pull-request",
        ),
        pytest.param(
            {"GITHUB_HEAD_REF": "", "GITHUB_REF_NAME": "main", "GITHUB_REF": "refs/heads/main"},
            {"branch": "main"},
            id="github-push",
        ),
        pytest.param(
            {
                "GIT_COMMIT": "9fceb02",
                "BRANCH_NAME": "PR-3",
                "CHANGE_ID": "3",
                "CHANGE_BRANCH": "new",
                "BUILD_URL": "u",
            },
            {"commit": "9fceb02", "branch": "new", "pull_request": "3", "url": "u"},
            id="jenkins",
        ),
        pytest.param(
            {"BUILDKITE_BRANCH": "b" * 300, "BUILDKITE_PULL_REQUEST": "false"}, {"branch": "b" * 250}, id="too-long"
        ),
    ],
)
def test_pipelines_are_recognised_by_their_environment(environment: dict[str, str], facts: dict[str, str]) -> None:
    assert facts_from(environment) == facts
