"""Checks and what belongs to them, as rows and back."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Row, RowMapping

from outrider_engine.domain.assertions import Assertion, Operator, Source
from outrider_engine.domain.checks import Check, CheckDefinition, CheckState, CheckStatus, Family
from outrider_engine.domain.json_values import JsonObject
from outrider_engine.domain.schedules import CronSchedule, IntervalSchedule, Schedule, SkipReason, SlotRange
from outrider_engine.domain.verdicts import Verdict
from outrider_engine.ports.check_repository import SkippedSlots


def definition_values(definition: CheckDefinition) -> dict[str, Any]:
    """Return the columns of a check that its owner decides."""
    return {
        "family": definition.family.value,
        "type": definition.type,
        "name": definition.name,
        "description": definition.description,
        "status": definition.status.value,
        **_schedule_values(definition.schedule),
        "locations": list(definition.locations),
        "timeout_s": definition.timeout_s,
        "max_retries": definition.max_retries,
        "side_effects": definition.side_effects,
        "tags": list(definition.tags),
        "config": definition.config,
        "assertions": [_assertion_values(assertion) for assertion in definition.assertions],
        "variables": definition.variables,
        "secret_names": list(definition.secret_names),
        "quorum": definition.quorum,
        "alert_policy": definition.alert_policy,
        "environment_id": definition.environment_id,
    }


def definition_of(values: Mapping[str, Any] | RowMapping) -> CheckDefinition:
    """Return what the owner of a check has decided, from its columns."""
    return CheckDefinition(
        name=values["name"],
        type=values["type"],
        family=Family(values["family"]),
        config=values["config"],
        assertions=tuple(_assertion_of(item) for item in values["assertions"]),
        locations=tuple(values["locations"]),
        schedule=_schedule_of(values),
        status=CheckStatus(values["status"]),
        timeout_s=values["timeout_s"],
        max_retries=values["max_retries"],
        side_effects=values["side_effects"],
        tags=tuple(values["tags"]),
        description=values["description"],
        variables=values["variables"],
        secret_names=tuple(values["secret_names"]),
        quorum=values["quorum"],
        alert_policy=values["alert_policy"],
        environment_id=values["environment_id"],
    )


def check_values(check: Check) -> dict[str, Any]:
    """Return the columns of a check."""
    return {
        **definition_values(check.definition),
        "id": check.id,
        "organization_id": check.organization_id,
        "paused_reason": check.paused_reason,
        "next_due_at": check.next_due_at,
        "sealed_secrets": check.sealed_secrets,
        "project_id": check.project_id,
        "revision": check.revision,
        "version": check.version,
        "created_at": check.created_at,
        "updated_at": check.updated_at,
    }


def check_of(row: Row[Any]) -> Check:
    """Return the check of a row."""
    return Check(
        id=row.id,
        organization_id=row.organization_id,
        definition=definition_of(row._mapping),
        revision=row.revision,
        version=row.version,
        next_due_at=row.next_due_at,
        created_at=row.created_at,
        updated_at=row.updated_at,
        paused_reason=row.paused_reason,
        sealed_secrets=row.sealed_secrets,
        project_id=row.project_id,
    )


def state_values(state: CheckState, organization_id: str) -> dict[str, Any]:
    """Return the columns of a check's state at a location."""
    return {
        "organization_id": organization_id,
        "check_id": state.check_id,
        "location": state.location,
        "verdict": state.verdict.value if state.verdict else None,
        "since": state.since,
        "consecutive_failures": state.consecutive_failures,
        "lost_workers": state.lost_workers,
        "as_of": state.as_of,
        "last_run_id": state.last_run_id,
        "duration_ms": state.duration_ms,
        "certificate_days": state.certificate_days,
        "visual_diff_percent": state.visual_diff_percent,
    }


def state_of(row: Row[Any]) -> CheckState:
    """Return the state of a row."""
    return CheckState(
        check_id=row.check_id,
        location=row.location,
        verdict=Verdict(row.verdict) if row.verdict else None,
        since=row.since,
        consecutive_failures=row.consecutive_failures,
        lost_workers=row.lost_workers,
        as_of=row.as_of,
        last_run_id=row.last_run_id,
        duration_ms=row.duration_ms,
        certificate_days=row.certificate_days,
        visual_diff_percent=row.visual_diff_percent,
    )


def skipped_values(skipped: SkippedSlots) -> dict[str, Any]:
    """Return the columns of a range of skipped slots."""
    return {
        "id": skipped.id,
        "organization_id": skipped.organization_id,
        "check_id": skipped.check_id,
        "location": skipped.location or "",
        "reason": skipped.reason.value,
        "first_slot": skipped.slots.first,
        "last_slot": skipped.slots.last,
        "slots": skipped.slots.count,
    }


def skipped_of(row: Row[Any]) -> SkippedSlots:
    """Return the range of skipped slots of a row."""
    return SkippedSlots(
        id=row.id,
        organization_id=row.organization_id,
        check_id=row.check_id,
        location=row.location or None,
        reason=SkipReason(row.reason),
        slots=SlotRange(row.first_slot, row.last_slot, row.slots),
    )


def _schedule_values(schedule: Schedule | None) -> dict[str, Any]:
    return {
        "interval_seconds": schedule.seconds if isinstance(schedule, IntervalSchedule) else None,
        "cron": schedule.expression if isinstance(schedule, CronSchedule) else None,
        "timezone": schedule.timezone if isinstance(schedule, CronSchedule) else None,
    }


def _schedule_of(values: Mapping[str, Any] | RowMapping) -> Schedule | None:
    if values["interval_seconds"] is not None:
        return IntervalSchedule(values["interval_seconds"])
    return None if values["cron"] is None else CronSchedule(values["cron"], values["timezone"])


def _assertion_values(assertion: Assertion) -> JsonObject:
    values: dict[str, Any] = {"source": assertion.source.value, "operator": assertion.operator.value}
    optional = {
        "expected": assertion.expected,
        "selector": assertion.selector,
        "options": assertion.options or None,
        "spelling": assertion.spelling,
    }
    return values | {name: value for name, value in optional.items() if value is not None}


def _assertion_of(values: Mapping[str, Any]) -> Assertion:
    return Assertion(
        source=Source(values["source"]),
        operator=Operator(values["operator"]),
        expected=values.get("expected"),
        selector=values.get("selector"),
        options=values.get("options") or {},
        spelling=values.get("spelling"),
    )
