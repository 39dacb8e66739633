"""A Redis server for the suite: unless ``OUTRIDER_TEST_REDIS_URL`` names an empty one, a throw-away one."""

import os
import shutil
import signal
from collections.abc import Iterator
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
    binary = shutil.which("redis-server")
    if binary is None:
        unavailable("Redis is not installed")
    folder, port = Path(tmp_path_factory.mktemp("redis")), free_port()
    command = [binary, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", folder]
    url = f"redis://127.0.0.1:{port}/0"
    with serving(command, user=None, log=folder / "log", ready=lambda: _answers(url), stop=signal.SIGTERM):
        yield url


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
