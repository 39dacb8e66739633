"""The result of a run that ends without its worker: nobody began it, its worker was lost, or it was called off."""

from collections.abc import Sequence
from datetime import datetime

from outrider_engine.domain.observations import Observation, StepResult
from outrider_engine.domain.runs import Outcome
from outrider_engine.domain.verdicts import Reason, Verdict
from outrider_engine.ports.run_repository import FinishedRun, StrandedRun


def ended(
    run: StrandedRun,
    now: datetime,
    verdict: Verdict,
    reason: Reason,
    error: str,
    *,
    walked: Sequence[StepResult] | None = None,
) -> FinishedRun:
    """Return what is stored of such a run; with ``walked``, the steps that it had come to stay."""
    started_at = run.started_at or now
    took_ms = max(0.0, (now - started_at).total_seconds() * 1000)
    outcome = Outcome(
        verdict=verdict,
        reason=reason,
        error=error,
        started_at=started_at,
        completed_at=now,
        duration_ms=took_ms,
        observation=None if walked is None else Observation(duration_ms=took_ms, steps=tuple(walked)),
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
