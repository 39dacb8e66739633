"""A PostgreSQL server for the suite: unless ``OUTRIDER_TEST_DATABASE_URL`` names one, a throw-away one."""

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from server_processes import free_port, serving, unavailable, unprivileged_user
from sqlalchemy import make_url

_FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "wal_level=minimal", "max_wal_senders=0")


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
    user = unprivileged_user("postgres")
    if user:
        shutil.chown(folder, user)
    data, port = folder / "data", free_port()
    initdb = [binaries / "initdb", "-D", data, "-U", "outrider", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N"]
    subprocess.run(initdb, user=user, extra_groups=[] if user else None, check=True, capture_output=True)
    options = (f"port={port}", "listen_addresses=127.0.0.1", f"unix_socket_directories={folder}", *_FAST)
    command = [binaries / "postgres", "-D", data, *(part for option in options for part in ("-c", option))]
    url = f"postgresql://outrider@127.0.0.1:{port}/postgres"
    with serving(command, user=user, log=folder / "log", ready=lambda: _answers(url), stop=signal.SIGINT):
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("CREATE DATABASE outrider_test")
        yield f"postgresql://outrider@127.0.0.1:{port}/outrider_test"


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
