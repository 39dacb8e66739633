"""Deleting what is old, in small batches.

Identifiers begin with the time at which they were made, so the oldest rows of a table are at the beginning of its
primary key: finding them takes no index of its own, and costs the same whatever the length of the history.
"""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, Table, delete, select, tuple_

from outrider_engine.domain.ids import earliest_id
from outrider_engine.domain.rollups import Span
from outrider_engine.domain.verdicts import RunStatus
from outrider_engine.ports.retention_repository import OldRun

from .rollups import table_of
from .schema import (
    DELETED,
    alerts,
    artifacts,
    batches,
    checks,
    incidents,
    login_states,
    metadata,
    notifications,
    releases,
    runs,
    sessions,
    skipped_slots,
    where,
)
from .session import Session

_HAS_RUNS = select(runs.c.id).where(runs.c.batch_id == batches.c.id).exists()
_FINISHED = tuple(status.value for status in RunStatus if status.is_terminal)


class SqlRetention:
    """Implements ``RetentionRepository``."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def old_runs(self, before: datetime, limit: int, organization_id: str | None = None) -> Sequence[OldRun]:
        """Return finished runs that were made before a time, of all organizations or of one, oldest first."""
        old = select(runs.c.id).where(runs.c.id < earliest_id("run", before))
        if organization_id is not None:
            old = old.where(runs.c.organization_id == organization_id)
        return self._with_files(old, limit)

    def runs_of(self, check_id: str, limit: int) -> Sequence[OldRun]:
        """Return finished runs of a check, oldest first."""
        return self._with_files(select(runs.c.id).where(runs.c.check_id == check_id), limit)

    def drop_runs(self, ids: Collection[str]) -> int:
        """Delete finished runs with all that is theirs, and batches with their last run; returns how many runs."""
        if not ids:
            return 0
        old = delete(runs).where(runs.c.id.in_(ids), runs.c.status.in_(_FINISHED))
        gone = self._session.all(old.returning(runs.c.batch_id))
        emptied = {row.batch_id for row in gone if row.batch_id is not None}
        if emptied:
            self._session.run(delete(batches).where(batches.c.id.in_(emptied), ~_HAS_RUNS))
        return len(gone)

    def drop_batches(self, before: datetime, limit: int) -> int:
        """Delete batches that were made before a time and have no runs; returns how many."""
        old = (batches.c.id < earliest_id("batch", before), ~_HAS_RUNS)
        return self._drop(batches, *old, order=batches.c.id, limit=limit)

    def drop_rollups(self, span: Span, before: datetime, limit: int) -> int:
        """Delete rollups of hours or days that began before a time; returns how many."""
        table = table_of(span)
        return self._drop(table, table.c.starts_at < before, order=table.c.starts_at, limit=limit)

    def drop_alerts(self, before: datetime, limit: int) -> int:
        """Delete alerts that were opened before a time and are resolved; returns how many."""
        old = (alerts.c.id < earliest_id("alert", before), alerts.c.status == "resolved")
        return self._drop(alerts, *old, order=alerts.c.id, limit=limit)

    def drop_incidents(self, before: datetime, limit: int) -> int:
        """Delete incidents that were opened before a time and are resolved; returns how many."""
        old = (incidents.c.id < earliest_id("incident", before), incidents.c.resolved_at.is_not(None))
        return self._drop(incidents, *old, order=incidents.c.id, limit=limit)

    def drop_releases(self, before: datetime, limit: int) -> int:
        """Delete releases that were marked before a time; returns how many."""
        return self._drop(releases, releases.c.id < earliest_id("release", before), order=releases.c.id, limit=limit)

    def drop_messages(self, before: datetime, limit: int) -> int:
        """Delete messages that were made before a time and are settled; returns how many."""
        old = (notifications.c.id < earliest_id("notification", before), notifications.c.settled_at.is_not(None))
        return self._drop(notifications, *old, order=notifications.c.id, limit=limit)

    def drop_skipped(self, before: datetime, limit: int) -> int:
        """Delete ranges of skipped slots that ended before a time; returns how many."""
        old = (skipped_slots.c.id < earliest_id("skipped", before), skipped_slots.c.last_slot < before)
        return self._drop(skipped_slots, *old, order=skipped_slots.c.id, limit=limit)

    def drop_sessions(self, before: datetime, limit: int) -> int:
        """Delete sessions that ended before a time; returns how many."""
        return self._drop(sessions, sessions.c.expires_at < before, order=sessions.c.expires_at, limit=limit)

    def drop_login_states(self, before: datetime, limit: int) -> int:
        """Delete login states that expired before a time; returns how many."""
        expired = login_states.c.expires_at < before
        return self._drop(login_states, expired, order=login_states.c.expires_at, limit=limit)

    def deleted_checks(self, before: datetime, limit: int) -> Sequence[str]:
        """Return the ids of checks that were deleted before a time, the longest deleted first."""
        wanted = select(checks.c.id).where(where(DELETED), checks.c.deleted_at < before)
        return [row.id for row in self._session.all(wanted.order_by(checks.c.deleted_at).limit(limit))]

    def drop_remains(self, check_id: str, limit: int) -> int:
        """Delete up to ``limit`` rows of each table that refers to checks, runs apart; returns how many."""
        found = 0
        for table in reversed(metadata.sorted_tables):
            if table is not runs and any(key.column is checks.c.id for key in table.foreign_keys):
                found += self._drop(table, table.c.check_id == check_id, limit=limit)
        return found

    def drop_check(self, check_id: str, before: datetime) -> bool:
        """Delete a check that was deleted before a time and to which no run refers any more."""
        gone = (checks.c.id == check_id, checks.c.deleted_at < before)
        referring = select(runs.c.id).where(runs.c.check_id == check_id).exists()
        return self._session.changes(delete(checks).where(*gone, ~referring)) == 1

    def known_artifacts(self, ids: Collection[str]) -> set[str]:
        """Return those of the ids that are artifacts of runs."""
        if not ids:
            return set()
        return {row.id for row in self._session.all(select(artifacts.c.id).where(artifacts.c.id.in_(ids)))}

    def _with_files(self, wanted: Select[tuple[str]], limit: int) -> Sequence[OldRun]:
        finished = wanted.where(runs.c.status.in_(_FINISHED)).order_by(runs.c.id).limit(limit)
        found: dict[str, list[str]] = {row.id: [] for row in self._session.all(finished)}
        if found:
            files = select(artifacts.c.run_id, artifacts.c.key).where(artifacts.c.run_id.in_(found))
            for row in self._session.all(files):
                found[row.run_id].append(row.key)
        return [OldRun(id, tuple(keys)) for id, keys in found.items()]

    def _drop(
        self, table: Table, *old: ColumnElement[bool], order: ColumnElement[object] | None = None, limit: int
    ) -> int:
        key = tuple(table.primary_key.columns)
        some = select(*key).where(*old).order_by(order).limit(limit)
        # Somebody else may be forgetting too: whoever comes second takes other rows.
        rows = [tuple(row) for row in self._session.all(self._session.locked(some, skip_locked=True))]
        if not rows:
            return 0
        return self._session.changes(delete(table).where(tuple_(*key).in_(rows)))
