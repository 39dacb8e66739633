"""A PostgreSQL server for the suite: unless ``OUTRIDER_TEST_DATABASE_URL`` names one, a throw-away one."""

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psycopg
import pytest
from server_processes import free_port, serving, unavailable, unprivileged_user
from sqlalchemy import make_url

_FAST = ("fsync=off", "full_page_writes=off", "wal_level=minimal", "max_wal_senders=0")
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
    binaries = _binaries()
    if binaries is None:
        unavailable("PostgreSQL is not installed")
    folder = Path(tempfile.mkdtemp(prefix="outrider-postgresql-"))
    try:
        yield from _served(binaries, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _served(binaries: Path, folder: Path) -> Iterator[str]:
    server = PostgresqlServer(binaries, folder, (*_FAST, _STEADY, _FORGETFUL), stop=signal.SIGINT)
    with server.running():
        yield server.url


class PostgresqlServer:
    """A server in a folder of its own; it keeps its port and its data from one life to the next."""

    def __init__(self, binaries: Path, folder: Path, options: tuple[str, ...], *, stop: signal.Signals) -> None:
        self._user = unprivileged_user("postgres")
        if self._user:
            shutil.chown(folder, self._user)
        self._folder, self._stop = folder, stop
        data, port = folder / "data", free_port()
        initdb = [binaries / "initdb", "-D", data, "-U", "outrider", "-A", "trust", "-E", "UTF8"]
        subprocess.run(
            [*initdb, "--locale=C.UTF-8", "-N"],
            user=self._user,
            extra_groups=[] if self._user else None,
            check=True,
            capture_output=True,
        )
        own = (f"port={port}", "listen_addresses=127.0.0.1", f"unix_socket_directories={folder}", *options)
        self._command = [binaries / "postgres", "-D", data, *(part for option in own for part in ("-c", option))]
        self._admin_url = f"postgresql://outrider@127.0.0.1:{port}/postgres"
        self.url = f"postgresql://outrider@127.0.0.1:{port}/outrider_test"

    @contextmanager
    def running(self) -> Iterator[None]:
        """Run the server for the length of the block; it has a database for tests."""
        log = self._folder / "log"
        with serving(self._command, user=self._user, log=log, ready=lambda: _answers(self._admin_url), stop=self._stop):
            with psycopg.connect(self._admin_url, autocommit=True) as connection:
                if not connection.execute("SELECT 1 FROM pg_database WHERE datname = 'outrider_test'").fetchone():
                    connection.execute("CREATE DATABASE outrider_test")
            yield


class MortalPostgresql:
    """A server that a test may kill and start again: what was committed is still there, connections are not."""

    def __init__(self, binaries: Path, folder: Path) -> None:
        self._server = PostgresqlServer(binaries, folder, _FAST, stop=signal.SIGQUIT)
        self._life = ExitStack()
        self.url = self._server.url

    def start(self) -> None:
        """Start it; returns when it answers."""
        self._life.enter_context(self._server.running())

    def stop(self) -> None:
        """End it at once, in the middle of whatever it does."""
        self._life.close()


@contextmanager
def mortal_postgresql() -> Iterator[MortalPostgresql]:
    """Run a server of a test's own."""
    binaries = _binaries()
    if binaries is None:
        unavailable("PostgreSQL is not installed")
    folder = Path(tempfile.mkdtemp(prefix="outrider-postgresql-"))
    try:
        server = MortalPostgresql(binaries, folder)
        server.start()
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _binaries() -> Path | None:
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    found = installed[-1] if installed else shutil.which("initdb")
    return Path(found).parent if found else None


def _answers(url: str) -> bool:
    try:
        psycopg.connect(url, connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True
