"""The embedded whole, started and stopped as an operator does."""

import json
import re
import signal
import socket
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from command_line import OutriderProcess

from .conftest import Outrider

pytestmark = pytest.mark.slow

LONGEST_S = 60


@pytest.fixture
def port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "log"


@pytest.fixture
def up(tmp_path: Path, port: int, log: Path) -> Iterator[OutriderProcess]:
    """A running `outrider up` that answers."""
    process = OutriderProcess(
        ["up", "--port", str(port), "--data-dir", str(tmp_path / "d")],
        cwd=tmp_path,
        env={"OUTRIDER_LOG_FORMAT": "json"},
        out=tmp_path / "out",
        err=log,
    )
    limit = time.monotonic() + LONGEST_S
    while "outrider is up" not in log.read_text():
        assert process.poll() is None, log.read_text()
        assert time.monotonic() < limit, log.read_text()
        time.sleep(0.05)
    yield process
    process.kill()
    process.wait()


def answer(port: int, path: str, key: str = "") -> tuple[int, object]:
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers={"Authorization": f"Bearer {key}"})
    try:
        with urllib.request.urlopen(request, timeout=LONGEST_S) as response:
            return response.status, json.loads(response.read())
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.loads(error.read())


def test_the_key_of_the_first_start_opens_the_api(up: OutriderProcess, port: int, log: Path) -> None:
    key = re.findall(r"^ +(outr_\w+)$", log.read_text(), re.MULTILINE)[0]
    assert answer(port, "/healthz")[0] == 200
    assert answer(port, "/readyz")[0] == 200
    assert answer(port, "/api/v1/monitors", key)[0] == 200
    assert answer(port, "/api/v1/monitors")[0] == 401


def test_an_uploaded_journey_is_scheduled_and_changed_by_the_next_upload(
    up: OutriderProcess, port: int, log: Path, outrider: Outrider, tmp_path: Path
) -> None:
    key = re.findall(r"^ +(outr_\w+)$", log.read_text(), re.MULTILINE)[0]
    (tmp_path / "home.journey.yaml").write_text("name: Home\nsteps: [{action: goto, url: 'http://127.0.0.1:9/'}]\n")
    variables = {"OUTRIDER_API_KEY": key, "OUTRIDER_SERVER": f"http://127.0.0.1:{port}"}
    first = outrider("upload", "home.journey.yaml", "--every", "3600", **variables)
    assert (first.returncode, "every 3600 s" in first.stdout) == (0, True), first.stderr
    second = outrider("upload", "home.journey.yaml", "--every", "7200", **variables)
    assert (second.returncode, "every 7200 s" in second.stdout) == (0, True), second.stderr
    assert outrider("upload", "home.journey.yaml", "--key", "wrong", **variables).returncode == 1
    answered = answer(port, "/api/v1/journeys", key)[1]
    assert isinstance(answered, dict)
    assert [journey["interval_seconds"] for journey in answered["data"]] == [7200]


@pytest.mark.browser
@pytest.mark.timeout(180)
def test_a_trigger_ends_with_the_verdict(
    up: OutriderProcess, port: int, log: Path, outrider: Outrider, tmp_path: Path
) -> None:
    key = re.findall(r"^ +(outr_\w+)$", log.read_text(), re.MULTILINE)[0]
    here = f"http://127.0.0.1:{port}"
    steps = "- {action: goto, url: /docs, name: Open it}\n- {action: assert, url: {contains: docs}, timeout: 1}\n"
    (tmp_path / "docs.journey.yaml").write_text(f"name: Docs\nbase_url: {here}\nsteps:\n{steps}")
    variables = {"OUTRIDER_API_KEY": key, "OUTRIDER_SERVER": here}
    assert outrider("upload", "docs.journey.yaml", **variables).returncode == 0
    passed = outrider("trigger", "Docs", **variables)
    assert (passed.returncode, "✓ Open it" in passed.stdout) == (0, True), passed.stdout + passed.stderr
    failed = outrider("trigger", "Docs", "--base-url", "http://nowhere.invalid", **variables)
    assert (failed.returncode, "✗ Open it" in failed.stdout) == (1, True), failed.stdout + failed.stderr
    assert outrider("trigger", "Docs", "--wait", "0", **variables).returncode == 0
    unknown = outrider("trigger", "Nothing", **variables)
    assert (unknown.returncode, "no journey of the name 'Nothing'" in unknown.stderr) == (2, True)
    assert outrider("trigger", "jrn_nothing", **variables).returncode == 2


@pytest.mark.parametrize("ask", [signal.SIGTERM, signal.SIGINT])
def test_a_stop_is_orderly_and_the_log_is_json(up: OutriderProcess, log: Path, ask: signal.Signals) -> None:
    up.send_signal(ask)
    assert up.wait(30) == 0
    events = [json.loads(line)["event"] for line in log.read_text().splitlines() if line.startswith("{")]
    assert "outrider is up" in events
    assert "stopping" in events
    assert "Traceback" not in log.read_text()
