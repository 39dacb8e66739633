"""The reaper: no run stays without a verdict, whatever dies."""

from collections.abc import Sequence
from datetime import datetime

import structlog

from outrider_engine.domain.checks import Check
from outrider_engine.domain.verdicts import Reason, Verdict
from outrider_engine.errors import StorageError
from outrider_engine.ports.hints import Hints
from outrider_engine.ports.run_repository import FinishedRun, StrandedRun
from outrider_engine.ports.storage import Storage, Transaction
from outrider_engine.ports.told import Told

from .alert_changes import apply_results
from .changes import Changes
from .ending import ended
from .finishing import announce, tell_finished

log = structlog.get_logger(__name__)

BATCH = 200


class Reaper:
    """Ends runs that nobody will: those whose lease ran out, and those that nobody began in time."""

    def __init__(self, *, storage: Storage, hints: Hints, told: Told) -> None:
        self._storage = storage
        self._hints = hints
        self._told = told
        self._was_cut_off = False

    def reap(self) -> int:
        """Requeue or end what is stranded; returns how many runs were touched.

        When the database was away, leases ran out for want of it: the first call after that leaves them alone, so that
        workers can still store the results that they have in hand.

        Raises:
            StorageError: the database is away.
        """
        try:
            return self._reap(spare_expired=self._was_cut_off)
        except StorageError:
            self._was_cut_off = True
            raise

    def _reap(self, *, spare_expired: bool) -> int:
        with self._storage.begin() as tx:
            expired = [] if spare_expired else tx.runs.expired(tx.now, BATCH)
            again = [run for run in expired if run.attempt < run.max_attempts]
            lost = [run for run in expired if run.attempt >= run.max_attempts]
            late = tx.runs.late(tx.now, BATCH)
            tx.runs.requeue([run.run_id for run in again])
            finished = [*(_lost(run, tx.now) for run in lost), *(_missed(run, tx.now) for run in late)]
            checks = _checks_of(tx, finished)
            tx.runs.finish(finished)
            changes = apply_results(tx, finished, checks)
        self._was_cut_off = False
        self._announce(again, finished, checks, changes)
        return len(expired) + len(late)

    def _announce(
        self,
        again: Sequence[StrandedRun],
        finished: Sequence[FinishedRun],
        checks: dict[str, Check],
        changes: Changes,
    ) -> None:
        for run in again:
            log.warning("run lost its worker, queued again", run=run.run_id, attempt=run.attempt)
        for queue, location in {(run.queue, run.location) for run in again}:
            self._hints.send(queue, location)
        announce(changes, hints=self._hints, told=self._told)
        tell_finished(finished, checks, self._told)


def _checks_of(tx: Transaction, finished: Sequence[FinishedRun]) -> dict[str, Check]:
    found = (
        tx.checks.get(organization_id, check_id)
        for organization_id, check_id in sorted({(run.organization_id, run.check_id) for run in finished})
    )
    return {check.id: check for check in found if check is not None}


def _lost(run: StrandedRun, now: datetime) -> FinishedRun:
    error = f"the worker was lost, {run.attempt} of {run.max_attempts} times"
    return ended(run, now, Verdict.ERROR, Reason.WORKER_LOST, error)


def _missed(run: StrandedRun, now: datetime) -> FinishedRun:
    error = f"no worker at {run.location} began it in time"
    return ended(run, now, Verdict.MISSED, Reason.NOT_STARTED, error)
