"""Heartbeats over HTTP: tokens, pings, what they keep, and silence."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from api_house import House

from outrider_api.http.middleware import loggable

MONITORS = "/api/v1/monitors"
HOURLY = {"name": "backup", "type": "heartbeat", "period": 3600, "grace": 600}


def made(house: House, **fields: Any) -> Any:
    return house.owner.post(MONITORS, HOURLY | fields)


def results(house: House, monitor: Any) -> list[Any]:
    found: list[Any] = house.owner.get(f"{MONITORS}/{monitor['id']}/results")
    return found


def ping(house: House, monitor: Any, tail: str = "", method: str = "GET", **more: Any) -> None:
    house.world.clock.advance(1)
    response = house.caller(None).send(method, f"/hb/{monitor['token']}{tail}", **more)
    assert response.status_code == 200, response.text


def states(house: House, monitor: Any) -> list[str]:
    return [run["status"] for run in results(house, monitor)]


def wait(house: House, seconds: float) -> None:
    house.world.clock.advance(seconds)
    house.world.scheduler.tick()


def test_a_heartbeat_is_given_a_token_that_stays(house: House) -> None:
    monitor = made(house)
    assert (monitor["period"], monitor["grace"], monitor["interval"]) == (3600, 600, None)
    assert len(monitor["token"]) == 32
    assert monitor["ping_path"] == f"/hb/{monitor['token']}"
    assert monitor["next_run_at"] is None
    assert monitor["warnings"] == []
    read = house.owner.get(f"{MONITORS}/{monitor['id']}")
    assert {key: read[key] for key in monitor} == monitor
    renamed = house.owner.put(f"{MONITORS}/{monitor['id']}", monitor | {"name": "other"})
    assert (renamed["name"], renamed["token"]) == ("other", monitor["token"])
    assert made(house)["token"] != monitor["token"]


@pytest.mark.parametrize("method", ["GET", "POST", "HEAD"])
def test_a_ping_is_a_run_and_needs_no_key(any_house: House, method: str) -> None:
    monitor = made(any_house)
    ping(any_house, monitor, method=method)
    ping(any_house, monitor, "/1", method=method)
    ping(any_house, monitor, "/0", method=method)
    last, failed, first = results(any_house, monitor)
    assert [last["status"], failed["status"], first["status"]] == ["passed", "failed", "passed"]
    assert (failed["reason"], failed["cause"], failed["error"]) == (
        "exit_code",
        "target",
        "the job ended with exit code 1",
    )
    assert first["trigger"] == "heartbeat"
    assert first["started_at"] == first["completed_at"]
    assert first["facts"]["exit_code"] == 0
    assert any_house.owner.get(f"{MONITORS}/{monitor['id']}")["last_run"]["id"] == last["id"]


def test_before_the_first_ping_nothing_fails(house: House) -> None:
    monitor = made(house)
    wait(house, 100_000)
    assert results(house, monitor) == []


def test_silence_makes_one_failed_run_until_the_next_ping(any_house: House) -> None:
    monitor = made(any_house)
    ping(any_house, monitor)
    wait(any_house, 4199)
    assert states(any_house, monitor) == ["passed"]
    wait(any_house, 1)
    newest = results(any_house, monitor)[0]
    assert (newest["status"], newest["reason"], newest["cause"]) == ("failed", "timeout", "target")
    assert newest["error"] == "no ping came within 4200 s of the last one"
    wait(any_house, 100_000)
    assert states(any_house, monitor) == ["failed", "passed"]
    ping(any_house, monitor)
    assert states(any_house, monitor) == ["passed", "failed", "passed"]
    wait(any_house, 4200)
    assert states(any_house, monitor) == ["failed", "passed", "failed", "passed"]


def test_a_late_ping_that_comes_before_the_scheduler_wins(house: House) -> None:
    monitor = made(house)
    ping(house, monitor)
    house.world.clock.advance(5000)
    ping(house, monitor)
    house.world.scheduler.tick()
    assert states(house, monitor) == ["passed", "passed"]


def test_several_schedulers_make_one_failed_run(any_house: House) -> None:
    monitor = made(any_house)
    ping(any_house, monitor)
    any_house.world.clock.advance(5000)
    schedulers = [any_house.world.scheduler for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda scheduler: scheduler.tick(), schedulers))
    assert states(any_house, monitor) == ["failed", "passed"]


def test_a_failure_is_followed_by_no_second_alarm(house: House) -> None:
    monitor = made(house)
    ping(house, monitor, "/7")
    wait(house, 100_000)
    assert states(house, monitor) == ["failed"]


def test_silence_opens_an_alert_and_a_ping_resolves_it(house: House) -> None:
    monitor = made(house)
    channel = house.owner.channel()
    house.owner.rule(monitor_id=monitor["id"], channel_ids=[channel["id"]])
    ping(house, monitor)
    wait(house, 5000)
    (alert,) = house.owner.get("/api/v1/alerts")
    assert alert["status"] == "open"
    ping(house, monitor)
    assert house.owner.get(f"/api/v1/alerts/{alert['id']}")["status"] == "resolved"


def test_pauses_and_changes_move_the_deadline(house: House) -> None:
    monitor = made(house)
    path = f"{MONITORS}/{monitor['id']}"
    ping(house, monitor)
    before = house.owner.get(path)["next_run_at"]
    assert house.owner.put(path, {"name": "other"})["next_run_at"] == before
    assert house.owner.put(path, {"period": 7200})["next_run_at"] > before
    wait(house, 4300)
    assert states(house, monitor) == ["passed"]
    assert house.owner.post(f"{path}/pause")["next_run_at"] is None
    wait(house, 100_000)
    ping(house, monitor)
    assert house.owner.get(path)["next_run_at"] is None
    assert house.owner.post(f"{path}/resume")["next_run_at"] is None
    wait(house, 100_000)
    assert states(house, monitor) == ["passed", "passed"]


def test_output_and_duration_are_kept_with_the_run(house: House) -> None:
    monitor = made(house, secrets={"WORD": "s3cret-word"})
    ping(house, monitor, "/3?duration_ms=2500", "POST", content=b"x" * 100_000 + b"tail s3cret-word \xff\x00")
    (run,) = results(house, monitor)
    assert run["duration_ms"] == 2500
    assert run["started_at"] < run["completed_at"]
    assert len(run["facts"]["output"]) == 10_000
    assert "tail •••" in run["facts"]["output"]
    assert "s3cret" not in str(run)


def test_output_can_be_asserted(house: House) -> None:
    monitor = made(house, assertions=[{"type": "body_contains", "value": "done"}])
    ping(house, monitor, method="POST", content=b"all done")
    ping(house, monitor, method="POST", content=b"nothing to do")
    assert states(house, monitor) == ["failed", "passed"]
    assert results(house, monitor)[0]["reason"] == "assertion"


@pytest.mark.parametrize(
    ("tail", "status"),
    [
        ("/x", 404),
        ("/1.5", 404),
        ("/99999999999", 404),
        ("/1/2", 404),
        ("?duration_ms=-1", 400),
        ("/1?duration_ms=x", 400),
    ],
)
def test_a_ping_that_makes_no_sense_is_refused(house: House, tail: str, status: int) -> None:
    monitor = made(house)
    house.caller(None).refused(status, "GET", f"/hb/{monitor['token']}{tail}")
    assert results(house, monitor) == []


def test_unknown_and_dead_tokens_are_not_found(house: House) -> None:
    monitor = made(house)
    nobody = house.caller(None)
    nobody.refused(404, "GET", "/hb/nothing")
    nobody.refused(404, "POST", f"/hb/{monitor['id']}/0")
    rotated = house.owner.post(f"{MONITORS}/{monitor['id']}/rotate-token")
    assert rotated["token"] != monitor["token"]
    nobody.refused(404, "GET", f"/hb/{monitor['token']}")
    ping(house, rotated)
    house.owner.delete(f"{MONITORS}/{monitor['id']}")
    nobody.refused(404, "GET", f"/hb/{rotated['token']}")


@pytest.mark.parametrize("token", ["%00", "%ff", "%2e%2e", "x" * 3000, "🐎", "' OR 1=1 --"])
def test_odd_tokens_are_not_found(house: House, token: str) -> None:
    for method in ("GET", "POST"):
        house.caller(None).refused(404, method, f"/hb/{token}")
        house.caller(None).refused(404, method, f"/hb/{token}/0")


def test_a_monitor_that_is_run_has_no_token(house: House) -> None:
    monitor = house.owner.monitor()
    assert "token" not in monitor
    house.owner.refused(400, "POST", f"{MONITORS}/{monitor['id']}/rotate-token")


def test_a_heartbeat_is_not_run_on_demand(house: House) -> None:
    house.owner.refused(400, "POST", f"{MONITORS}/{made(house)['id']}/check")


def test_a_monitor_that_becomes_a_heartbeat_gets_a_token(house: House) -> None:
    monitor = house.owner.monitor()
    changed = house.owner.put(f"{MONITORS}/{monitor['id']}", {"type": "heartbeat", "period": 60})
    assert changed["next_run_at"] is None
    ping(house, changed)
    back = house.owner.put(f"{MONITORS}/{monitor['id']}", {"type": "url", "url": "http://a", "interval": 60})
    assert "token" not in back
    house.caller(None).refused(404, "GET", f"/hb/{changed['token']}")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"period": 0}, "period"),
        ({"grace": 0}, "grace"),
        ({"interval": 60}, "interval"),
        ({"cron": "* * * * *"}, "cron"),
        ({"token": "mine"}, "token"),
    ],
)
def test_wrong_fields_are_named(house: House, changes: dict[str, Any], field: str) -> None:
    assert house.owner.refused(400, "POST", MONITORS, HOURLY | changes)["data"]["field"] == field


def test_tokens_are_not_logged(house: House, capfd: pytest.CaptureFixture[str]) -> None:
    monitor = made(house)
    ping(house, monitor, "/0")
    house.caller(None).refused(404, "GET", "/hb/some-other-token")
    written = "".join(capfd.readouterr())
    assert monitor["token"] not in written
    assert "some-other-token" not in written
    assert [loggable(path) for path in ("/hb/abc", "/hb/abc/1", "//hb/abc/")] == ["/hb/…", "/hb/…/1", "//hb/…/"]
    assert loggable("/api/v1/hb/abc") == "/api/v1/hb/abc"
