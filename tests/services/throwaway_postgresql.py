"""A PostgreSQL server for the suite: unless ``OUTRIDER_TEST_DATABASE_URL`` names one, a throw-away one."""

import os
import signal
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from postgresql_server import FAST, PostgresqlServer, binaries, throwaway
from server_processes import unavailable
from sqlalchemy import make_url

_FORGETFUL = "synchronous_commit=off"
"""Answers before the log is written: fast, and what was committed may be gone when the server is killed."""
_STEADY = "autovacuum=off"
"""Plans depend on statistics, and nobody knows when autovacuum gathers these: perhaps of a table emptied for reuse."""


@pytest.fixture(scope="session")
def postgresql_server_url() -> Iterator[str]:
    """URL of a database on a server where the suite may create others; each test process has its own server."""
    given = os.environ.get("OUTRIDER_TEST_DATABASE_URL")
    if given:
        if "test" not in (make_url(given).database or ""):
            pytest.fail("OUTRIDER_TEST_DATABASE_URL: the name of the database must contain 'test'")
        yield given
        return
    with throwaway(_installed(), (*FAST, _STEADY, _FORGETFUL), stop=signal.SIGINT) as server, server.running():
        yield server.url


class MortalPostgresql:
    """A server that a test may kill and start again: what was committed is still there, connections are not."""

    def __init__(self, server: PostgresqlServer) -> None:
        self._server = server
        self._life = ExitStack()
        self.url = server.url

    def start(self) -> None:
        """Start it; returns when it answers."""
        self._life.enter_context(self._server.running())

    def stop(self) -> None:
        """End it at once, in the middle of whatever it does."""
        self._life.close()


@contextmanager
def mortal_postgresql() -> Iterator[MortalPostgresql]:
    """Run a server of a test's own."""
    with throwaway(_installed(), FAST, stop=signal.SIGQUIT) as server:
        mortal = MortalPostgresql(server)
        mortal.start()
        try:
            yield mortal
        finally:
            mortal.stop()


def _installed() -> Path:
    found = binaries()
    if found is None:
        unavailable("PostgreSQL is not installed")
    assert found is not None
    return found
