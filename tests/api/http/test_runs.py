"""Runs over HTTP: their history, one of them, their files, and pipelines that wait for them."""

import hashlib
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from api_house import CONTENT, House, error_of

from outrider_engine.domain.observations import Observation


def test_a_run_shows_steps_phases_facts_and_files(any_house: House, tmp_path: Path) -> None:
    run = any_house.run_with_a_file(tmp_path)
    assert (run["status"], run["phases"], run["facts"]) == ("passed", {"dns": 1.0}, {"status": 200})
    assert [(step["name"], step["status"]) for step in run["steps"]] == [("Open", "passed")]
    artifact = run["artifacts"][0]
    assert (artifact["kind"], artifact["size"], artifact["step_index"]) == ("screenshot", len(CONTENT), 0)
    assert artifact["sha256"] == hashlib.sha256(CONTENT).hexdigest()
    assert any_house.owner.get(f"/api/v1/runs/{run['id']}/artifacts") == run["artifacts"]
    assert any_house.owner.get(f"/api/agent/runs/{run['id']}") == run
    assert any_house.owner.get("/api/v1/runs") == [run]


@pytest.mark.parametrize(
    ("wanted", "status", "first", "last"),
    [
        pytest.param("bytes=0-9", 206, 0, 9, id="beginning"),
        pytest.param("bytes=10-", 206, 10, 1023, id="from"),
        pytest.param("bytes=-5", 206, 1019, 1023, id="suffix"),
        pytest.param("bytes=-5000", 206, 0, 1023, id="longer-suffix"),
        pytest.param("bytes=1000-99999", 206, 1000, 1023, id="beyond-the-end"),
        pytest.param("bytes=9-2", 200, 0, 1023, id="backwards"),
        pytest.param("bytes=0-1,4-5", 200, 0, 1023, id="several"),
        pytest.param("lines=1-2", 200, 0, 1023, id="other-unit"),
    ],
)
def test_a_part_of_a_file_can_be_asked_for(
    house: House, tmp_path: Path, wanted: str, status: int, first: int, last: int
) -> None:
    url = house.run_with_a_file(tmp_path)["artifacts"][0]["url"]
    response = house.owner.send("GET", url, headers={"Range": wanted})
    assert response.status_code == status
    assert response.content == CONTENT[first : last + 1]
    assert response.headers.get("Content-Range") == (f"bytes {first}-{last}/1024" if status == 206 else None)


@pytest.mark.parametrize("wanted", ["bytes=1024-", "bytes=-0", "bytes=99999-100000"])
def test_a_part_that_does_not_exist_is_416(house: House, tmp_path: Path, wanted: str) -> None:
    url = house.run_with_a_file(tmp_path)["artifacts"][0]["url"]
    response = house.owner.send("GET", url, headers={"Range": wanted})
    assert (response.status_code, response.headers["Content-Range"]) == (416, "bytes */1024")


def test_a_file_is_sent_as_something_to_keep_and_never_to_execute(house: House, tmp_path: Path) -> None:
    url = house.run_with_a_file(tmp_path)["artifacts"][0]["url"]
    headers = house.owner.send("GET", url).headers
    assert headers["Content-Disposition"] == "attachment; filename*=UTF-8''shot%20%C3%BC.png"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in headers["Content-Security-Policy"]
    assert (headers["Content-Type"], headers["Content-Length"]) == ("image/png", "1024")


def test_a_file_tells_its_length_without_being_sent(house: House, tmp_path: Path) -> None:
    url = house.run_with_a_file(tmp_path)["artifacts"][0]["url"]
    told, sent = house.owner.send("HEAD", url), house.owner.send("GET", url)
    assert (told.status_code, told.content) == (200, b"")
    for name in ("Content-Length", "Content-Type", "ETag", "Accept-Ranges"):
        assert told.headers[name] == sent.headers[name]
    assert house.caller(None).send("HEAD", url).status_code == 401


def test_a_file_that_the_client_has_is_not_sent_again(house: House, tmp_path: Path) -> None:
    url = house.run_with_a_file(tmp_path)["artifacts"][0]["url"]
    etag = house.owner.send("GET", url).headers["ETag"]
    same = house.owner.send("GET", url, headers={"If-None-Match": etag})
    stale = house.owner.send("GET", url, headers={"Range": "bytes=0-1", "If-Range": '"other"'})
    assert (same.status_code, same.content) == (304, b"")
    assert (stale.status_code, len(stale.content)) == (200, 1024)


