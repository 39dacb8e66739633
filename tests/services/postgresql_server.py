"""A PostgreSQL server of one's own, in a folder of its own, for as long as it is needed."""

import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from server_processes import free_port, serving, unprivileged_user

FAST = ("fsync=off", "full_page_writes=off", "wal_level=minimal", "max_wal_senders=0")
"""For data that nobody will miss."""


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


@contextmanager
def throwaway(found: Path, options: tuple[str, ...], *, stop: signal.Signals) -> Iterator[PostgresqlServer]:
    """Make a server of the programs in ``found``; its folder goes at the end of the block. It is not running yet."""
    folder = Path(tempfile.mkdtemp(prefix="outrider-postgresql-"))
    try:
        yield PostgresqlServer(found, folder, options, stop=stop)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def binaries() -> Path | None:
    """Return where the programs of the newest PostgreSQL are, ``None`` when there is none."""
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    found = installed[-1] if installed else shutil.which("initdb")
    return Path(found).parent if found else None


def _answers(url: str) -> bool:
    try:
        psycopg.connect(url, connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True
