"""Empty, migrated databases: a copied file on SQLite, a copied template database on PostgreSQL."""

import itertools
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import make_url

from outrider_engine.adapters.sql import migrations
from outrider_engine.adapters.sql.engines import Database
from outrider_engine.adapters.sql.schema import metadata
from outrider_engine.adapters.sql.storage import SqlStorage
from outrider_engine.testing import FixedClock


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file that nobody has open."""
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    migrations.upgrade(f"sqlite:///{path}")
    return path


class PostgresqlDatabases:
    """Makes empty databases on a server, and uses them again: emptying takes a tenth of the time of making."""

    def __init__(self, server_url: str) -> None:
        self._url = make_url(server_url)
        self._admin = psycopg.connect(server_url, autocommit=True)
        self._numbers = itertools.count(1)
        self._made: list[str] = []
        self._free: list[str] = []
        self._template = self._create()
        migrations.upgrade(self._url_of(self._template))

    def take(self) -> str:
        """Return the URL of an empty, migrated database."""
        return self._url_of(self._free.pop() if self._free else self._create(self._template))

    def give_back(self, url: str) -> None:
        """End what is still connected to a database, and empty it; one with another schema is not used again."""
        name = make_url(url).database
        assert name is not None
        self._admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("; ".join(f"DELETE FROM {table.name}" for table in reversed(metadata.sorted_tables)))
            if connection.execute("SELECT version_num FROM alembic_version").fetchall() == [(migrations.newest(),)]:
                self._free.append(name)

    def close(self) -> None:
        """Drop all databases."""
        for name in self._made:
            self._admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
        self._admin.close()

    def _create(self, template: str = "template0") -> str:
        name = f"outrider_test_{os.getpid()}_{next(self._numbers)}"
        names = {"name": sql.Identifier(name), "template": sql.Identifier(template)}
        self._admin.execute(sql.SQL("CREATE DATABASE {name} TEMPLATE {template}").format(**names))
        self._made.append(name)
        return name

    def _url_of(self, database: str) -> str:
        return self._url.set(database=database).render_as_string(hide_password=False)


@pytest.fixture(scope="session")
def postgresql_databases(postgresql_server_url: str) -> Iterator[PostgresqlDatabases]:
    """Empty PostgreSQL databases of this test process."""
    databases = PostgresqlDatabases(postgresql_server_url)
    yield databases
    databases.close()


@pytest.fixture(scope="session")
def sqlite_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the SQLite database of the test that runs is."""
    return tmp_path_factory.mktemp("sqlite")


@pytest.fixture
def sqlite_url(sqlite_template: Path, sqlite_folder: Path) -> str:
    """URL of an empty SQLite database; always the same."""
    for left in sqlite_folder.iterdir():
        left.unlink()
    return f"sqlite:///{shutil.copy(sqlite_template, sqlite_folder / 'outrider.db')}"


@pytest.fixture
def postgresql_url(postgresql_databases: PostgresqlDatabases) -> Iterator[str]:
    """URL of an empty PostgreSQL database."""
    url = postgresql_databases.take()
    yield url
    postgresql_databases.give_back(url)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest) -> str:
    """URL of an empty, migrated database, of each kind in turn."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
def clock() -> FixedClock:
    """A clock that stands still; also the database's time in ``storage``."""
    return FixedClock()


class KnownDatabases:
    """The databases that were opened in this test process: one that is used again knows its statements already."""

    def __init__(self) -> None:
        self._opened: dict[str, Database] = {}

    def at(self, url: str) -> Database:
        """Return the database at a URL, without connections."""
        if url not in self._opened:
            self._opened[url] = Database(url)
        return self._opened[url]


@pytest.fixture(scope="session")
def known_databases() -> KnownDatabases:
    """The databases of this test process; compiling statements is a quarter of what many tests do."""
    return KnownDatabases()


@pytest.fixture
def storage(database_url: str, known_databases: KnownDatabases, clock: FixedClock) -> Iterator[SqlStorage]:
    """An empty storage, on each kind of database in turn, whose time is ``clock``'s."""
    opened = SqlStorage(known_databases.at(database_url), clock=clock)
    yield opened
    opened.close()


@pytest.fixture
def sqlite_storage(sqlite_url: str, known_databases: KnownDatabases, clock: FixedClock) -> Iterator[SqlStorage]:
    """An empty storage on SQLite, for what does not depend on the database."""
    opened = SqlStorage(known_databases.at(sqlite_url), clock=clock)
    yield opened
    opened.close()
