"""The embedded whole, started and stopped as an operator does."""

import json
import re
import signal
import socket
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from command_line import OutriderProcess
from smtp_server import SmtpServer, running_smtp

from .conftest import Outrider

pytestmark = pytest.mark.slow

LONGEST_S = 60


class Up:
    """A running `outrider up`: its process, its port, its log."""

    def __init__(self, folder: Path, variables: dict[str, str]) -> None:
        with socket.socket() as sock:
            sock.bind(("127.0.0.1", 0))
            self.port = int(sock.getsockname()[1])
        self.log = folder / "log"
        self.process = OutriderProcess(
            ["up", "--port", str(self.port), "--data-dir", str(folder / "d")],
            cwd=folder,
            env={"OUTRIDER_LOG_FORMAT": "json", "OUTRIDER_BROWSER_SLOTS": "1", **variables},
            out=folder / "out",
            err=self.log,
        )

    def wait_until_it_answers(self) -> None:
        limit = time.monotonic() + LONGEST_S
        while "outrider is up" not in self.log.read_text():
            assert self.process.poll() is None, self.log.read_text()
            assert time.monotonic() < limit, self.log.read_text()
            time.sleep(0.05)

    @property
    def key(self) -> str:
        return re.findall(r"^ +(outr_\w+)$", self.log.read_text(), re.MULTILINE)[0]

    def answer(self, path: str, key: str = "", body: object = None) -> tuple[int, object]:
        url = f"http://127.0.0.1:{self.port}{path}"
        content = None if body is None else json.dumps(body).encode()
        headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
        request = urllib.request.Request(url, content, headers)
        try:
            with urllib.request.urlopen(request, timeout=LONGEST_S) as response:
                return response.status, json.loads(response.read())
        except urllib.error.HTTPError as error:
            with error:
                return error.code, json.loads(error.read())

    def data(self, path: str, body: object = None) -> dict[str, str]:
        """Return what the owner's key is answered; it must have been fine."""
        status, answered = self.answer(path, self.key, body)
        assert status < 300, answered
        assert isinstance(answered, dict)
        found: dict[str, str] = answered["data"]
        return found

    def variables(self) -> dict[str, str]:
        """What sends the command line to it."""
        return {"OUTRIDER_API_KEY": self.key, "OUTRIDER_SERVER": f"http://127.0.0.1:{self.port}"}


@pytest.fixture(scope="module")
def smtp() -> Iterator[SmtpServer]:
    """The mail server of ``up``."""
    with running_smtp() as server:
        yield server


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory, smtp: SmtpServer) -> Iterator[Up]:
    """One for all tests that do not end it."""
    mails = {
        "OUTRIDER_SMTP_URL": f"smtp://127.0.0.1:{smtp.port}",
        "OUTRIDER_SMTP_FROM": "outrider@a.test",
        "OUTRIDER_PUBLIC_URL": "https://outrider.test",
    }
    with running(tmp_path_factory.mktemp("up"), **mails) as found:
        yield found


@contextmanager
def running(folder: Path, **variables: str) -> Iterator[Up]:
    found = Up(folder, variables)
    try:
        found.wait_until_it_answers()
        yield found
    finally:
        found.process.kill()
        found.process.wait()


def test_the_key_of_the_first_start_opens_the_api(up: Up) -> None:
    assert up.answer("/healthz")[0] == 200
    assert up.answer("/readyz")[0] == 200
    assert up.answer("/api/v1/monitors", up.key)[0] == 200
    assert up.answer("/api/v1/monitors")[0] == 401


def test_who_is_invited_gets_a_mail(up: Up, outrider: Outrider, smtp: SmtpServer) -> None:
    done = outrider("members", "invite", "lin@example.com", **up.variables())
    assert (done.returncode, "invited as member" in done.stdout) == (0, True), done.stderr
    limit = time.monotonic() + LONGEST_S
    while not smtp.mails:
        assert time.monotonic() < limit, up.log.read_text()
        time.sleep(0.05)
    (token,) = set(re.findall(rb"https://outrider.test/invitations/([\w-]+)", smtp.mails[0][1].replace(b"=\r\n", b"")))
    assert token.decode() not in up.log.read_text()


