"""``outrider push``: journeys of files and folders come to a server, are changed there, and can be had back."""

import json
from pathlib import Path

import pytest
from served_house import Served

from .conftest import Outrider

HOME = "name: Home\nbase_url: http://127.0.0.1:9\nsteps:\n  - {action: goto, url: /}\n"
FILL = "  - {action: fill, locator: {label: P}, value: '{{PASSWORD}}'}\nsecrets: [PASSWORD]\n"
LOGIN = HOME.replace("Home", "Login") + FILL
CLICK = {"type": "click", "selectors": [["aria/Buy"], ["#buy"]], "offsetX": 1, "offsetY": 1}
RECORDED = {"title": "Recorded", "steps": [{"type": "navigate", "url": "http://127.0.0.1:9/"}, CLICK]}


@pytest.mark.timeout(120)
def test_a_folder_is_pushed_compared_pushed_again_and_had_back(
    outrider: Outrider, served: Served, tmp_path: Path
) -> None:
    folder = tmp_path / "flows"
    folder.mkdir()
    home, login = folder / "home.journey.yaml", folder / "login.journey.yaml"
    home.write_text(HOME)
    login.write_text(LOGIN)
    first = outrider("push", "flows", "--every", "300", "--record", **served.variables)
    assert first.returncode == 0, first.stderr
    assert [line.partition(":")[0] for line in first.stdout.splitlines()] == ["Home", "Login"]
    assert "add --secret PASSWORD" in first.stderr
    id = served.house.owner.get("/api/v1/journeys", q="Home")[0]["id"]
    assert home.read_text() == f"# outrider-id: {id}\n{HOME}"
    home.write_text(home.read_text().replace("name: Home", "name: Front page") + "  - {action: reload}\n")
    dry = outrider("push", "flows", "--dry-run", **served.variables)
    assert "Front page: " + id + ", would be updated" in dry.stdout
    assert '  ~ name: "Home" → "Front page"' in dry.stdout
    assert dry.stdout.splitlines()[-1].endswith(", unchanged")
    assert served.house.owner.get(f"/api/v1/journeys/{id}")["current_version"] == 1
    done = outrider(
        "push", "flows", "-m", "Renamed", "--secret", "PASSWORD", "--json", **served.variables, PASSWORD="hunter22"
    )
    assert done.returncode == 0, done.stderr
    assert [check["action"] for check in json.loads(done.stdout)["checks"]] == ["updated", "updated"]
    assert "hunter22" not in done.stdout
    listed = outrider("journeys", "versions", "Front page", **served.variables).stdout
    assert "Renamed" in listed
    outrider("journeys", "restore", "Front page", "1", **served.variables)
    assert served.house.owner.get(f"/api/v1/journeys/{id}")["name"] == "Home"
    assert served.house.owner.get(f"/api/v1/journeys/{id}")["interval_seconds"] == 300


def test_a_recording_is_pushed_as_it_is_and_what_became_of_it_is_told(
    outrider: Outrider, served: Served, tmp_path: Path
) -> None:
    (tmp_path / "rec.json").write_text(json.dumps(RECORDED))
    done = outrider("push", "rec.json", "--name", "Mine", **served.variables)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("Mine: jrn_")
    assert "rec.json: steps[1]: " in done.stderr, "it clicks in the middle now"


def test_what_is_wrong_with_a_file_is_told_with_its_line_and_nothing_is_stored(
    outrider: Outrider, served: Served, tmp_path: Path
) -> None:
    (tmp_path / "a.journey.yaml").write_text(HOME)
    (tmp_path / "b.journey.yaml").write_text(HOME + "  - {action: goto}\n")
    done = outrider("push", ".", **served.variables)
    assert (done.returncode, done.stdout) == (2, "")
    assert "b.journey.yaml:5: steps[1].url: is missing" in done.stderr
    (tmp_path / "b.journey.yaml").write_text(HOME)
    done = outrider("push", "a.journey.yaml", "--location", "mars", **served.variables)
    assert (done.returncode, "locations[0]" in done.stderr) == (2, True)
    assert served.house.owner.get("/api/v1/journeys") == []


