"""Connections: how SQLite and PostgreSQL are set up, and what their troubles are called."""

import select
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import (
    ArgumentError,
    DataError,
    DBAPIError,
    IntegrityError,
    InterfaceError,
    InternalError,
    InvalidatePoolError,
    OperationalError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.pool import ConnectionPoolEntry

from outrider_engine.errors import ConfigurationError, Conflict, InvalidInput, StorageError

from .column_types import decode_json, encode_json

_BUSY_TIMEOUT_S = 30
_OPTIONS: dict[str, Any] = {
    "json_serializer": encode_json,
    "json_deserializer": decode_json,
    "hide_parameters": True,
    "pool_size": 5,
    "max_overflow": 15,
}
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
_BEGINNING = "outrider_beginning"
_BEGAN_AT = "outrider_began_at"
_USED = "outrider_used"
_TRUSTED_FOR_S = 5.0
"""For how long after its last use a connection that says nothing is taken for alive."""
_TROUBLES = (OperationalError, InterfaceError, InternalError)


@dataclass(frozen=True, slots=True)
class _Beginnings:
    """How transactions begin: one that reads, one that writes, and one that writes what may be forgotten."""

    read: str
    write: str
    note: str


_SQLITE = _Beginnings(
    # At once as a writer or not at all: a reader that turns writer fails whatever the busy timeout.
    read="PRAGMA query_only = ON; BEGIN",
    write="PRAGMA query_only = OFF; BEGIN IMMEDIATE",
    note="PRAGMA query_only = OFF; BEGIN IMMEDIATE",
)
_POSTGRESQL = _Beginnings(
    read="BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SELECT now()",
    write="BEGIN; SELECT now()",
    note="BEGIN; SET LOCAL synchronous_commit = off; SELECT now()",
)
"""Each is one message to the server, which answers with the time of the transaction."""
_NOTHING = ""


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


class Database:
    """One database: its connections, opened when they are needed, and the two kinds of transactions on them.

    SQLite has one writer at a time and lets the others poll; within a process they wait for their turn instead.

    Args:
        text: the URL.
        hurried: let the server end statements that take more than a minute. Off for changes of the schema, during
            which SQLite does not look at references either: it changes some tables by replacing them.

    Raises:
        ConfigurationError: the URL is not of a supported database.
    """

    def __init__(self, text: str, *, hurried: bool = True) -> None:
        url = parse_url(text)
        self.is_sqlite = url.get_backend_name() == "sqlite"
        self._patience_s = float(str(url.query.get("timeout", _BUSY_TIMEOUT_S)))
        self._turn = threading.Lock() if self.is_sqlite else None
        self._watching = threading.Lock()
        self._watcher: sqlite3.Connection | None = None
        make = _sqlite if self.is_sqlite else _postgresql
        self._engine = make(url, self._patience_s, hurried=hurried)
        self._beginning: dict[str, Engine] = {}

    @contextmanager
    def writing(self, *, durable: bool = True) -> Iterator[Connection]:
        """Open a transaction that may write; one that is not ``durable`` does not wait for PostgreSQL's disk."""
        beginning = _SQLITE.write if self.is_sqlite else _POSTGRESQL.write if durable else _POSTGRESQL.note
        with translated_errors(), self._turn_to_write(), self._begun(beginning) as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Open a transaction that sees one state of the database and can't change it."""
        with translated_errors(), self._begun(_SQLITE.read if self.is_sqlite else _POSTGRESQL.read) as connection:
            yield connection

    @contextmanager
    def stating(self) -> Iterator[Connection]:
        """Open a connection for one statement that is a transaction by itself: nothing else is said to PostgreSQL."""
        with translated_errors(), self._begun(_NOTHING) as connection:
            yield connection

    def _begun(self, beginning: str) -> AbstractContextManager[Connection]:
        engine = self._beginning.get(beginning)
        if engine is None:
            engine = self._beginning[beginning] = self._engine.execution_options(**{_BEGINNING: beginning})
        return engine.begin()

    def version(self) -> int | None:
        """Return a number that is another one after anybody has changed anything; ``None`` where it can't be told."""
        if self._turn is None:
            return None
        with self._watching:
            try:
                if self._watcher is None:  # not of the pool: what it does itself would not be a change to it
                    path, given = self._engine.dialect.create_connect_args(self._engine.url)
                    options: dict[str, Any] = {**given, "check_same_thread": False, "isolation_level": None}
                    self._watcher = sqlite3.connect(path[0], **options)
                found: int = self._watcher.execute("PRAGMA data_version").fetchone()[0]
            except sqlite3.Error:
                self._forget_watcher()
                return None
        return found

    def close(self) -> None:
        """Close all connections."""
        with self._watching:
            self._forget_watcher()
        self._engine.dispose()

    def _forget_watcher(self) -> None:
        if self._watcher is not None:
            self._watcher.close()
        self._watcher = None

    @contextmanager
    def _turn_to_write(self) -> Iterator[None]:
        if self._turn is None:
            yield
            return
        if not self._turn.acquire(timeout=self._patience_s):
            raise StorageError(f"the database is busy: no turn to write within {self._patience_s:g} s")
        try:
            yield
        finally:
            self._turn.release()


def _sqlite(url: URL, patience_s: float, *, hurried: bool) -> Engine:
    engine = create_engine(url, connect_args={"timeout": patience_s}, **_OPTIONS)
    event.listen(engine, "connect", _prepare_sqlite)
    if not hurried:
        event.listen(engine, "connect", _look_at_no_references)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _postgresql(url: URL, _patience_s: float, *, hurried: bool) -> Engine:
    connecting: dict[str, Any] = {name: value for name, value in _CONNECTING.items() if name not in url.query}
    if hurried and "options" not in url.query:
        connecting["options"] = _SERVER_SETTINGS
    engine = create_engine(url, connect_args=connecting, pool_reset_on_return=None, **_OPTIONS)
    event.listen(engine, "connect", _leave_beginnings_to_us)
    event.listen(engine, "begin", _begin_postgresql)
    _ping_when_idle(engine)
    return engine


def began_at(connection: Connection) -> datetime:
    """Return when the transaction of a connection to PostgreSQL began, by the clock of the server."""
    moment: datetime = connection.info[_BEGAN_AT]
    return moment.astimezone(UTC)


def _ping_when_idle(engine: Engine) -> None:
    """Try connections before they are used again, as ``pool_pre_ping`` does, but only those that may be dead.

    A server that goes away hangs up, which can be seen without asking it; only what is between the two may drop a
    connection in silence, and does so to idle ones.
    """

    def note(_connection: Any, record: ConnectionPoolEntry, *_: object) -> None:
        record.info[_USED] = time.monotonic()

    def ping(connection: Any, record: ConnectionPoolEntry, _proxy: object) -> None:
        if time.monotonic() - record.info[_USED] < _TRUSTED_FOR_S and not _has_spoken(connection):
            return
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as error:
            raise InvalidatePoolError from error

    event.listen(engine, "connect", note)
    event.listen(engine, "checkin", note)
    event.listen(engine, "checkout", ping)


def _has_spoken(connection: Any) -> bool:
    """Whether the server has sent something unasked: a notice, or its farewell."""
    if connection.closed:
        return True
    poll = select.poll()
    poll.register(connection.fileno(), select.POLLIN)
    return bool(poll.poll(0))


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
        if not (isinstance(error, _TROUBLES) or error.connection_invalidated):
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
    connection.create_function("lower", 1, _lowered, deterministic=True)  # its own knows a to z only
    cursor = connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(pragma)
    cursor.close()


def _look_at_no_references(connection: Any, _record: object) -> None:
    connection.execute("PRAGMA foreign_keys = OFF")


def _lowered(text: Any) -> Any:
    return text.lower() if isinstance(text, str) else text


def _begin_sqlite(connection: Connection) -> None:
    for statement in connection.get_execution_options().get(_BEGINNING, _SQLITE.read).split("; "):
        connection.exec_driver_sql(statement)


def _leave_beginnings_to_us(connection: Any, _record: object) -> None:
    connection.autocommit = True  # else psycopg sends a BEGIN of its own, and waits for its answer


def _begin_postgresql(connection: Connection) -> None:
    beginning = connection.get_execution_options().get(_BEGINNING, _POSTGRESQL.write)
    if beginning == _NOTHING:
        return
    driver, dialect = connection.connection, connection.dialect
    try:
        with closing(driver.cursor()) as cursor:
            cursor.execute(beginning)
            while cursor.nextset():
                pass
            (connection.info[_BEGAN_AT],) = cursor.fetchall()[0]
    except dialect.loaded_dbapi.Error as error:
        is_lost = dialect.is_disconnect(error, driver.dbapi_connection, None)
        if is_lost:
            connection.invalidate(error)
        said = DBAPIError.instance(beginning, None, error, dialect.loaded_dbapi.Error, connection_invalidated=is_lost)
        raise said from error
