"""The commands that ask a server: what they show, what programs read, and how they end."""

import json
import re
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from engine_world import FAILED, PASSED
from served_house import Served

from outrider_engine.domain.observations import Observation

from .conftest import LONGEST_S, Outrider, Started, until


@pytest.fixture
def asked(outrider: Outrider, served: Served) -> Callable[..., Any]:
    """Run a command with `--json` and return what it printed."""

    def ask(*arguments: str) -> Any:
        done = outrider(*arguments, "--json", **served.variables)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return ask


@pytest.fixture
def told(outrider: Outrider, served: Served) -> Callable[..., str]:
    """Run a command and return what it printed for people."""

    def tell(*arguments: str) -> str:
        done = outrider(*arguments, **served.variables)
        assert done.returncode == 0, done.stderr
        assert "\x1b" not in done.stdout
        return done.stdout

    return tell


def test_a_monitor_lives_its_life_by_its_name(asked: Callable[..., Any], told: Callable[..., str]) -> None:
    url = "http://127.0.0.1:9/"
    options = ("--interval", "30", "--location", "fra", "--tag", "web", "--expect-status", "204", "--retries", "1")
    made = asked("monitors", "create", "Front page", "--url", url, *options, "--set", 'method="HEAD"')
    assert (made["url"], made["interval"], made["locations"], made["tags"]) == (url, 30, ["fra"], ["web"])
    assert (made["max_retries"], made["method"], made["assertions"][0]["value"]) == (1, "HEAD", 204)
    assert asked("monitors", "list", "--tag", "web")[0]["id"] == made["id"]
    assert asked("monitors", "show", "Front page")["id"] == made["id"]
    listed = told("monitors", "list")
    assert [word for word in ("Front page", made["id"], "active", "30 s", "fra") if word not in listed] == []
    assert "paused" in told("monitors", "pause", "Front page")
    assert asked("monitors", "list", "--status", "active") == []
    assert asked("monitors", "resume", made["id"])["status"] == "active"
    shown = told("monitors", "show", "Front page")
    assert [word for word in (url, made["id"], "30 s", "web") if word not in shown] == []
    assert "deleted" in told("monitors", "delete", "Front page", "--yes")
    assert asked("monitors", "list") == []


def test_journeys_have_the_same_words(asked: Callable[..., Any], told: Callable[..., str], served: Served) -> None:
    made = served.house.owner.journey(name="Checkout", interval_seconds=60)
    assert asked("journeys", "list")[0]["id"] == made["id"]
    assert "http://shop" in told("journeys", "show", "Checkout")
    assert asked("journeys", "pause", "Checkout")["status"] == "paused"
    assert asked("journeys", "delete", "Checkout", "--yes")["id"] == made["id"]


def test_an_api_monitor_is_uploaded_and_changed_by_the_next_upload(
    asked: Callable[..., Any], told: Callable[..., str], tmp_path: Path
) -> None:
    file = tmp_path / "orders.yaml"
    file.write_text("name: Orders\ninterval: 60\nsteps: [{name: List, request: {url: 'http://127.0.0.1:9/orders'}}]\n")
    made = asked("api-monitors", "upload", "orders.yaml")
    file.write_text(file.read_text().replace("60", "90"))
    assert "stored" in told("api-monitors", "upload", "orders.yaml")
    assert [(each["id"], each["interval"]) for each in asked("api-monitors", "list")] == [(made["id"], 90)]
    assert "List" in told("api-monitors", "show", "Orders")
    run = asked("api-monitors", "run", "Orders", "--no-wait")
    assert asked("runs", "list", "--check", "Orders")[0]["id"] == run["id"]
    assert "Orders" in told("runs", "list")


@pytest.mark.parametrize("text", ["[", "- a", "steps: []"])
def test_a_file_that_holds_no_api_monitor_is_told(
    outrider: Outrider, served: Served, tmp_path: Path, text: str
) -> None:
    (tmp_path / "a.yaml").write_text(text)
    done = outrider("api-monitors", "upload", "a.yaml", **served.variables)
    assert (done.returncode, done.stderr.startswith("outrider: a.yaml: ")) == (2, True)


