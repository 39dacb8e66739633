"""A Redis server for the suite: unless ``OUTRIDER_TEST_REDIS_URL`` names an empty one, a throw-away one."""

import os
import shutil
import signal
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
import redis
from server_processes import free_port, serving, unavailable


@pytest.fixture(scope="session")
def redis_server_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """URL of a Redis that the suite may empty; each test process has its own server."""
    given = os.environ.get("OUTRIDER_TEST_REDIS_URL")
    if given:
        with redis.Redis.from_url(given) as client:
            if client.dbsize():
                pytest.fail("OUTRIDER_TEST_REDIS_URL: that database is not empty")
        yield given
        return
    server = RedisServer(Path(tmp_path_factory.mktemp("redis")), stop=signal.SIGTERM)
    with server.running():
        yield server.url


class RedisServer:
    """A server that keeps its port from one life to the next, and nothing else."""

    def __init__(self, folder: Path, *, stop: signal.Signals) -> None:
        binary = shutil.which("redis-server")
        if binary is None:
            unavailable("Redis is not installed")
        port = free_port()
        where = ["--port", str(port), "--bind", "127.0.0.1", "--dir", folder]
        self._command = [binary, *where, "--save", "", "--appendonly", "no"]
        self._log, self._stop = folder / "log", stop
        self.url = f"redis://127.0.0.1:{port}/0"

    @contextmanager
    def running(self) -> Iterator[None]:
        """Run the server for the length of the block."""
        with serving(self._command, user=None, log=self._log, ready=lambda: _answers(self.url), stop=self._stop):
            yield


class MortalRedis:
    """A server that a test may kill and start again, without its data."""

    def __init__(self, folder: Path) -> None:
        self._server = RedisServer(folder, stop=signal.SIGKILL)
        self._life = ExitStack()
        self.url = self._server.url

    def start(self) -> None:
        """Start it; returns when it answers."""
        self._life.enter_context(self._server.running())

    def stop(self) -> None:
        """Kill it."""
        self._life.close()


@contextmanager
def mortal_redis(folder: Path) -> Iterator[MortalRedis]:
    """Run a server of a test's own."""
    server = MortalRedis(folder)
    server.start()
    try:
        yield server
    finally:
        server.stop()


@pytest.fixture
def redis_url(redis_server_url: str) -> Iterator[str]:
    """URL of a Redis that is empty when the test begins."""
    with redis.Redis.from_url(redis_server_url) as client:
        client.flushdb()
        yield redis_server_url
        client.flushdb()


def _answers(url: str) -> bool:
    with redis.Redis.from_url(url, retry=None) as client:
        try:
            return bool(client.ping())
        except redis.ConnectionError:
            return False
