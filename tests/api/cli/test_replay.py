"""``outrider replay``: a run of a server is walked again here."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from engine_world import FAILED
from served_house import Served

from outrider_engine.domain.checks import QUEUE_BROWSER
from outrider_engine.domain.observations import ArtifactKind, ProducedFile

from .conftest import Outrider

PAGE = "<title>Shop</title><label>Where <input></label><p>Hello</p>"


def har(url: str) -> str:
    """Return a HAR in which a page answers."""
    content = {"size": len(PAGE), "mimeType": "text/html", "text": PAGE}
    response = {"status": 200, "statusText": "OK", "httpVersion": "HTTP/1.1", "cookies": [], "headers": []}
    response |= {"content": content, "redirectURL": "", "headersSize": -1, "bodySize": -1}
    request = {"method": "GET", "url": url, "httpVersion": "HTTP/1.1", "cookies": [], "headers": []}
    request |= {"queryString": [], "headersSize": -1, "bodySize": 0}
    entry = {"startedDateTime": "2026-01-01T00:00:00Z", "time": 1, "request": request, "response": response}
    entry |= {"cache": {}, "timings": {"send": 0, "wait": 1, "receive": 0}}
    return json.dumps({"log": {"version": "1.2", "creator": {"name": "t", "version": "1"}, "entries": [entry]}})


def failed_run(served: Served, folder: Path) -> str:
    """Return a run on the server that kept a HAR; nobody answers at its address any more."""
    house = served.house
    made = house.owner.journey(
        name="Greeting",
        base_url="http://shop.invalid",
        secrets={"PASSWORD": "hunter22"},
        steps=[
            {"action": "goto", "url": "/"},
            {"action": "fill", "locator": {"label": "Where"}, "value": "{{WHERE}} {{PASSWORD}}"},
            {"action": "assert", "locator": {"label": "Where"}, "value": {"equals": "ci typed"}},
        ],
    )
    run: str = house.owner.post(f"/api/agent/journeys/{made['id']}/trigger", {"variables": {"WHERE": "ci"}})["run_id"]
    path = folder / "network.har"
    path.write_text(har("http://shop.invalid/"))
    file = ProducedFile(kind=ArtifactKind.HAR, name=path.name, path=path, content_type="application/json")
    for claim in house.world.claims().take(QUEUE_BROWSER, 5):
        house.world.finish(claim, replace(FAILED, files=(file,)))
    house.owner.put(f"/api/v1/journeys/{made['id']}", {"steps": [{"action": "goto", "url": "/other"}]})
    return run


@pytest.mark.browser
@pytest.mark.long
@pytest.mark.timeout(180)
def test_a_failed_run_is_walked_again_with_its_version_its_values_and_its_har(
    outrider: Outrider, served: Served, tmp_path: Path
) -> None:
    run = failed_run(served, tmp_path)
    options = ["replay", run, "--har", "--save", "greeting.journey.json"]
    without = outrider(*options, **served.variables)
    assert (without.returncode, "--secret PASSWORD" in without.stderr) == (2, True), without.stderr
    done = outrider(*options, "--secret", "PASSWORD", "--json", **served.variables, PASSWORD="typed")
    assert done.returncode == 0, done.stdout + done.stderr
    (walked,) = json.loads(done.stdout)["runs"]
    assert (walked["journey"], walked["status"], len(walked["steps"])) == ("Greeting", "passed", 3)
    saved = json.loads((tmp_path / "greeting.journey.json").read_text())
    assert (saved["name"], saved["secrets"]) == ("Greeting", ["PASSWORD"])
    assert "hunter22" not in (tmp_path / "greeting.journey.json").read_text()


def test_a_journey_is_saved_as_its_file_is_called_and_over_none_that_is_there(
    outrider: Outrider, served: Served, tmp_path: Path
) -> None:
    made = served.house.owner.journey(name="Greeting")
    run = served.house.owner.post(f"/api/v1/journeys/{made['id']}/run-now")["id"]
    file = tmp_path / "greeting.journey.yaml"
    file.write_text("mine")
    options = ["replay", run, "--har", "--save", file.name]
    done = outrider(*options, **served.variables)
    assert (done.returncode, "greeting.journey.yaml is there already" in done.stderr) == (2, True), done.stderr
    assert file.read_text() == "mine"
    outrider(*options, "--force", **served.variables)
    assert "{" not in file.read_text().splitlines()[0]
    assert yaml.safe_load(file.read_text())["name"] == "Greeting"


def test_a_run_without_a_har_says_so(outrider: Outrider, served: Served) -> None:
    made = served.house.owner.journey()
    run = served.house.owner.post(f"/api/v1/journeys/{made['id']}/run-now")["id"]
    done = outrider("replay", run, "--har", **served.variables)
    assert (done.returncode, "kept no HAR" in done.stderr) == (2, True)
    assert outrider("replay", "run_nothing", **served.variables).returncode == 1