@pytest.mark.parametrize(
    ("arguments", "status", "sentence"),
    [
        pytest.param(["monitors", "show", "nothing"], 1, "no monitor of the name 'nothing'", id="no-such-name"),
        pytest.param(["monitors", "show", "onse"], 1, "of the name 'onse'; did you mean `once`?", id="misspelt-name"),
        pytest.param(["runs", "list", "--check", "twise"], 1, "did you mean `twice`?", id="misspelt-check"),
        pytest.param(["monitors", "show", "twice"], 1, "2 have the name 'twice'; say which by its id", id="ambiguous"),
        pytest.param(["runs", "show", "run_1"], 1, "404", id="no-such-id"),
        pytest.param(["runs", "list", "--check", "nothing"], 1, "no monitor, API monitor or journey of", id="no-check"),
        pytest.param(["runs", "list", "--since", "soon"], 2, "since", id="no-time"),
        pytest.param(["monitors", "delete", "once"], 2, "--yes: is needed", id="nobody-to-ask"),
        pytest.param(["monitors", "create", "a", "--type", "mood"], 2, "type: ", id="no-such-type"),
        pytest.param(["monitors", "create", "a", "--set", "method=HEAD"], 2, "FIELD=JSON", id="no-json"),
        pytest.param(["monitors", "create", "a", "--secret", "NOT_SET"], 2, "NOT_SET is not set", id="no-secret"),
        pytest.param(["monitors", "run", "nothing"], 2, "no monitor of the name", id="nothing-to-run"),
        pytest.param(["journeys", "run", "jrn_nothing"], 2, "no journey of the name", id="no-journey-to-run"),
        pytest.param(["alerts", "resolve", "alt_1"], 1, "404", id="no-alert"),
        pytest.param(["incidents", "resolve", "Fire"], 1, "no open incident of the name 'Fire'", id="no-incident"),
        pytest.param(["releases", "create", "--name", "a", "--started-at", "soon"], 2, "started_at", id="no-start"),
        pytest.param(["monitors", "list", "--key", "wrong-key"], 1, "401", id="wrong-key"),
        pytest.param(["monitors", "list", "--server", "nonsense"], 2, "must begin with http", id="no-address"),
        pytest.param(["monitors", "list", "--server", "http://127.0.0.1:9"], 1, "can't be reached", id="nobody-there"),
    ],
)
def test_what_goes_wrong_is_one_sentence(
    outrider: Outrider, served: Served, arguments: list[str], status: int, sentence: str
) -> None:
    for name in ("twice", "twice", "once"):
        served.house.owner.monitor(name=name)
    done = outrider(*arguments, **served.variables)
    assert (done.returncode, sentence in done.stderr) == (status, True), done.stderr
    assert done.stderr.startswith("outrider: ")
    assert "wrong-key" not in done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("seen", "status", "word"), [pytest.param(PASSED, 0, "✓ passed", id="up"), pytest.param(FAILED, 1, "✗", id="down")]
)
def test_a_run_ends_with_its_verdict(
    started: Started, served: Served, tmp_path: Path, seen: Observation, status: int, word: str
) -> None:
    served.house.owner.monitor(name="shop", type="scripted")
    process = started("monitors", "run", "shop", **served.variables)
    until(lambda: bool(served.house.owner.get("/api/v1/runs")), "the run")
    served.house.finish_all(seen)
    assert process.wait(LONGEST_S) == status, (tmp_path / "err").read_text()
    assert word in (tmp_path / "out").read_text()


