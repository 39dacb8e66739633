"""A stranger's check type and notifier: installed beside Outrider, used through the API, and taken away again."""

import json
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from strangers import LONGEST_S, Api, Environment, Greeter, run, served

from outrider_engine.testing import sample_message

pytestmark = pytest.mark.slow

NAME = "outrider-banner"
CHECK = "/api/v1/monitors"


def monitor(port: int, **fields: Any) -> dict[str, Any]:
    starts = {"source": "fact", "selector": "banner", "operator": "starts_with", "expected": "SSH-2.0"}
    config = {"host": "127.0.0.1", "port": port}
    return {"name": "ssh", "type": "banner", "interval": None, "config": config, "assertions": [starts], **fields}


def shape(data: Any) -> dict[str, set[str]]:
    return {name: set(part) for name, part in data.items()}


@pytest.mark.long
def test_the_stranger_s_own_tests_pass(environment: Environment) -> None:
    told = run(environment.python, "-m", "pytest", "-q", "-p", "no:cacheprovider", cwd=environment.sources[NAME])
    assert " passed" in told


def test_it_is_listed_with_its_package_and_what_is_blocked_says_so(environment: Environment) -> None:
    told = run(environment.python, "-m", "outrider_api.cli", "plugins", COLUMNS="200", OUTRIDER_BLOCKED_PLUGINS="log")
    rows = {line.split()[0]: line for line in told.splitlines() if line.strip()}
    assert f"{NAME} 0.1.0" in rows["banner"]
    assert "register_check_types, register_notifiers" in rows["banner"]
    assert "blocked by OUTRIDER_BLOCKED_PLUGINS" in rows["log"]
    assert "TCP banner" in told
    assert "Log" not in told.split()


def test_its_check_type_is_published_with_its_schema(api: Api) -> None:
    (banner,) = [each for each in api.get("/api/v1/check-types") if each["type"] == "banner"]
    assert (banner["title"], banner["family"]) == ("TCP banner", "monitor")
    assert set(banner["config_schema"]["required"]) == {"host", "port"}
    assert "jsonl_file" in [each["type"] for each in api.get("/api/v1/notifiers")]


def test_its_checks_pass_and_fail_by_the_assertions_of_the_engine(api: Api, greeter: Greeter) -> None:
    made = api.post(CHECK, monitor(greeter.port))
    run = api.ran(f"{CHECK}/{made['id']}/check")
    assert (run["status"], run["reason"]) == ("passed", None)
    assert run["facts"]["banner"] == "SSH-2.0-Outrider"

    greeter.banner = b"220 mail.example.com\r\n"
    run = api.ran(f"{CHECK}/{made['id']}/check")
    assert (run["status"], run["cause"], run["reason"]) == ("failed", "target", "assertion")
    assert "220 mail.example.com" in run["error"]


def test_its_notifier_tells_of_an_alert_and_of_its_end(api: Api, greeter: Greeter, tmp_path: Path) -> None:
    told = tmp_path / "alerts.jsonl"
    made = api.post(CHECK, monitor(greeter.port, name="told of"))
    channel = api.post("/api/v1/alerts/channels", {"name": "f", "type": "jsonl_file", "config": {"path": str(told)}})
    rule = {"name": "broken", "type": "consecutive_failures", "threshold": 1, "channel_ids": [channel["id"]]}
    api.post("/api/v1/alerts/rules", {**rule, "monitor_id": made["id"]})

    greeter.banner = b"go away\n"
    failed = api.ran(f"{CHECK}/{made['id']}/check")
    (opened,) = lines(told, 1)
    assert (opened["event"], opened["title"]) == ("alert.opened", "told of is failing")
    assert (opened["data"]["check"]["id"], opened["data"]["run"]["id"]) == (made["id"], failed["id"])
    assert shape(opened["data"]) == shape(sample_message().data), "the kit's sample is no longer like the real thing"

    greeter.banner = b"SSH-2.0-Back\n"
    api.ran(f"{CHECK}/{made['id']}/check")
    assert [line["event"] for line in lines(told, 2)] == ["alert.opened", "alert.resolved"]


@pytest.mark.parametrize(
    ("config", "named"),
    [
        pytest.param({"host": "127.0.0.1"}, "config.port", id="missing"),
        pytest.param({"host": "127.0.0.1", "port": 0}, "config.port", id="out of range"),
        pytest.param({"host": "127.0.0.1", "port": 22, "speed": 1}, "config.speed", id="unknown"),
    ],
)
def test_wrong_settings_of_a_check_are_refused_by_name(api: Api, config: dict[str, Any], named: str) -> None:
    status, error = api.refused(CHECK, monitor(1, config=config))
    assert status == 400
    assert named in error


@pytest.mark.parametrize(
    ("config", "named"),
    [
        pytest.param({}, "config.path", id="missing"),
        pytest.param({"path": "/tmp/alerts.jsonl", "colour": "red"}, "config.colour", id="unknown"),
    ],
)
def test_wrong_settings_of_a_channel_are_refused_by_name(api: Api, config: dict[str, Any], named: str) -> None:
    status, error = api.refused("/api/v1/alerts/channels", {"name": "file", "type": "jsonl_file", "config": config})
    assert status == 400
    assert named in error


@pytest.mark.long
def test_checks_outlive_the_plugin_and_say_what_is_missing(
    environment: Environment, greeter: Greeter, tmp_path: Path
) -> None:
    with served(environment.python, tmp_path / "data") as with_it:
        made = with_it.post(CHECK, monitor(greeter.port))
        assert with_it.ran(f"{CHECK}/{made['id']}/check")["status"] == "passed"
    with served(Path(sys.executable), tmp_path / "data") as without_it:
        assert "banner" not in [each["type"] for each in without_it.get("/api/v1/check-types")]
        kept = without_it.get(f"{CHECK}/{made['id']}")
        assert (kept["name"], kept["type"], kept["config"]) == (made["name"], made["type"], made["config"])
        run = without_it.ran(f"{CHECK}/{made['id']}/check")
        assert (run["status"], run["cause"], run["reason"]) == ("error", "check", "unknown_check_type")
        assert "banner" in run["error"]
        status, error = without_it.refused(CHECK, monitor(greeter.port))
        assert (status, "type" in error) == (400, True)


def lines(path: Path, count: int) -> list[dict[str, Any]]:
    """Return the lines of a file, once there are so many."""
    until = time.monotonic() + LONGEST_S
    while not path.exists() or len(path.read_text().splitlines()) < count:
        assert time.monotonic() < until
        time.sleep(0.05)
    return [json.loads(line) for line in path.read_text().splitlines()]
