"""The demonstration, as a newcomer sees it: in processes of its own, with a real browser."""

import re
import shutil
import signal
import socket
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from .conftest import Outrider, Started

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(240)]

LONGEST_S = 120


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


@pytest.fixture
def temporary() -> Iterator[Path]:
    """A temporary folder with a path short enough for Chromium's socket."""
    folder = Path(tempfile.mkdtemp(prefix="o", dir="/tmp"))
    yield folder
    shutil.rmtree(folder)


def until(condition: Callable[[], bool], what: str) -> None:
    limit = time.monotonic() + LONGEST_S
    while not condition():
        assert time.monotonic() < limit, f"waited in vain for {what}"
        time.sleep(0.1)


def test_the_first_runs_are_shown_and_ctrl_c_ends_everything_and_the_next_start_uses_the_same_data(
    started: Started, outrider: Outrider, tmp_path: Path, temporary: Path
) -> None:
    ports = ("--port", str(free_port()), "--shop-port", str(free_port()))
    demo, output = started("demo", *ports, TMPDIR=str(temporary)), tmp_path / "out"
    until(lambda: "until Ctrl-C" in output.read_text() or demo.poll() is not None, "the first runs")
    family = psutil.Process(demo.pid).children(recursive=True)
    demo.send_signal(signal.SIGINT)
    assert demo.wait(30) == 0, output.read_text()
    assert not [process for process in family if process.is_running()]
    assert not list(temporary.iterdir())
    first = output.read_text()
    assert "✓ Place the order" in first
    assert "✗ Broken on purpose" in first
    assert "▲ alert Broken on purpose" in first
    assert re.search(r"show-trace --host 127.0.0.1 --port 0 \S+\.zip", first)
    assert "▲ alert still open" not in first
    assert first.endswith("Stopping …\n")
    assert "Traceback" not in first + (tmp_path / "err").read_text()

    key = (tmp_path / "outrider-data" / "demo" / "api-key").read_text()
    second = outrider("demo", "--once", *ports, TMPDIR=str(temporary))
    assert (second.returncode, (tmp_path / "outrider-data" / "demo" / "api-key").read_text()) == (0, key)
    assert "✓ Place the order" in second.stdout
    assert "▲ alert still open from an earlier start" in second.stdout
    _, _, left = second.stdout.partition("What is left")
    assert ("make run" in left, "http://" in left) == (True, False)
    assert not list(temporary.iterdir())


@pytest.mark.parametrize("option", ["--port", "--shop-port"])
def test_a_port_that_is_taken_is_told_with_what_to_do(outrider: Outrider, tmp_path: Path, option: str) -> None:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        sock.listen()
        taken = sock.getsockname()[1]
        ports = {"--port": str(free_port()), "--shop-port": str(free_port()), option: str(taken)}
        done = outrider("demo", "--once", *(part for both in ports.items() for part in both))
    assert done.returncode == 2
    assert f"port {taken} on 127.0.0.1 is taken" in done.stderr
    assert f"choose another with {option}" in done.stderr
    assert not (tmp_path / "outrider-data").exists()


@pytest.mark.long
def test_a_browser_that_is_not_there_is_told_with_what_to_do_and_real_data_is_left_alone(
    outrider: Outrider, tmp_path: Path, temporary: Path
) -> None:
    ports = ("--port", str(free_port()), "--shop-port", str(free_port()))
    elsewhere = f"sqlite:///{tmp_path / 'real.db'}"
    variables = {"OUTRIDER_BROWSER_PATH": "/nowhere/chromium", "OUTRIDER_DATABASE_URL": elsewhere}
    done = outrider("demo", "--once", *ports, TMPDIR=str(temporary), **variables)
    assert done.returncode == 1
    assert "There is no browser that Outrider could use" in done.stdout
    assert not (tmp_path / "real.db").exists()
    assert (tmp_path / "outrider-data" / "demo" / "outrider.db").exists()
