"""Runs, steps and artifacts as rows and back."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from outrider_engine.domain.checks import Family
from outrider_engine.domain.observations import ArtifactKind, StepResult
from outrider_engine.domain.runs import Artifact, NewRun, Outcome, Overrides, Run, Trigger, Try
from outrider_engine.domain.verdicts import Cause, Reason, RunStatus, Verdict
from outrider_engine.ports.run_repository import FinishedRun, StrandedRun


def new_run_values(run: NewRun, now: datetime) -> dict[str, Any]:
    """Return the columns of a run that is queued."""
    return {
        "id": run.id,
        "organization_id": run.organization_id,
        "check_id": run.check_id,
        "family": run.family.value,
        "location": run.location,
        "queue": run.queue,
        "trigger": run.trigger.value,
        "status": RunStatus.QUEUED.value,
        "slot": run.slot,
        "due_at": run.due_at,
        "not_after": run.not_after,
        "created_at": now,
        "queued_at": now,
        "attempt": 0,
        "max_attempts": run.max_attempts,
        "overrides": overrides_values(run.overrides),
        "batch_id": run.batch_id,
        "is_blocking": None if run.batch_id is None else run.is_blocking,
    }


def run_of(row: Row[Any]) -> Run:
    """Return the run of a row."""
    return Run(
        id=row.id,
        organization_id=row.organization_id,
        check_id=row.check_id,
        family=Family(row.family),
        location=row.location,
        trigger=Trigger(row.trigger),
        status=RunStatus(row.status),
        cause=Cause(row.cause) if row.cause else None,
        reason=Reason(row.reason) if row.reason else None,
        error=row.error,
        slot=row.slot,
        due_at=row.due_at,
        created_at=row.created_at,
        started_at=row.started_at,
        completed_at=row.completed_at,
        duration_ms=row.duration_ms,
        attempt=row.attempt,
        check_revision=row.check_revision,
        check_version=row.check_version,
        phases=row.phases or {},
        facts=row.facts or {},
        assertions=tuple(row.assertions or ()),
        tries=tuple(_try_of(item) for item in row.tries or ()),
        overrides=overrides_of(row.overrides),
        batch_id=row.batch_id,
    )


def stranded_of(row: Row[Any]) -> StrandedRun:
    """Return what whoever ends the run of a row has to know of it."""
    return StrandedRun(
        run_id=row.id,
        organization_id=row.organization_id,
        check_id=row.check_id,
        location=row.location,
        queue=row.queue,
        due_at=row.due_at,
        attempt=row.attempt,
        max_attempts=row.max_attempts,
        started_at=row.started_at,
        batch_id=row.batch_id,
    )


def outcome_values(finished: FinishedRun) -> dict[str, Any]:
    """Return the columns that the end of a run sets."""
    outcome = finished.outcome
    observation = outcome.observation
    return {
        "status": outcome.verdict.value,
        "cause": outcome.cause.value if outcome.cause else None,
        "reason": outcome.reason.value if outcome.reason else None,
        "error": outcome.error,
        "completed_at": outcome.completed_at,
        "check_revision": finished.check_revision,
        "check_version": finished.check_version,
        "phases": observation.phases if observation else None,
        "facts": observation.facts if observation else None,
        "assertions": [result.as_json() for result in outcome.assertions],
        "tries": [_try_values(attempt) for attempt in outcome.tries],
    }


def began_values(outcome: Outcome) -> dict[str, Any]:
    """Return the columns that only the end of a run that had begun sets."""
    return {"started_at": outcome.started_at, "duration_ms": outcome.duration_ms}


def step_values(step: StepResult, run_id: str, organization_id: str) -> dict[str, Any]:
    """Return the columns of a step."""
    return {
        "organization_id": organization_id,
        "run_id": run_id,
        "position": step.index,
        "step_id": step.id,
        "name": step.name,
        "action": step.action,
        "status": step.status.value,
        "started_at": step.started_at,
        "duration_ms": step.duration_ms,
        "reason": step.reason.value if step.reason else None,
        "error": step.error,
        "detail": step.detail,
    }


def step_of(row: Row[Any]) -> StepResult:
    """Return the step of a row."""
    return StepResult(
        index=row.position,
        id=row.step_id,
        name=row.name,
        action=row.action,
        status=Verdict(row.status),
        started_at=row.started_at,
        duration_ms=row.duration_ms,
        reason=Reason(row.reason) if row.reason else None,
        error=row.error,
        detail=row.detail,
    )


def artifact_values(artifact: Artifact) -> dict[str, Any]:
    """Return the columns of an artifact."""
    return {
        "id": artifact.id,
        "organization_id": artifact.organization_id,
        "run_id": artifact.run_id,
        "kind": artifact.kind.value,
        "name": artifact.name,
        "content_type": artifact.content_type,
        "size": artifact.size,
        "digest": artifact.digest,
        "key": artifact.key,
        "step_index": artifact.step_index,
        "created_at": artifact.created_at,
    }


def artifact_of(row: Row[Any]) -> Artifact:
    """Return the artifact of a row."""
    return Artifact(
        id=row.id,
        organization_id=row.organization_id,
        run_id=row.run_id,
        kind=ArtifactKind(row.kind),
        name=row.name,
        content_type=row.content_type,
        size=row.size,
        digest=row.digest,
        key=row.key,
        step_index=row.step_index,
        created_at=row.created_at,
    )


def overrides_of(values: Mapping[str, Any] | None) -> Overrides | None:
    """Return the overrides that were stored with a run."""
    if values is None:
        return None
    return Overrides(**values)


def overrides_values(overrides: Overrides | None) -> dict[str, Any] | None:
    """Return overrides as they are stored."""
    if overrides is None:
        return None
    return asdict(overrides) | {"variables": dict(overrides.variables), "artifacts": dict(overrides.artifacts)}


def _try_values(attempt: Try) -> dict[str, Any]:
    return {
        "number": attempt.number,
        "verdict": attempt.verdict.value,
        "reason": attempt.reason.value if attempt.reason else None,
        "error": attempt.error,
        "duration_ms": attempt.duration_ms,
    }


def _try_of(values: Mapping[str, Any]) -> Try:
    return Try(
        number=values["number"],
        verdict=Verdict(values["verdict"]),
        reason=Reason(values["reason"]) if values["reason"] else None,
        error=values["error"],
        duration_ms=values["duration_ms"],
    )