def test_an_uploaded_journey_is_scheduled_and_changed_by_the_next_upload(
    up: Up, outrider: Outrider, tmp_path: Path
) -> None:
    (tmp_path / "home.journey.yaml").write_text("name: Home\nsteps: [{action: goto, url: 'http://127.0.0.1:9/'}]\n")
    first = outrider("upload", "home.journey.yaml", "--every", "3600", **up.variables())
    assert (first.returncode, "every 3600 s" in first.stdout) == (0, True), first.stderr
    second = outrider("upload", "home.journey.yaml", "--every", "7200", **up.variables())
    assert (second.returncode, "every 7200 s" in second.stdout) == (0, True), second.stderr
    assert outrider("upload", "home.journey.yaml", "--key", "wrong", **up.variables()).returncode == 1
    answered = up.answer("/api/v1/journeys", up.key)[1]
    assert isinstance(answered, dict)
    assert [each["interval_seconds"] for each in answered["data"] if each["name"] == "Home"] == [7200]


@pytest.mark.browser
@pytest.mark.timeout(180)
def test_a_trigger_ends_with_the_verdict(up: Up, outrider: Outrider, tmp_path: Path) -> None:
    variables = up.variables()
    steps = "- {action: goto, url: /docs, name: Open it}\n- {action: assert, url: {contains: docs}, timeout: 1}\n"
    journey = f"name: Docs\nbase_url: {variables['OUTRIDER_SERVER']}\nsteps:\n{steps}"
    (tmp_path / "docs.journey.yaml").write_text(journey)
    assert outrider("upload", "docs.journey.yaml", **variables).returncode == 0
    passed = outrider("trigger", "Docs", **variables)
    assert (passed.returncode, "✓ Open it" in passed.stdout) == (0, True), passed.stdout + passed.stderr
    failed = outrider("trigger", "Docs", "--base-url", "http://nowhere.invalid", **variables)
    assert (failed.returncode, "✗ Open it" in failed.stdout) == (1, True), failed.stdout + failed.stderr
    assert outrider("trigger", "Docs", "--wait", "0", **variables).returncode == 0
    unknown = outrider("trigger", "Nothing", **variables)
    assert (unknown.returncode, "no journey of the name 'Nothing'" in unknown.stderr) == (2, True)
    assert outrider("trigger", "jrn_nothing", **variables).returncode == 2


@pytest.mark.parametrize("ask", [signal.SIGTERM, pytest.param(signal.SIGINT, marks=pytest.mark.long)])
def test_a_stop_is_orderly_and_the_log_is_json(ask: signal.Signals, tmp_path: Path) -> None:
    with running(tmp_path) as found:
        found.process.send_signal(ask)
        assert found.process.wait(30) == 0
        text = found.log.read_text()
    events = [json.loads(line)["event"] for line in text.splitlines() if line.startswith("{")]
    assert "outrider is up" in events
    assert "stopping" in events
    assert "Traceback" not in text


def test_who_waits_for_a_run_hears_its_end_from_a_server_that_is_told_to_stop(tmp_path: Path) -> None:
    with running(tmp_path) as found, socket.create_server(("127.0.0.1", 0)) as silent, ThreadPoolExecutor(1) as threads:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        fields = {"name": "Silent", "type": "url", "url": url, "interval": 3600, "timeout": 3}
        monitor = found.data("/api/v1/monitors", fields)
        run = found.data(f"/api/agent/monitors/{monitor['id']}/trigger", {})
        waiting = threads.submit(found.data, f"/api/agent/runs/{run['id']}?wait=60")
        silent.settimeout(LONGEST_S)
        with silent.accept()[0]:
            found.process.send_signal(signal.SIGTERM)
            assert waiting.result(LONGEST_S)["status"] == "timed_out"
            assert found.process.wait(30) == 0
        assert "Traceback" not in found.log.read_text()