def test_a_site_that_failed_at_one_location_has_failed(started: Started, served: Served, tmp_path: Path) -> None:
    served.house.owner.monitor(name="shop", type="scripted", locations=["local", "fra"])
    process = started("monitors", "run", "shop", "--json", **served.variables)
    until(lambda: len(served.house.owner.get("/api/v1/runs")) == 2, "the runs")
    for claim, seen in zip(served.house.world.take(), (FAILED, PASSED), strict=True):
        served.house.world.finish(claim, seen)
    assert process.wait(LONGEST_S) == 1, (tmp_path / "err").read_text()
    ended = [json.loads(line) for line in (tmp_path / "out").read_text().splitlines()]
    assert sorted(run["status"] for run in ended) == ["failed", "passed"]


def test_a_run_that_does_not_end_is_not_the_sites_fault(outrider: Outrider, served: Served) -> None:
    served.house.owner.monitor(name="shop", type="scripted")
    done = outrider("monitors", "run", "shop", "--timeout", "1", "--json", **served.variables)
    assert (done.returncode, "no verdict within 1 s; the run is queued" in done.stderr) == (3, True)
    assert json.loads(done.stdout)["status"] == "queued"
    begun = outrider("monitors", "run", "shop", "--no-wait", "--var", "A=b", "--json", **served.variables)
    assert (begun.returncode, json.loads(begun.stdout)["overrides"]["variables"]) == (0, ["A"])


def test_runs_are_listed_and_shown_with_their_steps_and_files(
    asked: Callable[..., Any], told: Callable[..., str], served: Served, tmp_path: Path
) -> None:
    run = served.house.run_with_a_file(tmp_path)
    assert [each["id"] for each in asked("runs", "list", "--check", "shop", "--status", "passed")] == [run["id"]]
    assert asked("runs", "list", "--status", "failed") == []
    assert asked("runs", "show", run["id"])["id"] == run["id"]
    assert [word for word in (run["id"], "shop", "passed", "manual") if word not in told("runs", "list")] == []
    shown = told("runs", "show", run["id"])
    assert [
        word
        for word in ("shop (mon_", "✓ Open", f"shot ü.png   {served.url}/api/v1/runs/", "✓ passed")
        if word not in shown
    ] == []


def test_a_run_on_its_way_is_shown_as_far_as_it_got(told: Callable[..., str], served: Served) -> None:
    monitor = served.house.owner.monitor(type="scripted")
    run = served.house.owner.post(f"/api/v1/monitors/{monitor['id']}/check")
    assert "  queued" in told("runs", "show", run["id"])


def test_what_the_runs_come_to_is_shown_by_period_and_location(
    asked: Callable[..., Any], told: Callable[..., str], served: Served
) -> None:
    served.house.owner.monitor(name="shop", type="scripted", locations=["local", "fra"])
    asked("monitors", "run", "shop", "--no-wait")
    for claim, seen in zip(served.house.world.take(), (PASSED, FAILED), strict=True):
        served.house.world.finish(claim, seen)
    assert asked("monitors", "stats", "shop")["uptime_24h"] == 50
    rows = [line.split() for line in told("monitors", "stats", "shop").splitlines()]
    assert rows[1] == ["24h", "50", "%", "5", "ms", "5", "ms", "5", "ms", "5", "ms", "2", "1"]
    assert {row[0] for row in rows} >= {"fra", "local"}
    served.house.owner.journey(name="path")
    assert "-" in told("journeys", "stats", "path")


def test_runs_of_a_deleted_check_are_listed_by_its_id(told: Callable[..., str], served: Served, tmp_path: Path) -> None:
    run = served.house.run_with_a_file(tmp_path)
    served.house.owner.delete(f"/api/v1/monitors/{run['check_id']}")
    assert run["check_id"] in told("runs", "list")


def test_an_alert_is_listed_shown_and_resolved(
    asked: Callable[..., Any], told: Callable[..., str], served: Served
) -> None:
    monitor = served.house.owner.monitor(name="shop", type="scripted")
    served.house.owner.rule(monitor_id=monitor["id"])
    served.house.owner.post(f"/api/v1/monitors/{monitor['id']}/check")
    served.house.finish_all(FAILED)
    (alert,) = asked("alerts", "list", "--status", "open", "--check", "shop")
    assert [word for word in (alert["id"], "open", "shop") if word not in told("alerts", "list")] == []
    assert f"shop ({monitor['id']})" in told("alerts", "show", alert["id"])
    assert "resolved" in told("alerts", "resolve", alert["id"])
    assert asked("alerts", "show", alert["id"])["status"] == "resolved"


