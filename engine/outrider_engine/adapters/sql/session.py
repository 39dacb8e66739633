"""One open transaction as the repositories see it: a connection, the database's time, and where dialects differ."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Connection,
    CursorResult,
    Executable,
    Row,
    Select,
    Table,
    Text,
    any_,
    bindparam,
    func,
    literal,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite

from outrider_engine.domain.events import EventType
from outrider_engine.domain.json_values import JsonObject, JsonValue

_LOCKS = 7_301
"""Seed that keeps our advisory locks apart from those of others in the same database."""
LARGEST_OFFSET = 2**53
"""Beyond this a page is empty anyway, and the databases' integers end soon after."""


class Session:
    """A connection within a transaction.

    Attributes:
        now: when the transaction began, by the database's clock unless another was injected.
        writes: whether the transaction may change anything.
        project_id: the only project of which it sees anything; ``None`` for all.
    """

    def __init__(self, connection: Connection, *, writes: bool, now: datetime, project_id: str | None = None) -> None:
        self._connection = connection
        self.now = now
        self.writes = writes
        self.project_id = project_id
        self.noted: dict[str, list[JsonObject]] = {}
        self.is_postgresql = connection.dialect.name == "postgresql"

    def note(self, organization_id: str, type: EventType, **facts: JsonValue) -> None:
        """Note what has just happened, for those who watch; it is written with the transaction."""
        self.noted.setdefault(organization_id, []).append({"type": type.value, **facts})

    def run(
        self, statement: Executable, rows: Sequence[Mapping[str, Any]] | Mapping[str, Any] | None = None
    ) -> CursorResult[Any]:
        """Execute a statement, for each of ``rows`` when they are given, or with the parameters of one."""
        return self._connection.execute(statement, rows)

    def all(self, statement: Executable) -> Sequence[Row[Any]]:
        """Execute a statement and return its rows."""
        return self._connection.execute(statement).all()

    def first(self, statement: Executable) -> Row[Any] | None:
        """Execute a statement and return its first row."""
        return self._connection.execute(statement).first()

    def changes(self, statement: Executable) -> int:
        """Execute a statement and return how many rows it changed; not for one that begins with ``WITH``."""
        return self.run(statement).rowcount

    def inserts(self, statement: "postgresql.Insert | sqlite.Insert") -> bool:
        """Execute an INSERT of one row that may turn out not to be needed, and return whether it was."""
        return self.first(statement.returning(literal(1))) is not None

    def insert(self, table: Table) -> "postgresql.Insert | sqlite.Insert":
        """Return an INSERT that knows ``ON CONFLICT``."""
        return insert_into(table, is_postgresql=self.is_postgresql)

    def locked(self, query: Select[Any], *, skip_locked: bool = False) -> Select[Any]:
        """Return a query that also locks its rows until the end of the transaction.

        On SQLite the whole transaction is exclusive already. References to the rows may still be added by others.
        """
        return query.with_for_update(key_share=True, skip_locked=skip_locked) if self.writes else query

    def serialize(self, keys: Collection[str]) -> None:
        """Let no other transaction that names one of ``keys`` here go on before this one has ended."""
        if not (self.is_postgresql and self.writes and keys):
            return
        key = func.unnest(literal(sorted(keys), ARRAY(Text))).column_valued("key")
        self._connection.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(key, _LOCKS))))

    def page(self, query: Select[Any], page: int, per_page: int) -> tuple[Sequence[Row[Any]], int]:
        """Return the rows of one page (from 1) of an ordered query, and how many rows there are on all pages."""
        total = self._connection.execute(select(func.count()).select_from(query.order_by(None).subquery())).scalar_one()
        offset = min((page - 1) * per_page, LARGEST_OFFSET)
        return self.all(query.limit(per_page).offset(offset)), total


def among(column: ColumnElement[str], name: str, *, is_postgresql: bool) -> ColumnElement[bool]:
    """Return whether a text is in the list that is given as ``name`` when the statement is executed.

    It is the same statement whatever the length of the list, where the database can do that.
    """
    if is_postgresql:
        return column == any_(bindparam(name, type_=ARRAY(Text)))
    return column.in_(bindparam(name, expanding=True))


def insert_into(table: Table, *, is_postgresql: bool) -> "postgresql.Insert | sqlite.Insert":
    """Return an INSERT that knows ``ON CONFLICT``, for those that are made once and executed often."""
    return postgresql.insert(table) if is_postgresql else sqlite.insert(table)