def test_a_file_that_the_store_lost_is_404(house: House, tmp_path: Path) -> None:
    artifact = house.run_with_a_file(tmp_path)["artifacts"][0]
    for key in list(house.world.artifacts.keys(house.world.organization)):
        house.world.artifacts.delete(key)
    error_of(house.owner.send("GET", artifact["url"]), 404)


def test_history_is_walked_by_cursor_without_loss_or_repetition(any_house: House) -> None:
    monitor = any_house.owner.monitor()
    path = f"/api/v1/monitors/{monitor['id']}"
    made = []
    for _ in range(7):
        any_house.world.clock.advance(1)
        made.append(any_house.owner.post(f"{path}/check")["id"])
    walked: list[str] = []
    params: dict[str, Any] = {"limit": 3}
    while True:
        part = any_house.owner.send("GET", f"{path}/results", params=params).json()
        walked += [run["id"] for run in part["data"]]
        if not part["meta"]["has_more"]:
            break
        params["cursor"] = part["meta"]["next_cursor"]
    assert walked == made[::-1]
    assert part["meta"]["next_cursor"] is None
    second_page = any_house.owner.get(f"{path}/results", page=2, per_page=3)
    assert [run["id"] for run in second_page] == made[::-1][3:6]
    assert any_house.owner.get(f"{path}/results", page=101, per_page=100) == []
    refusal = any_house.owner.refused(400, "GET", f"{path}/results", params={"page": 102, "per_page": 100})
    assert (refusal["data"]["field"], "cursor" in refusal["error"]) == ("page", True)


def test_history_is_filtered(house: House) -> None:
    monitor = house.owner.monitor(type="scripted", locations=["fra", "local"])
    house.owner.post(f"/api/v1/monitors/{monitor['id']}/check")
    before = house.world.clock.now()
    for claim in house.world.take(limit=1):
        house.world.finish(claim)
    later = (before + timedelta(seconds=1)).isoformat()
    assert len(house.owner.get("/api/v1/runs", status=["passed"])) == 1
    assert len(house.owner.get("/api/v1/runs", status=["passed", "queued"])) == 2
    assert len(house.owner.get("/api/v1/runs", location="fra")) == 1
    assert len(house.owner.get("/api/v1/runs", trigger="manual", check_id=monitor["id"])) == 2
    assert house.owner.get("/api/v1/runs", trigger="schedule") == []
    assert house.owner.get("/api/v1/runs", since=later) == []
    assert len(house.owner.get("/api/v1/runs", until=later)) == 2
    assert house.owner.get("/api/v1/runs", family="journey") == []


@pytest.mark.parametrize(
    "params",
    [
        {"cursor": "x"},
        {"cursor": "mon_06axk3c1q4v0v7w5n2v5c3d9ar"},
        {"status": "odd"},
        {"since": "yesterday"},
        {"since": "2026-01-01T00:00:00"},
        {"limit": 0},
        {"limit": 101},
        {"trigger": "x"},
        {"family": "x"},
    ],
    ids=str,
)
def test_a_wrong_filter_is_400(house: House, params: dict[str, str]) -> None:
    error = house.owner.refused(400, "GET", "/api/v1/runs", params=params)
    assert error["data"]["field"] == next(iter(params))


def test_a_pipeline_triggers_a_run_with_its_own_values_and_sees_no_values_back(house: House) -> None:
    journey = house.owner.journey()
    body = {"base_url": "https://staging.example", "variables": {"TOKEN": "t0p"}, "location": "fra"}
    response = house.owner.send("POST", f"/api/agent/journeys/{journey['id']}/trigger", body)
    run = response.json()["data"]
    assert response.status_code == 202
    assert (run["trigger"], run["location"], run["journey_id"]) == ("ci", "fra", journey["id"])
    assert run["overrides"] == {
        "base_url": "https://staging.example",
        "variables": ["TOKEN"],
        "environment": None,
        "artifacts": {},
    }
    assert house.world.run(run["id"]).overrides.variables == {"TOKEN": "t0p"}  # type: ignore[union-attr]
    assert house.owner.get(f"/api/v1/journeys/{journey['id']}/runs")[0]["id"] == run["id"]
    assert "t0p" not in response.text


