"""The janitor: forgets what is old enough, a little at a time.

A run's files go before its row. When the janitor dies in between, the row is still there and still old: the next
round deletes the rest, so no row stays without anybody who would come back to it. Files whose row never came to be
(a worker died between keeping a file and storing the result) are found by walking the store now and then.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import PurePosixPath

import structlog

from outrider_engine.domain.events import KEPT as EVENTS_KEPT
from outrider_engine.domain.ids import made_at
from outrider_engine.domain.plans import Plan
from outrider_engine.domain.retention import DELETED_CHECKS_KEPT, ORPHANS_KEPT, Retention
from outrider_engine.domain.rollups import Span
from outrider_engine.ports.artifacts import ArtifactStore
from outrider_engine.ports.retention_repository import OldRun
from outrider_engine.ports.storage import Storage

from .baselines import folder_of_check
from .quotas import Quotas

log = structlog.get_logger(__name__)

BATCH = 200
"""Rows of a kind that one transaction deletes at most."""
EVENTS_BATCH = 2000
"""Small rows, and many."""
ROUNDS = 20
"""Batches that one call works off at most, before whoever calls takes a breath."""
ORGANIZATIONS = 50
"""Organizations that are looked at in one round for runs that their plans no longer keep."""
LOOKED_UP = 500
"""Files that are looked up in the database at a time."""


class Janitor:
    """Deletes what is older than ``retention``, or than an organization's plan keeps.

    Any number of them may work at the same time.
    """

    def __init__(
        self, *, storage: Storage, artifacts: ArtifactStore, retention: Retention, quotas: Quotas | None = None
    ) -> None:
        self._storage = storage
        self._artifacts = artifacts
        self._retention = retention
        self._quotas = quotas or Quotas()
        self._looked_at: str | None = None

    def tidy(self) -> int:
        """Delete up to ``ROUNDS`` batches of everything that is old; returns how many rows went."""
        total = 0
        for _ in range(ROUNDS):
            gone = self._old_runs() + self._runs_beyond_plans() + self._other_rows() + self._deleted_checks()
            total += gone
            if not gone:
                break
        if total:
            log.info("forgot what is old", rows=total)
        return total

    def collect_orphans(self) -> int:
        """Delete files that belong to no run and are old enough that none can be on its way; returns how many."""
        gone = 0
        batch: list[tuple[str, str]] = []
        for key in self._artifacts.keys(""):
            batch.append((PurePosixPath(key).stem, key))
            if len(batch) == LOOKED_UP:
                gone += self._drop_orphans(batch)
                batch = []
        gone += self._drop_orphans(batch)
        if gone:
            log.info("removed files without a run", files=gone)
        return gone

    def _drop_orphans(self, batch: Sequence[tuple[str, str]]) -> int:
        with self._storage.read() as tx:
            old = {id: key for id, key in batch if _is_artifact_before(id, tx.now - ORPHANS_KEPT)}
            known = tx.retention.known_artifacts(old)
        for id in old.keys() - known:
            self._artifacts.delete(old[id])
        return len(old.keys() - known)

    def _old_runs(self) -> int:
        with self._storage.read() as tx:
            old = tx.retention.old_runs(tx.now - self._retention.runs, BATCH)
        return self._forget(old)

    def _runs_beyond_plans(self) -> int:
        """Delete up to a batch of each of the next organizations whose plans keep runs for less long than the server.

        All have their turn, a few in each round, so that a round costs the same however many there are.
        """
        if not any(self._shorter(plan) for plan in self._quotas.plans.all):
            return 0
        old: list[OldRun] = []
        with self._storage.read() as tx:
            ids = tx.organizations.ids_after(self._looked_at, ORGANIZATIONS)
            assigned = tx.plans.of_all(ids)
            for id in ids:
                kept = self._shorter(self._quotas.plans.named(assigned.get(id)))
                if kept is not None:
                    old += tx.retention.old_runs(tx.now - kept, BATCH, id)
        self._looked_at = ids[-1] if len(ids) == ORGANIZATIONS else None
        return sum(self._forget(old[first : first + BATCH]) for first in range(0, len(old), BATCH))

    def _shorter(self, plan: Plan) -> timedelta | None:
        """Return for how long a plan keeps runs, if that is less long than the server does."""
        days = plan.limits.retention_days
        kept = None if days is None else timedelta(days=days)
        return kept if kept is not None and kept < self._retention.runs else None

    def _forget(self, old: Sequence[OldRun]) -> int:
        if not old:
            return 0
        for run in old:
            for key in run.file_keys:
                self._artifacts.delete(key)
        with self._storage.begin() as tx:
            return tx.retention.drop_runs([run.id for run in old])

    def _other_rows(self) -> int:
        kept = self._retention
        gone = 0
        with self._storage.begin() as tx:
            gone += tx.retention.drop_rollups(Span.HOUR, tx.now - kept.hourly, BATCH)
            gone += tx.retention.drop_rollups(Span.DAY, tx.now - kept.daily, BATCH)
            gone += tx.retention.drop_incidents(tx.now - kept.daily, BATCH)
            gone += tx.retention.drop_releases(tx.now - kept.daily, BATCH)
        with self._storage.begin() as tx:
            gone += tx.events.drop(tx.now - EVENTS_KEPT, EVENTS_BATCH)
        with self._storage.begin() as tx:
            gone += tx.retention.drop_messages(tx.now - kept.runs, BATCH)
            gone += tx.retention.drop_batches(tx.now - kept.runs, BATCH)
            gone += tx.retention.drop_skipped(tx.now - kept.runs, BATCH)
            gone += tx.retention.drop_alerts(tx.now - kept.alerts, BATCH)
            gone += tx.retention.drop_sessions(tx.now, BATCH)
            gone += tx.retention.drop_login_states(tx.now, BATCH)
        return gone

    def _deleted_checks(self) -> int:
        with self._storage.read() as tx:
            before = tx.now - DELETED_CHECKS_KEPT
            found = tx.retention.deleted_checks(before, 1)
            old = [run for id in found for run in tx.retention.runs_of(id, BATCH)]
        if old:
            return self._forget(old)
        return sum(self._purge(id, before) for id in found)

    def _purge(self, check_id: str, before: datetime) -> int:
        with self._storage.begin() as tx:
            gone = tx.retention.drop_remains(check_id, BATCH)
            is_dropped = not gone and tx.retention.drop_check(check_id, before)
        if is_dropped:
            for key in list(self._artifacts.keys(folder_of_check(check_id))):
                self._artifacts.delete(key)
        return gone or int(is_dropped)


def _is_artifact_before(id: str, moment: datetime) -> bool:
    try:
        return id.startswith("art_") and made_at(id) < moment
    except ValueError:
        return False
