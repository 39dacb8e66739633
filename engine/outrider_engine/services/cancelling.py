"""Calling off runs that somebody asked for: what waits never begins, what is going on is stopped.

The verdict is stored at once, whatever becomes of the worker. It finds its claim gone when it next renews its leases,
stops, and discards what it has.
"""

from collections.abc import Sequence

from outrider_engine.domain.batches import Selection
from outrider_engine.domain.checks import Check
from outrider_engine.domain.verdicts import Reason, Verdict
from outrider_engine.ports.run_repository import FinishedRun, StrandedRun
from outrider_engine.ports.storage import Storage, Transaction
from outrider_engine.ports.told import Told

from .ending import ended
from .finishing import tell_finished
from .quotas import count_executed


class Cancelling:
    """Calls off runs of one organization. What has ended stays as it is."""

    def __init__(self, *, storage: Storage, told: Told) -> None:
        self._storage = storage
        self._told = told

    def run(self, organization_id: str, id: str) -> bool:
        """Call off a run; ``False`` when it had ended (or never was)."""
        with self._storage.begin() as tx:
            finished = _end(tx, tx.runs.lock_going(organization_id, id=id))
            checks = _checks_of(tx, organization_id, finished)
        tell_finished(finished, checks, self._told)
        return bool(finished)

    def batch(self, organization_id: str, id: str) -> int:
        """Call off all runs of a batch that have not ended; returns how many they were."""
        with self._storage.begin() as tx:
            finished = _end(tx, tx.runs.lock_going(organization_id, batch_id=id))
            if finished:
                tx.batches.mark_cancelled(organization_id, id, tx.now)
            checks = _checks_of(tx, organization_id, finished)
        tell_finished(finished, checks, self._told)
        return len(finished)


def _end(tx: Transaction, going: Sequence[StrandedRun]) -> Sequence[FinishedRun]:
    """End runs as called off; the steps that were walked stay. That says nothing about the check: its state stays."""
    if not going:
        return []
    walked = tx.runs.steps([run.run_id for run in going])
    finished = [
        ended(
            *(run, tx.now, Verdict.CANCELLED, Reason.BY_USER, "cancelled on request"),
            walked=walked.get(run.run_id, ()),
        )
        for run in going
    ]
    tx.runs.finish(finished)
    begun = {run.run_id for run in going if run.started_at is not None}
    count_executed(tx, [run for run in finished if run.run_id in begun])
    return finished


def _checks_of(tx: Transaction, organization_id: str, finished: Sequence[FinishedRun]) -> dict[str, Check]:
    """Return the checks of runs, but for deleted ones."""
    ids = tuple({run.check_id for run in finished})
    found = tx.checks.selected(organization_id, Selection(check_ids=ids), len(ids)) if ids else ()
    return {check.id: check for check in found}
