"""What is told of runs as they go on."""

from typing import Any

from sqlalchemy import Row

from outrider_engine.domain.events import EventType
from outrider_engine.domain.json_values import JsonValue
from outrider_engine.domain.observations import StepResult
from outrider_engine.domain.runs import Claim, NewRun
from outrider_engine.ports.run_repository import FinishedRun

from .session import Session

LONGEST_ERROR = 300
"""Characters of an error that an event repeats; the run has it all."""


def note_run(session: Session, type: EventType, run: NewRun | FinishedRun | Row[Any], **facts: JsonValue) -> None:
    """Note that something happened to a run."""
    of_batch = {} if run.batch_id is None else {"batch_id": run.batch_id}
    session.note(run.organization_id, type, check_id=run.check_id, location=run.location, **facts, **of_batch)


def note_started(session: Session, claim: Claim) -> None:
    """Note that a worker has taken a run."""
    of_batch = {} if claim.batch_id is None else {"batch_id": claim.batch_id}
    about = {"check_id": claim.check.id, "location": claim.location, "run_id": claim.run_id}
    session.note(claim.organization_id, EventType.RUN_STARTED, **about, attempt=claim.attempt, **of_batch)


def note_finished(session: Session, run: FinishedRun) -> None:
    """Note that a run ended."""
    outcome = run.outcome
    note_run(
        session,
        EventType.RUN_FINISHED,
        run,
        run_id=run.run_id,
        status=outcome.verdict.value,
        cause=outcome.cause.value if outcome.cause else None,
        reason=outcome.reason.value if outcome.reason else None,
        error=outcome.error[:LONGEST_ERROR] if outcome.error else None,
        duration_ms=round(outcome.duration_ms, 1),
    )


def note_step(session: Session, run: Row[Any], step: StepResult) -> None:
    """Note that a step of a run that goes on has ended."""
    note_run(
        session,
        EventType.RUN_STEP,
        run,
        run_id=run.id,
        index=step.index,
        name=step.name,
        action=step.action,
        status=step.status.value,
        error=step.error[:LONGEST_ERROR] if step.error else None,
        duration_ms=round(step.duration_ms, 1),
    )