class TestTail:
    def run(self, served: Served, monitor: Any, seen: Observation = PASSED) -> str:
        served.house.world.clock.advance(1)
        run = served.house.owner.post(f"/api/v1/monitors/{monitor['id']}/check")
        served.house.finish_all(seen)
        return str(run["id"])

    @pytest.mark.parametrize("ask", [signal.SIGINT, signal.SIGTERM])
    def test_every_run_that_ends_is_one_line_until_ctrl_c(
        self, started: Started, served: Served, tmp_path: Path, ask: signal.Signals
    ) -> None:
        monitor = served.house.owner.monitor(name="shop", type="scripted")
        before = [self.run(served, monitor) for _ in range(3)]
        process = started("runs", "tail", "--lines", "2", "--every", "0.2", "--json", **served.variables)

        def lines() -> list[str]:
            return [json.loads(line)["id"] for line in (tmp_path / "out").read_text().splitlines()]

        until(lambda: len(lines()) == 2, "what was")
        waiting = served.house.owner.post(f"/api/v1/monitors/{monitor['id']}/check")
        until(lambda: asked_for(served) > 3, "a few looks")
        assert len(lines()) == 2
        served.house.finish_all(FAILED)
        until(lambda: len(lines()) == 3, "the one that waited")
        last = self.run(served, monitor)
        until(lambda: len(lines()) == 4, "the last one")
        process.send_signal(ask)
        assert process.wait(LONGEST_S) == 0
        assert lines() == [*before[1:], waiting["id"], last]
        assert not (tmp_path / "err").read_text()

    def test_one_check_can_be_followed_and_people_read_its_name(
        self, started: Started, served: Served, tmp_path: Path
    ) -> None:
        shop, bank = (served.house.owner.monitor(name=name, type="scripted") for name in ("shop", "bank"))
        process = started("runs", "tail", "shop", "--lines", "0", "--every", "0.2", **served.variables)
        until(lambda: asked_for(served) > 0, "the first look")
        self.run(served, bank)
        failed = self.run(served, shop, FAILED)
        until(lambda: failed in (tmp_path / "out").read_text(), "the run")
        process.send_signal(signal.SIGINT)
        assert process.wait(LONGEST_S) == 0
        (line,) = (tmp_path / "out").read_text().splitlines()
        assert [word for word in ("✗ failed", "shop", "connection refused") if word not in line] == []


def test_events_are_followed_until_ctrl_c(started: Started, served: Served, tmp_path: Path) -> None:
    monitor = served.house.owner.monitor(name="shop", type="scripted")
    after = str(served.house.services.events.newest()).rpartition(".")[0] + ".99999999999"
    served.house.owner.post(f"/api/v1/monitors/{monitor['id']}/check")
    served.house.finish_all(FAILED)
    options = ("--after", after, "--type", "run.finished")
    process = started("events", "tail", "shop", *options, **served.variables)
    until(lambda: "connection refused" in (tmp_path / "out").read_text(), "the event")
    process.send_signal(signal.SIGINT)
    assert process.wait(LONGEST_S) == 0
    (line,) = (tmp_path / "out").read_text().splitlines()
    assert [word for word in ("run.finished", "failed", "shop", "local") if word not in line] == []


def asked_for(served: Served) -> int:
    """How many lists of runs have been answered."""
    return served.asked.count("/api/v1/runs")


