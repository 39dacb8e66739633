"""Ranges of skipped slots: consecutive ones of a kind grow together, so an hour of overlaps is one row."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, and_, bindparam, column, or_, select, update, values

from outrider_engine.ports.check_repository import SkippedSlots

from .check_rows import skipped_values
from .column_types import Id, UtcDateTime
from .schema import runs, skipped_slots
from .session import Session


class Skipping:
    """Adds ranges of skipped slots, with three statements whatever their number."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, skipped: Sequence[SkippedSlots]) -> None:
        """Lengthen the range that each new one follows without a run in between, or record it as a new one."""
        if not skipped:
            return
        grown, added = [], []
        before = self._before(skipped)
        for new in skipped:
            old = before.pop((new.check_id, new.location or ""), None)
            if old is not None and old.reason == new.reason and old.last_slot < new.slots.first and not old.has_runs:
                grown.append({"range": old.id, "last": new.slots.last, "sum": _sum(old.slots, new.slots.count)})
            else:
                added.append(skipped_values(new))
        if grown:
            longer = update(skipped_slots).where(skipped_slots.c.id == bindparam("range"))
            self._session.run(longer.values(last_slot=bindparam("last"), slots=bindparam("sum")), grown)
        if added:
            self._session.run(skipped_slots.insert(), added)

    def _before(self, skipped: Sequence[SkippedSlots]) -> dict[tuple[str, str], Row[Any]]:
        """Return the newest recorded range of each check and location, and whether runs have followed it."""
        firsts = {(new.check_id, new.location or ""): new.slots.first for new in reversed(skipped)}
        given = (
            values(column("check_id", Id), column("location", Id), column("first", UtcDateTime), name="given")
            .data([(check_id, location, first) for (check_id, location), first in firsts.items()])
            .cte()
        )
        older = skipped_slots.alias()
        newest = (
            select(older.c.id)
            .where(older.c.check_id == given.c.check_id, older.c.location == given.c.location)
            .order_by(older.c.last_slot.desc())
            .limit(1)
            .scalar_subquery()
        )
        between = select(runs.c.id).where(
            runs.c.check_id == given.c.check_id,
            or_(given.c.location == "", runs.c.location == given.c.location),
            runs.c.due_at > skipped_slots.c.last_slot,
            runs.c.due_at < given.c.first,
            runs.c.slot.is_not(None),
        )
        found = select(skipped_slots, between.exists().label("has_runs")).join_from(
            given, skipped_slots, and_(skipped_slots.c.id == newest)
        )
        return {(row.check_id, row.location): row for row in self._session.all(found)}


def _sum(first: int | None, second: int | None) -> int | None:
    return None if first is None or second is None else first + second
