"""``outrider import`` and ``outrider export``."""

import json
from pathlib import Path

import pytest

from .conftest import Outrider

RECORDING = {
    "title": "Log in",
    "steps": [
        {"type": "navigate", "url": "https://shop.example/login"},
        {"type": "change", "selectors": [["aria/Password"]], "value": "correct horse"},
        {"type": "click", "selectors": [["#go"]], "offsetX": 1, "offsetY": 1},
    ],
}
TWO_TESTS = "def test_a(page: Page):\n    page.reload()\ndef test_b(page: Page):\n    page.reload()\n"


def test_a_recording_is_written_as_a_journey_with_its_receipt(outrider: Outrider, tmp_path: Path) -> None:
    (tmp_path / "login.json").write_text(json.dumps(RECORDING))
    done = outrider("import", "login.json")
    assert done.returncode == 0, done.stderr
    written = (tmp_path / "login.journey.yaml").read_text()
    assert "value: '{{PASSWORD}}'" in written
    assert "horse" not in written + done.stdout + done.stderr
    assert done.stdout.splitlines()[-2:] == ["Log in: login.journey.yaml", "set the secrets: PASSWORD"]
    assert "2 exact, 2 approximated, 1 secret" in done.stdout
    again = outrider("import", "login.json")
    assert (again.returncode, "is there already" in again.stderr) == (2, True)
    assert outrider("import", "login.json", "--force", "--name", "Sign in").stdout.count("Sign in: ") == 1


def test_what_was_imported_is_exported_as_it_was(outrider: Outrider, tmp_path: Path) -> None:
    plain = {"title": "Look", "steps": [RECORDING["steps"][0], {"type": "hover", "selectors": [["#go"]]}]}
    (tmp_path / "look.json").write_text(json.dumps(plain))
    assert outrider("import", "look.json", "-o", "look.yaml").returncode == 0
    done = outrider("export", "look.yaml", "--to", "chrome-recorder")
    assert (done.returncode, json.loads(done.stdout)) == (0, plain)
    assert outrider("export", "look.yaml", "--to", "chrome-recorder", "-o", "again.json").returncode == 0
    assert json.loads((tmp_path / "again.json").read_text()) == plain
    refused = outrider("export", "look.yaml", "--to", "katalon")
    assert (refused.returncode, "chrome-recorder" in refused.stderr) == (2, True)


def test_several_tests_become_several_files(outrider: Outrider, tmp_path: Path) -> None:
    (tmp_path / "shop.py").write_text(TWO_TESTS)
    assert outrider("import", "shop.py", "-o", "out").returncode == 0
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["a.journey.yaml", "b.journey.yaml"]
    shown = outrider("import", "shop.py", "-o", "-")
    assert shown.stdout.count("action: reload") == 2
    told = json.loads(outrider("import", "shop.py", "--json").stdout)
    assert [check["name"] for check in told["checks"]] == ["A", "B"]
    assert told["receipt"]["counts"]["exact"] == 2


def test_what_is_dropped_for_one_reason_takes_one_line(outrider: Outrider, tmp_path: Path) -> None:
    def entry(url: str) -> object:
        response = {"status": 200, "headers": [], "content": {"mimeType": "application/json", "text": ""}}
        return {"request": {"method": "GET", "url": url, "headers": []}, "response": response}

    entries = [entry("https://shop.example/"), *(entry(f"https://cdn.example/{number}") for number in range(30))]
    (tmp_path / "shop.example.har").write_text(json.dumps({"log": {"version": "1.2", "entries": entries}}))
    done = outrider("import", "shop.example.har")
    places = ", ".join(f"log.entries[{number}]" for number in range(1, 6))
    assert done.stdout.splitlines() == [
        f"     dropped  {places} and 25 more: of the host cdn.example",
        "1 exact, 30 dropped",
        "Requests of shop.example: shop.example.api-monitor.yaml",
    ]


def test_what_can_not_be_imported_is_refused_with_its_place(outrider: Outrider, tmp_path: Path) -> None:
    (tmp_path / "bad.json").write_text(json.dumps({"title": "x", "steps": [{"type": "change", "selectors": ["#a"]}]}))
    done = outrider("import", "bad.json")
    assert done.returncode == 2
    assert done.stderr.strip() == "outrider: bad.json: steps[0].value: is missing: a text is needed"
    assert not list(tmp_path.glob("*.yaml"))


@pytest.mark.parametrize(
    ("command", "told"),
    [
        (
            "export a.journey.yaml --to pytest-playwrite",
            "--to: there is no format 'pytest-playwrite'; did you mean `pytest",
        ),
        (
            "import a.journey.yaml --format recordr",
            "--format: there is no format 'recordr'; did you mean `chrome-recorder`?",
        ),
    ],
)
def test_a_format_that_there_is_not_is_told_by_its_option(
    outrider: Outrider, tmp_path: Path, command: str, told: str
) -> None:
    (tmp_path / "a.journey.yaml").write_text("name: A\nsteps: [{action: reload}]\n")
    done = outrider(*command.split())
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"outrider: {told}")