def test_variables_are_set_and_deleted_and_secrets_never_shown(
    asked: Callable[..., Any], told: Callable[..., str], served: Served
) -> None:
    served.house.owner.post("/api/v1/environments", {"name": "staging", "base_url": "https://s.test"})
    assert [one["name"] for one in asked("environments", "list")] == ["staging"]
    assert asked("variables", "set", "A", "--value", "first")["value"] == "first"
    assert asked("variables", "set", "A", "--value", "second")["value"] == "second"
    made = asked("variables", "set", "A", "--value", "hunter2-x", "--secret", "--environment", "staging")
    assert (made["value"], made["secret"], made["environment"]) == (None, True, "staging")
    assert asked("variables", "set", "A", "--value", "hunter2-y", "--environment", "staging")["secret"]
    said = told("variables", "set", "B", "--value", "hunter2-z", "--secret")
    assert "hunter2" not in said + told("variables", "list")
    assert [one["value"] for one in asked("variables", "list", "--environment", "staging")] == [None]
    told("variables", "delete", "A")
    assert {one["name"] for one in asked("variables", "list")} == {"A", "B"}


def test_projects_are_made_filled_renamed_and_deleted(asked: Callable[..., Any], told: Callable[..., str]) -> None:
    made = asked("projects", "create", "Shop")
    monitor = asked("monitors", "create", "Front page", "--url", "http://127.0.0.1:9/", "--project", "Shop")
    release = asked("releases", "create", "--name", "shop", "--project", made["id"])
    variable = asked("variables", "set", "CURRENCY", "--value", "EUR", "--project", "Shop")
    assert {one["project_id"] for one in (monitor, release, variable)} == {made["id"]}
    assert asked("monitors", "list", "--project", "Acme") == asked("environments", "list", "--project", "Shop") == []
    assert [one["id"] for one in asked("releases", "list", "--project", "Shop")] == [release["id"]]
    again = asked("variables", "set", "CURRENCY", "--value", "USD", "--project", "Shop")
    assert (again["id"], again["value"]) == (variable["id"], "USD")
    assert "of Shop" in told("variables", "delete", "CURRENCY", "--project", "Shop")
    assert "Shop Europe" in told("projects", "rename", "Shop", "Shop Europe")
    listed = told("projects", "list")
    assert [word for word in ("Acme", "default", "Shop Europe", made["id"]) if word not in listed] == []
    assert asked("projects", "delete", asked("projects", "create", "Empty")["id"])["deleted"]


def test_a_link_to_a_trace_is_printed(outrider: Outrider, served: Served, tmp_path: Path) -> None:
    trace = tmp_path / "trace.zip"
    trace.write_bytes(b"PK")
    run = served.house.run_with_a_trace(trace)
    done = outrider("runs", "trace", run["id"], **served.variables)
    assert (done.returncode, done.stderr) == (0, "")
    assert re.fullmatch(rf"{served.url}/traces/[\w=-]+\n", done.stdout)


def test_baselines_of_a_journey_are_listed_and_deleted(
    asked: Callable[..., Any], told: Callable[..., str], outrider: Outrider, served: Served
) -> None:
    journey = served.house.owner.journey(name="Shop")["id"]
    kept = ["chromium-1280x720/cart", "firefox-800x600/cart"]
    for key in kept:
        served.house.world.baseline(journey, key)
    assert told("journeys", "baselines", "list", "Shop").split() == kept
    assert asked("journeys", "baselines", "list", journey) == {"baselines": kept}
    unsure = outrider("journeys", "baselines", "delete", "Shop", kept[0], **served.variables)
    assert (unsure.returncode, "--yes: is needed" in unsure.stderr) == (2, True), unsure.stderr
    assert told("journeys", "baselines", "delete", "Shop", kept[0], "--yes") == f"baseline {kept[0]}: deleted\n"
    assert asked("journeys", "baselines", "delete", "Shop", kept[1], "--yes") == {"id": kept[1], "deleted": True}
    gone = outrider("journeys", "baselines", "delete", "Shop", kept[1], "--yes", **served.variables)
    assert (gone.returncode, "no baseline of the journey" in gone.stderr) == (1, True), gone.stderr
    assert told("journeys", "baselines", "list", "Shop") == ""