def test_files_that_are_too_large_are_refused_before_they_are_sent(
    outrider: Outrider, served: Served, tmp_path: Path
) -> None:
    (tmp_path / "long.journey.yaml").write_text("steps:\n" + "- {action: back}\n" * 10_001)
    done = outrider("push", "long.journey.yaml", **served.variables)
    assert (done.returncode, done.stdout) == (2, "")
    assert "long.journey.yaml:1: steps: has more than 10000 items, there are 10001" in done.stderr
    (tmp_path / "large.journey.yaml").write_text(f"steps: [{{action: note, text: {'a' * 5_000_000}}}]")
    done = outrider("push", "large.journey.yaml", **served.variables)
    assert (done.returncode, done.stdout) == (2, "")
    assert "large.journey.yaml: is larger than 5,000,000 bytes" in done.stderr
    assert served.house.owner.get("/api/v1/journeys") == []


def test_what_was_pushed_is_run_and_its_verdict_is_the_exit_status(
    outrider: Outrider, working: Served, tmp_path: Path
) -> None:
    (tmp_path / "home.journey.yaml").write_text(HOME)
    done = outrider("push", "home.journey.yaml", "--run", "--timeout", "60", **working.variables)
    assert done.returncode == 0, done.stderr
    assert "passed" in done.stdout


def test_a_folder_of_tests_is_pushed_as_one_check(outrider: Outrider, served: Served, tmp_path: Path) -> None:
    folder = tmp_path / "shop"
    (folder / "__pycache__").mkdir(parents=True)
    (folder / "__pycache__" / "x.pyc").write_bytes(b"\0")
    (folder / "test_home.py").write_text("def test_home(page):\n    page.goto('/')\n")
    site = "http://127.0.0.1:9"
    first = outrider("push", "shop", "--suite", "--every", "300", "--base-url", site, **served.variables)
    assert first.stdout.startswith("shop: jrn_"), first.stderr
    again = outrider("push", "shop", "--suite", **served.variables)
    assert again.stdout.endswith(", unchanged\n"), "the same files make the same archive"
    (folder / "test_home.py").write_text("def test_home(page):\n    page.goto('/home')\n")
    changed = outrider("push", "shop", "--suite", "--dry-run", **served.variables)
    assert "~ archive: " in changed.stdout
    [suite] = served.house.owner.get("/api/v1/journeys")
    assert served.house.owner.get(f"/api/v1/journeys/{suite['id']}")["base_url"] == site


def test_what_is_called_goes_along_by_its_own_name(outrider: Outrider, served: Served, tmp_path: Path) -> None:
    (tmp_path / "pong.journey.yaml").write_text(HOME.replace("Home", "Pong page"))
    (tmp_path / "ping.journey.yaml").write_text(
        "name: Ping\nsteps:\n  - {action: call, journey: pong}\n  - {action: call, journey: Elsewhere}\n"
    )
    dry = outrider("push", "ping.journey.yaml", "--dry-run", **served.variables)
    assert dry.stdout.splitlines() == ["Pong page: would be created", "Ping: would be created"], dry.stderr
    assert "ping.journey.yaml calls the journey 'Elsewhere', which the server does not have" in dry.stderr
    done = outrider(
        "push", "ping.journey.yaml", "--name", "Mine", "--base-url", "http://127.0.0.1:8", **served.variables
    )
    assert [line.partition(":")[0] for line in done.stdout.splitlines()] == ["Pong page", "Mine"], done.stderr
    [mine] = served.house.owner.get("/api/v1/journeys", q="Mine")
    whole = served.house.owner.get(f"/api/v1/journeys/{mine['id']}")
    assert whole["base_url"] == "http://127.0.0.1:8"
    assert [step["journey"] for step in whole["steps"]] == ["Pong page", "Elsewhere"]


def test_a_ring_of_calls_is_refused_before_anything_is_stored(
    outrider: Outrider, served: Served, tmp_path: Path
) -> None:
    (tmp_path / "ping.journey.yaml").write_text("steps: [{action: call, journey: pong}]")
    (tmp_path / "pong.journey.yaml").write_text("steps: [{action: call, journey: ping}]")
    done = outrider("push", "ping.journey.yaml", **served.variables)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.rstrip().endswith("pong.journey.yaml: the journey 'pong' calls itself: pong → ping → pong")
    assert served.house.owner.get("/api/v1/journeys") == []
