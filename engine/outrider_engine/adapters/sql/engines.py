"""Connections: how SQLite and PostgreSQL are set up, and what their troubles are called."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DataError, DBAPIError, IntegrityError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from outrider_engine.errors import ConfigurationError, Conflict, InvalidInput, StorageError

from .column_types import encode_json

_BUSY_TIMEOUT_S = 30
_POOL_SIZE = 5
_POOL_OVERFLOW = 15
_SERVER_SETTINGS = "-c statement_timeout=60000 -c idle_in_transaction_session_timeout=60000"
"""A worker that is frozen in the middle of a transaction must not hold its locks for ever (milliseconds)."""
_CONNECTING = {
    "connect_timeout": 10,
    "tcp_user_timeout": 20_000,
    "keepalives_idle": 30,
    "application_name": "outrider",
}
_PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = NORMAL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA journal_size_limit = 67108864",
)
_WRITES = "outrider_writes"


def parse_url(text: str) -> URL:
    """Return a database URL with the driver that is used for it.

    Raises:
        ConfigurationError: it is no URL, or not of SQLite (in a file) or PostgreSQL.
    """
    try:
        url = make_url(text)
    except ArgumentError:
        raise ConfigurationError("OUTRIDER_DATABASE_URL is not a database URL") from None
    system = url.drivername.partition("+")[0]
    if system in ("postgres", "postgresql"):
        return url.set(drivername="postgresql+psycopg")
    if system != "sqlite":
        raise ConfigurationError(f"OUTRIDER_DATABASE_URL: {system!r} is not supported, use sqlite or postgresql")
    if url.database in (None, "", ":memory:"):
        raise ConfigurationError(
            "OUTRIDER_DATABASE_URL: SQLite needs a file, as in sqlite:////var/lib/outrider/outrider.db"
        )
    return url.set(drivername="sqlite+pysqlite")


def create(url: URL) -> Engine:
    """Return an engine for a parsed URL; connections are opened when they are needed."""
    options: dict[str, Any] = {"json_serializer": encode_json, "hide_parameters": True}
    if url.get_backend_name() == "sqlite":
        engine = create_engine(
            url, connect_args={"timeout": _BUSY_TIMEOUT_S}, pool_size=_POOL_SIZE, max_overflow=_POOL_OVERFLOW, **options
        )
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    connecting: dict[str, Any] = {name: value for name, value in _CONNECTING.items() if name not in url.query}
    if "options" not in url.query:
        connecting["options"] = _SERVER_SETTINGS
    return create_engine(
        url, connect_args=connecting, pool_pre_ping=True, pool_size=_POOL_SIZE, max_overflow=_POOL_OVERFLOW, **options
    )


@contextmanager
def writing(engine: Engine, turn: threading.Lock) -> Iterator[Connection]:
    """Open a transaction that may write.

    SQLite has one writer at a time and lets the others poll; within a process they wait for their ``turn`` instead.
    """
    if engine.dialect.name != "sqlite":
        with translated_errors(), engine.begin() as connection:
            yield connection
        return
    if not turn.acquire(timeout=_BUSY_TIMEOUT_S):
        raise StorageError("the database is busy: no turn to write within 30 s")
    try:
        writer = engine.execution_options(**{_WRITES: True})
        with translated_errors(), writer.begin() as connection:
            yield connection
    finally:
        turn.release()


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """Open a transaction that sees one state of the database and can't change it."""
    postgresql = engine.dialect.name == "postgresql"
    options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True} if postgresql else {}
    with translated_errors(), engine.connect().execution_options(**options) as connection, connection.begin():
        yield connection


@contextmanager
def migrating(text: str) -> Iterator[Connection]:
    """Open a transaction that may take its time to change the schema of the database at a URL."""
    url = parse_url(text)
    engine = create(url if url.get_backend_name() == "sqlite" else url.update_query_dict({"options": ""}))
    try:
        with writing(engine, threading.Lock()) as connection:
            yield connection
    finally:
        engine.dispose()


@contextmanager
def translated_errors() -> Iterator[None]:
    """Raise the database's troubles as errors of the engine, without statements and parameters.

    Raises:
        StorageError: no connection, a connection lost, a lock not given, a disk that is full, and the like.
        Conflict: what was to be written clashes with what is there.
        InvalidInput: a value is outside of what its column can hold.
    """
    try:
        yield
    except IntegrityError as error:
        raise Conflict(f"it clashes with what is stored ({_said(error)})") from error
    except DataError as error:
        raise InvalidInput("a value is outside of what can be stored") from error
    except DBAPIError as error:
        if not (isinstance(error, OperationalError | InterfaceError) or error.connection_invalidated):
            raise
        raise StorageError(f"the database does not work: {_said(error)}") from error
    except PoolTimeoutError as error:
        raise StorageError("the database is busy: no connection was free within 30 s") from error


def _said(error: DBAPIError) -> str:
    """Return the first line of what the driver said; further lines may quote values."""
    lines = str(error.orig).strip().splitlines()
    return lines[0] if lines else type(error.orig).__name__


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # transactions are begun by _begin_sqlite alone
    cursor = connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(pragma)
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    """Begin at once as a writer or not at all: a reader that turns writer fails whatever the busy timeout."""
    writes = connection.get_execution_options().get(_WRITES, False)
    connection.exec_driver_sql(f"PRAGMA query_only = {'OFF' if writes else 'ON'}")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
