"""A link opens one trace for a while; the viewer behind it is Playwright's own."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from api_house import CONTENT, House, error_of

from outrider_api.http.middleware import loggable
from outrider_engine.services.trace_links import OPEN_FOR


@pytest.fixture
def trace(tmp_path: Path) -> Path:
    path = tmp_path / "trace.zip"
    path.write_bytes(CONTENT)
    return path


def test_a_link_opens_the_trace_without_a_key_until_its_time_is_over(any_house: House, trace: Path) -> None:
    house = any_house
    run = house.run_with_a_trace(trace)
    link = house.owner.get(run["trace_url"])
    nobody = house.caller(None)
    assert (link["run_id"], link["artifact_id"]) == (run["id"], run["artifacts"][0]["id"])
    page, file = nobody.send("GET", link["url"]), nobody.send("GET", link["download_url"])
    assert (page.status_code, "trace-viewer" in page.text) == (200, True)
    assert (file.status_code, file.content) == (200, CONTENT)
    part = nobody.send("GET", link["download_url"], headers={"Range": "bytes=1-4"})
    assert (part.status_code, part.content) == (206, CONTENT[1:5])
    assert nobody.send("HEAD", link["download_url"]).headers["Content-Length"] == str(len(CONTENT))
    assert nobody.send("HEAD", link["url"]).status_code == 200
    assert house.owner.key not in json.dumps(link)
    house.world.clock.advance(OPEN_FOR.total_seconds())
    ended = nobody.send("GET", link["url"])
    assert (ended.status_code, "This link has ended" in ended.text) == (404, True)
    assert nobody.send("HEAD", link["url"]).status_code == 404
    error_of(nobody.send("GET", link["download_url"]), 404)


def test_a_link_is_for_one_file_and_can_not_be_made_by_hand(house: House, trace: Path) -> None:
    run = house.run_with_a_trace(trace)
    other = house.run_with_a_trace(trace)
    token = house.owner.get(run["trace_url"])["url"].rpartition("/")[2]
    tampered = token[:-8] + ("A" if token[-8] != "A" else "B") + token[-7:]
    foreign = house.services.trace_links.make(house.world.organization, other["id"]).token
    secrets = house.world.secrets
    forged = [
        secrets.seal(
            json.dumps(["login", house.world.organization, run["id"], run["artifacts"][0]["id"], 9_999_999_999])
        ),
        secrets.seal("not JSON"),
        secrets.seal("[1]"),
    ]
    for wrong in (tampered, "", "x", "é", "A" * 999, *forged):
        error_of(house.owner.send("GET", f"/traces/{wrong}/trace.zip"), 404)
    assert foreign != token


def test_a_link_is_refused_to_strangers_and_for_runs_without_a_trace(house: House, trace: Path, tmp_path: Path) -> None:
    run = house.run_with_a_trace(trace)
    house.stranger().refused(404, "GET", run["trace_url"])
    house.caller(None).refused(401, "GET", run["trace_url"])
    bare = house.run_with_a_file(tmp_path)
    assert bare["trace_url"] is None
    assert "trace" in house.owner.refused(404, "GET", f"/api/v1/runs/{bare['id']}/trace")["error"]


def test_the_viewer_is_served_with_a_policy_of_its_own(house: House) -> None:
    index = house.caller(None).send("GET", "/trace-viewer/index.html")
    assert index.status_code == 200
    policy = index.headers["Content-Security-Policy"]
    assert "script-src 'self' 'sha256-" in policy
    assert "unsafe-inline" not in policy.partition("script-src")[2].partition(";")[0]
    worker = house.caller(None).send("GET", "/trace-viewer/sw.bundle.js")
    assert (worker.status_code, worker.headers["Cache-Control"]) == (200, "no-cache")
    assert "javascript" in worker.headers["Content-Type"]
    assert house.caller(None).send("GET", "/trace-viewer/../../cli.js").status_code == 404


def test_links_do_not_reach_the_log() -> None:
    assert loggable("/traces/gAAAAABsecret/trace.zip") == "/traces/…/trace.zip"
    assert timedelta(minutes=10) < OPEN_FOR <= timedelta(days=1)
