"""Events in the database: noted by the repositories, written at the end of a transaction, read in commit order.

On PostgreSQL a row carries the number of its transaction, and only rows of transactions are read that are older than
every open one: what commits later lies behind them. On SQLite one transaction writes at a time, so the rows' own
numbers are the order.
"""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Row, Text, cast, delete, func, insert, literal, select, tuple_

from outrider_engine.domain.events import LAST, EventBatch, Position
from outrider_engine.domain.json_values import JsonObject

from .schema import events
from .session import Session

LARGEST_BATCH = 200
"""Events in one row at most."""


class SqlEvents:
    """Implements ``EventRepository``."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def newest(self) -> Position:
        """Return the position after all that is committed now and can be read."""
        if self._session.is_postgresql:
            row = self._session.first(select(_oldest_open().label("open")))
            return Position(row.open - 1 if row else 0, LAST)
        row = self._session.first(select(func.max(events.c.id).label("newest")))
        return Position(0, (row.newest if row else None) or 0)

    def after(self, position: Position, limit: int, *, organization_id: str | None = None) -> Sequence[EventBatch]:
        """Return the batches after a position that are settled, of one organization or of all."""
        order = (events.c.transaction, events.c.id)
        place = tuple_(literal(position.transaction, BigInteger), literal(position.batch, BigInteger))
        wanted = select(events).where(tuple_(*order) > place if position.index == LAST else tuple_(*order) >= place)
        if self._session.is_postgresql:
            wanted = wanted.where(events.c.transaction < _oldest_open())
        if organization_id is not None:
            wanted = wanted.where(events.c.organization_id == organization_id)
        return [_batch_of(row) for row in self._session.all(wanted.order_by(*order).limit(limit))]

    def drop(self, before: datetime, limit: int) -> int:
        """Delete events that are older; returns how many batches."""
        old = select(events.c.id).where(events.c.at < before).order_by(events.c.at).limit(limit)
        ids = [row.id for row in self._session.all(self._session.locked(old, skip_locked=True))]
        return self._session.changes(delete(events).where(events.c.id.in_(ids))) if ids else 0


def write_noted(session: Session) -> None:
    """Store what the repositories noted in a transaction, as its last statement."""
    rows: list[dict[str, Any]] = []
    for organization_id, entries in session.noted.items():
        for first in range(0, len(entries), LARGEST_BATCH):
            text = json.dumps(entries[first : first + LARGEST_BATCH], separators=(",", ":"))
            rows.append({"organization_id": organization_id, "at": session.now, "entries": text})
    if rows:
        number = _number(func.pg_current_xact_id()) if session.is_postgresql else 0
        session.run(insert(events).values(transaction=number), rows)


def _oldest_open() -> ColumnElement[int]:
    return _number(func.pg_snapshot_xmin(func.pg_current_snapshot()))


def _number(xid: ColumnElement[Any]) -> ColumnElement[int]:
    return cast(cast(xid, Text), BigInteger)


def _batch_of(row: Row[Any]) -> EventBatch:
    entries: list[JsonObject] = json.loads(row.entries)
    return EventBatch(
        position=Position(row.transaction, row.id), organization_id=row.organization_id, at=row.at, entries=entries
    )