@pytest.mark.parametrize(
    ("wish", "kept"),
    [
        ({"video": "on_failure", "trace": "always"}, {"video": "on_failure", "trace": "always"}),
        ("always", dict.fromkeys(("screenshots", "console", "network", "vitals", "aria"), "always")),
    ],
    ids=str,
)
def test_whoever_asks_for_a_run_says_which_files_are_kept(house: House, wish: object, kept: dict[str, str]) -> None:
    journey = house.owner.journey()
    for path in (f"/api/agent/journeys/{journey['id']}/trigger", f"/api/v1/journeys/{journey['id']}/run-now"):
        run = house.owner.post(path, {"artifacts": wish})
        assert run["overrides"]["artifacts"] == kept
        assert house.world.run(run["id"]).overrides.artifacts == kept  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"base_url": "ftp://x"}, "base_url"),
        ({"base_url": "https://"}, "base_url"),
        ({"base_url": 1}, "base_url"),
        ({"variables": {"A": 1}}, "variables.A"),
        ({"variables": {"a b": "1"}}, "variables"),
        ({"location": "mars"}, "location"),
        ({"colour": 1}, "colour"),
        ({"artifacts": "sometimes"}, "artifacts"),
        ({"artifacts": {"video": "sometimes"}}, "artifacts"),
        ({"artifacts": {"smell": "always"}}, "artifacts"),
    ],
    ids=str,
)
def test_a_wrong_override_is_named_and_nothing_runs(house: House, body: dict[str, Any], field: str) -> None:
    journey = house.owner.journey()
    path = f"/api/agent/journeys/{journey['id']}/trigger"
    assert house.owner.refused(400, "POST", path, body)["data"]["field"] == field
    assert house.owner.get("/api/v1/runs") == []


def test_a_pipeline_can_wait_for_the_end_of_a_run(house: House) -> None:
    monitor = house.owner.monitor(type="scripted")
    run = house.owner.post(f"/api/agent/monitors/{monitor['id']}/trigger")
    still = house.owner.get(f"/api/agent/runs/{run['id']}", wait=0.1)
    assert still["status"] == "queued"
    asked = threading.Event()

    def finish() -> None:
        asked.wait(5)
        for claim in house.world.take():
            house.world.finish(claim)

    worker = threading.Thread(target=finish)
    worker.start()
    threading.Timer(0.3, asked.set).start()
    ended = house.owner.get(f"/api/agent/runs/{run['id']}", wait=30)
    worker.join()
    assert ended["status"] == "passed"
    house.owner.refused(400, "GET", f"/api/agent/runs/{run['id']}", params={"wait": 61})


def test_waiting_for_a_run_of_a_stranger_is_404_at_once(house: House) -> None:
    monitor = house.owner.monitor()
    run = house.owner.post(f"/api/v1/monitors/{monitor['id']}/check")
    house.stranger().refused(404, "GET", f"/api/agent/runs/{run['id']}", params={"wait": 60})


def test_durations_are_shown_to_a_tenth_of_a_millisecond(house: House) -> None:
    run = house.owner.post(f"/api/v1/monitors/{house.owner.monitor(type='scripted')['id']}/check")
    house.finish_all(Observation(duration_ms=12.3456))
    assert house.owner.get(f"/api/v1/runs/{run['id']}")["duration_ms"] == 12.3


@pytest.mark.parametrize("path", ["/api/v1/monitors/{}/check", "/api/agent/monitors/{}/trigger"])
def test_the_runs_of_all_locations_are_named_when_they_begin(house: House, path: str) -> None:
    monitor = house.owner.monitor(type="scripted", locations=["local", "fra"])
    begun = house.owner.post(path.format(monitor["id"]))
    assert begun["run_ids"][0] == begun["id"] == begun["run_id"]
    assert {house.owner.get(f"/api/v1/runs/{id}")["location"] for id in begun["run_ids"]} == {"local", "fra"}
