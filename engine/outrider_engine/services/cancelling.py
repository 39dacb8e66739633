"""Calling off runs that somebody asked for: what waits never begins, what is going on is stopped.

The verdict is stored at once, whatever becomes of the worker. It finds its claim gone when it next renews its leases,
stops, and discards what it has.
"""

from collections.abc import Sequence
from datetime import datetime

from outrider_engine.domain.batches import Selection
from outrider_engine.domain.checks import Check
from outrider_engine.domain.observations import Observation, StepResult
from outrider_engine.domain.runs import Outcome
from outrider_engine.domain.verdicts import Reason, Verdict
from outrider_engine.ports.run_repository import FinishedRun, StrandedRun
from outrider_engine.ports.storage import Storage, Transaction
from outrider_engine.ports.told import Told

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
            ended = _end(tx, tx.runs.lock_going(organization_id, id=id))
            checks = _checks_of(tx, organization_id, ended)
        tell_finished(ended, checks, self._told)
        return bool(ended)

    def batch(self, organization_id: str, id: str) -> int:
        """Call off all runs of a batch that have not ended; returns how many they were."""
        with self._storage.begin() as tx:
            ended = _end(tx, tx.runs.lock_going(organization_id, batch_id=id))
            if ended:
                tx.batches.mark_cancelled(organization_id, id, tx.now)
            checks = _checks_of(tx, organization_id, ended)
        tell_finished(ended, checks, self._told)
        return len(ended)


def _end(tx: Transaction, going: Sequence[StrandedRun]) -> Sequence[FinishedRun]:
    """End runs as called off; the steps that were walked stay. That says nothing about the check: its state stays."""
    if not going:
        return []
    walked = tx.runs.steps([run.run_id for run in going])
    ended = [_called_off(run, tuple(walked.get(run.run_id, ())), tx.now) for run in going]
    tx.runs.finish(ended)
    begun = {run.run_id for run in going if run.started_at is not None}
    count_executed(tx, [run for run in ended if run.run_id in begun])
    return ended


def _called_off(run: StrandedRun, walked: tuple[StepResult, ...], now: datetime) -> FinishedRun:
    started_at = run.started_at or now
    took_ms = max(0.0, (now - started_at).total_seconds() * 1000)
    outcome = Outcome(
        verdict=Verdict.CANCELLED,
        reason=Reason.BY_USER,
        error="cancelled on request",
        started_at=started_at,
        completed_at=now,
        duration_ms=took_ms,
        observation=Observation(duration_ms=took_ms, steps=walked),
    )
    return FinishedRun(
        run_id=run.run_id,
        organization_id=run.organization_id,
        check_id=run.check_id,
        check_revision=None,
        location=run.location,
        due_at=run.due_at,
        outcome=outcome,
        batch_id=run.batch_id,
    )


def _checks_of(tx: Transaction, organization_id: str, ended: Sequence[FinishedRun]) -> dict[str, Check]:
    """Return the checks of runs, but for deleted ones."""
    ids = tuple({run.check_id for run in ended})
    found = tx.checks.selected(organization_id, Selection(check_ids=ids), len(ids)) if ids else ()
    return {check.id: check for check in found}
