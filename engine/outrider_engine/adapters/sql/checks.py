"""Checks, their states and skipped slots in the database."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, delete, func, or_, select, type_coerce, update
from sqlalchemy.dialects.postgresql import JSONB

from outrider_engine.domain.batches import Match, Selection
from outrider_engine.domain.checks import Check, CheckState, CheckStatus, Family
from outrider_engine.ports.check_repository import CheckQuery, SkippedSlots

from .check_rows import check_of, check_values, skipped_of, state_of, state_values
from .column_types import StrictText
from .listing import listed
from .narrowing import in_project
from .schema import ACTIVE, DELETED, check_states, checks, skipped_slots, where
from .session import Session
from .skipped import Skipping

_MOST_LOOKED_AT = 5_000
"""Checks whose tags are read at most."""


class SqlChecks:
    """Implements ``CheckRepository``."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, check: Check) -> None:
        """Store a new check."""
        self._session.run(checks.insert().values(**check_values(check)))

    def get(
        self, organization_id: str, id: str, family: Family | None = None, *, deleted_too: bool = False
    ) -> Check | None:
        """Return a check, ``None`` when there is none of that id (and family) in the organization."""
        query = select(checks).where(checks.c.id == id, *self._owned(organization_id, deleted_too=deleted_too))
        row = self._session.first(query if family is None else query.where(checks.c.family == family.value))
        return None if row is None else check_of(row)

    def type_of(self, organization_id: str, id: str, family: Family, *, deleted_too: bool = False) -> str | None:
        """Return the type of a check that ``get`` would return; ``None`` when there is none."""
        mine = (checks.c.id == id, *self._owned(organization_id, deleted_too=deleted_too))
        row = self._session.first(select(checks.c.type).where(*mine, checks.c.family == family.value))
        return None if row is None else row.type

    def projects_of(
        self, organization_id: str, ids: Collection[str], *, deleted_too: bool = False
    ) -> Mapping[str, str]:
        """Return the projects of those of ``ids`` that are checks of the organization."""
        if not ids:
            return {}
        mine = (checks.c.id.in_(ids), *self._owned(organization_id, deleted_too=deleted_too))
        rows = self._session.all(select(checks.c.id, checks.c.project_id).where(*mine))
        return {row.id: row.project_id for row in rows}

    def selected(self, organization_id: str, selection: Selection, limit: int) -> Sequence[Check]:
        """Return the checks that a selection means, oldest first."""
        meant: list[ColumnElement[bool]] = []
        if selection.tags:
            together = and_ if selection.match is Match.ALL else or_
            meant.append(together(*(self._has(checks.c.tags, tag) for tag in selection.tags)))
        if selection.check_ids:
            meant.append(checks.c.id.in_(selection.check_ids))
        if selection.names:
            meant.append(checks.c.name.in_(selection.names))
        if not meant:
            return []
        wanted = select(checks).where(*self._among(organization_id, selection), or_(*meant))
        return [check_of(row) for row in self._session.all(wanted.order_by(checks.c.id).limit(limit))]

    def tags(self, organization_id: str, selection: Selection) -> set[str]:
        """Return tags of the checks among which a selection chooses; of very many checks, of some of them."""
        wanted = select(checks.c.tags).where(*self._among(organization_id, selection)).limit(_MOST_LOOKED_AT)
        return {tag for row in self._session.all(wanted) for tag in row.tags}

    def lock(self, organization_id: str, id: str) -> Check | None:
        """Return a check that nobody else changes or finds due before this transaction ends; ``None`` for none."""
        row = self._session.first(self._session.locked(select(checks).where(*self._one(organization_id, id))))
        return None if row is None else check_of(row)

    def list(self, organization_id: str, query: CheckQuery) -> tuple[Sequence[Check], int]:
        """Return one page of checks, and how many there are on all pages."""
        wanted = select(checks).where(*self._owned(organization_id))
        for name in ("family", "status", "project_id"):
            value = getattr(query, name)
            if value is not None:
                wanted = wanted.where(checks.c[name] == value)
        for column, value in ((checks.c.tags, query.tag), (checks.c.locations, query.location)):
            if value is not None:
                wanted = wanted.where(self._has(column, value))
        if query.after is not None:
            wanted = wanted.where(checks.c.id > query.after)
        rows, total = self._session.page(listed(wanted, checks, query), query.page, query.per_page)
        return [check_of(row) for row in rows], total

    def deleted_like(self, check: Check, *, since: datetime) -> Check | None:
        """Return the check of the name, family and project of another that was deleted last, at ``since`` or later."""
        definition = check.definition
        named = (checks.c.family == definition.family.value, checks.c.name == definition.name)
        there = (checks.c.organization_id == check.organization_id, checks.c.project_id == check.project_id)
        wanted = select(checks).where(where(DELETED), *there, *named, checks.c.deleted_at >= since)
        row = self._session.first(wanted.order_by(checks.c.deleted_at.desc(), checks.c.id.desc()).limit(1))
        return None if row is None else check_of(row)

    def restore(self, check: Check) -> bool:
        """Store a deleted check as it is now defined, its states forgotten; ``False`` when it was not deleted."""
        values = check_values(check) | {"deleted_at": None}
        it = (checks.c.id == values.pop("id"), checks.c.organization_id == values.pop("organization_id"))
        if self._session.changes(update(checks).where(*it, where(DELETED)).values(**values)) == 0:
            return False
        self._session.run(delete(check_states).where(check_states.c.check_id == check.id))
        return True

    def replace(self, check: Check, *, expected_revision: int) -> bool:
        """Store a changed check; ``False`` when its revision was no longer the expected one."""
        values = check_values(check)
        for name in ("id", "organization_id", "created_at"):
            del values[name]
        where_it_is = (*self._one(check.organization_id, check.id), checks.c.revision == expected_revision)
        return self._session.changes(update(checks).where(*where_it_is).values(**values)) == 1

    def delete(self, organization_id: str, id: str, now: datetime) -> bool:
        """Delete a check, its secrets at once; ``False`` when there was none. Its environment can be deleted then."""
        gone = {"deleted_at": now, "next_due_at": None, "sealed_secrets": None, "environment_id": None}
        return self._session.changes(update(checks).where(*self._one(organization_id, id)).values(**gone)) == 1

    def pause(self, id: str, reason: str, now: datetime) -> bool:
        """Pause a check for a reason of the engine's; ``False`` when it was not active."""
        change = {
            "status": CheckStatus.PAUSED.value,
            "paused_reason": reason,
            "next_due_at": None,
            "updated_at": now,
            "revision": checks.c.revision + 1,
        }
        return self._session.changes(update(checks).where(checks.c.id == id, where(ACTIVE)).values(**change)) == 1

    def lock_due(self, now: datetime, limit: int) -> Sequence[Check]:
        """Return and lock active checks that are due, longest due first, but for those locked by another."""
        due = select(checks).where(where(ACTIVE), checks.c.next_due_at <= now)
        rows = self._session.all(
            self._session.locked(due.order_by(checks.c.next_due_at).limit(limit), skip_locked=True)
        )
        return [check_of(row) for row in rows]

    def next_due_at(self) -> datetime | None:
        """Return when the next active check is due, or has been; ``None`` when none has a schedule."""
        row = self._session.first(select(func.min(checks.c.next_due_at).label("next")).where(where(ACTIVE)))
        return row.next if row else None

    def set_next_due(self, next_due: Mapping[str, datetime | None]) -> None:
        """Move checks to their next slots."""
        if next_due:
            moved = update(checks).where(checks.c.id == bindparam("check")).values(next_due_at=bindparam("due"))
            self._session.run(moved, [{"check": id, "due": due} for id, due in next_due.items()])

    def states(self, check_ids: Collection[str]) -> Mapping[str, Sequence[CheckState]]:
        """Return the states of checks at their locations; whoever else asks for them waits for this transaction."""
        found: dict[str, list[CheckState]] = {}
        if not check_ids:
            return found
        self._session.serialize(check_ids)
        wanted = select(check_states).where(check_states.c.check_id.in_(check_ids))
        for row in self._session.all(wanted.order_by(check_states.c.check_id, check_states.c.location)):
            found.setdefault(row.check_id, []).append(state_of(row))
        return found

    def save_states(self, states: Sequence[CheckState], organization_ids: Mapping[str, str]) -> None:
        """Store states; ``organization_ids`` by check id. One of an older run than the stored one changes nothing."""
        if not states:
            return
        statement = self._session.insert(check_states)
        new = statement.excluded
        kept = {"organization_id", "check_id", "location"}
        self._session.run(
            statement.on_conflict_do_update(
                index_elements=["check_id", "location"],
                set_={column.name: new[column.name] for column in check_states.c if column.name not in kept},
                where=check_states.c.as_of.is_(None) | new.as_of.is_(None) | (new.as_of >= check_states.c.as_of),
            ),
            [state_values(state, organization_ids[state.check_id]) for state in states],
        )

    def add_skipped(self, skipped: Sequence[SkippedSlots]) -> None:
        """Record slots that get no run; one that follows a recorded range of the same kind makes it longer."""
        Skipping(self._session).add(skipped)

    def skipped(self, organization_id: str, check_id: str, limit: int) -> Sequence[SkippedSlots]:
        """Return the newest ranges of skipped slots of a check."""
        wanted = (
            select(skipped_slots)
            .where(skipped_slots.c.organization_id == organization_id, skipped_slots.c.check_id == check_id)
            .order_by(skipped_slots.c.last_slot.desc())
        )
        return [skipped_of(row) for row in self._session.all(wanted.limit(limit))]

    def _has(self, column: ColumnElement[Any], text: str) -> ColumnElement[bool]:
        """Return whether a list of texts in a column holds one."""
        if self._session.is_postgresql:
            return type_coerce(column, JSONB).contains([text])
        each = func.json_each(column).table_valued("value")
        return select(each.c.value).where(each.c.value == bindparam(None, text, type_=StrictText)).exists()

    def _owned(self, organization_id: str, *, deleted_too: bool = False) -> tuple[ColumnElement[bool], ...]:
        """Return the conditions on checks of an organization, within the project of whoever asks."""
        mine = (checks.c.organization_id == organization_id, *in_project(self._session, checks.c.project_id))
        return mine if deleted_too else (*mine, checks.c.deleted_at.is_(None))

    def _one(self, organization_id: str, id: str) -> tuple[ColumnElement[bool], ...]:
        return (checks.c.id == id, *self._owned(organization_id))

    def _among(self, organization_id: str, selection: Selection) -> Sequence[ColumnElement[bool]]:
        """Return the conditions on checks among which a selection chooses."""
        among = [*self._owned(organization_id), *in_project(self._session, checks.c.project_id, selection.project_id)]
        if selection.families:
            among.append(checks.c.family.in_([family.value for family in selection.families]))
        return among
