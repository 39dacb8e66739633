"""Outrider in an environment of its own, where packages of strangers are installed: started, asked, stopped."""

import os
import signal
import socket
import socketserver
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2

LONGEST_S = 60
_KEY = "the owner's key of this test"


def run(python: Path, *arguments: str, cwd: Path | None = None, **variables: str) -> str:
    """Run Python to its end and return what it said; anything but success fails the test."""
    done = subprocess.run(
        [python, *arguments],
        cwd=cwd or python.parent,
        env=_plain() | variables,
        capture_output=True,
        text=True,
        timeout=LONGEST_S,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def _plain() -> dict[str, str]:
    """Return the environment without what is set for Outrider or for this Python."""
    return {n: v for n, v in os.environ.items() if not n.startswith(("OUTRIDER_", "PYTHON", "VIRTUAL_ENV", "PYTEST"))}


class Api:
    """The API of a running server, asked by its owner."""

    def __init__(self, client: httpx2.Client) -> None:
        self._client = client

    def get(self, path: str) -> Any:
        """Return the data of a GET."""
        return self._data("GET", path)

    def post(self, path: str, body: Any = None) -> Any:
        """Return the data of a POST."""
        return self._data("POST", path, body)

    def put(self, path: str, body: Any) -> Any:
        """Return the data of a PUT."""
        return self._data("PUT", path, body)

    def refused(self, path: str, body: Any) -> tuple[int, str]:
        """Return status and error of a POST that must be refused."""
        response = self._client.post(path, json=body)
        assert response.is_error, response.text
        return response.status_code, response.json()["error"]

    def content(self, path: str) -> bytes:
        """Return what is downloaded."""
        return self._client.get(path).raise_for_status().content

    def ran(self, path: str) -> Any:
        """Run a check now and return its run, finished."""
        run = self.post(path)
        until = time.monotonic() + LONGEST_S
        while (run := self.get(f"/api/v1/runs/{run['id']}"))["status"] in {"queued", "running"}:
            assert time.monotonic() < until, run
            time.sleep(0.05)
        return run

    def _data(self, method: str, path: str, body: Any = None) -> Any:
        response = self._client.request(method, path, json=body)
        assert response.is_success, response.text
        return response.json()["data"]


@dataclass(frozen=True)
class Environment:
    """An environment in which the packages are installed: its Python, and copies of their sources."""

    python: Path
    sources: dict[str, Path]


@dataclass(frozen=True)
class Running:
    """A server that has the plugins, the file that one of them writes, and an address that its checks may not reach."""

    api: Api
    told: Path
    denied: str


@contextmanager
def served(python: Path, data: Path, **variables: str) -> Iterator[Api]:
    """Run `outrider up` with a Python and a data folder, until the end of the block."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    data.mkdir(exist_ok=True)
    log = data / "log"
    command = [python, "-m", "outrider_api.cli", "up", "--port", str(port), "--data-dir", str(data)]
    settings = {"OUTRIDER_BOOTSTRAP_API_KEY": _KEY, "OUTRIDER_BROWSER_SLOTS": "1", **variables}
    with log.open("ab") as output:
        server = subprocess.Popen(
            command,
            cwd=data,
            env=_plain() | settings,
            stdout=output,
            stderr=output,
            stdin=subprocess.DEVNULL,
        )
    client = httpx2.Client(
        base_url=f"http://127.0.0.1:{port}", headers={"Authorization": f"Bearer {_KEY}"}, timeout=LONGEST_S
    )
    try:
        _wait_until_ready(server, client, log)
        yield Api(client)
    finally:
        client.close()
        server.send_signal(signal.SIGTERM)
        try:
            server.wait(LONGEST_S)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()
    assert server.returncode == 0, log.read_text()


def _wait_until_ready(server: subprocess.Popen[bytes], client: httpx2.Client, log: Path) -> None:
    until = time.monotonic() + LONGEST_S
    while True:
        assert server.poll() is None, log.read_text()
        assert time.monotonic() < until, log.read_text()
        try:
            if client.get("/readyz").is_success:
                return
        except httpx2.TransportError:
            time.sleep(0.05)


class Greeter:
    """A TCP service whose greeting can be changed."""

    def __init__(self) -> None:
        self.banner = b"SSH-2.0-Outrider\r\n"
        greeter = self

        class Handler(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                self.request.sendall(greeter.banner)

        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()
        self.port: int = self._server.server_address[1]

    def close(self) -> None:
        """End the service."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
