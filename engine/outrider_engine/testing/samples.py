"""A check, its alert, how its run ended, and the messages about it: what hooks and notifiers are handed."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from outrider_engine.domain.alerts import Alert, AlertEvent, AlertStatus, Channel
from outrider_engine.domain.checks import Check, CheckDefinition, Family
from outrider_engine.domain.incidents import Incident, IncidentState, Turn, continued, opened_by
from outrider_engine.domain.json_values import JsonObject
from outrider_engine.domain.notifications import Message
from outrider_engine.domain.observations import Failure, Observation
from outrider_engine.domain.releases import Release
from outrider_engine.domain.runs import Outcome
from outrider_engine.domain.verdicts import Reason, Verdict, cause_of
from outrider_engine.services import messages
from outrider_engine.services.incident_messages import incident_turned, release_created

_BROKE_AT = datetime(2026, 1, 15, 12, 0, tzinfo=UTC)
_MENDED_AT = _BROKE_AT + timedelta(minutes=7)
_FAILED: JsonObject = {
    "id": "run_sample",
    "status": "failed",
    "cause": "target",
    "reason": "connect",
    "error": "connection refused",
    "location": "local",
    "started_at": _BROKE_AT.isoformat(),
    "duration_ms": 125.0,
}
_FAILING = messages.Failing(regions=("local",), failures=3, since=_BROKE_AT - timedelta(minutes=4))
_PASSED = {**_FAILED, "status": "passed", "cause": None, "reason": None, "error": None}


def sample_check(kind: str = "http", config: JsonObject | None = None) -> Check:
    """Return a stored check of a type."""
    definition = CheckDefinition(
        name="Shop", type=kind, family=Family.MONITOR, config=config or {"url": "https://shop.example"}
    )
    return Check(
        id="mon_sample",
        organization_id="org_sample",
        definition=definition,
        revision=1,
        next_due_at=_MENDED_AT,
        created_at=_BROKE_AT - timedelta(days=3),
        updated_at=_BROKE_AT - timedelta(days=3),
    )


def sample_alert(*, resolved: bool = False) -> Alert:
    """Return an alert about the sample check."""
    alert = Alert(
        id="alt_sample",
        organization_id="org_sample",
        rule_id="rul_sample",
        check_id="mon_sample",
        status=AlertStatus.OPEN,
        message="Shop failed 3 times in a row at local: connection refused",
        run_id="run_sample",
        triggered_at=_BROKE_AT,
    )
    return replace(alert, status=AlertStatus.RESOLVED, resolved_at=_MENDED_AT) if resolved else alert


def sample_outcome(verdict: Verdict = Verdict.PASSED, reason: Reason | None = None) -> Outcome:
    """Return how a run of the sample check ended; a failure says so in its observation too."""
    error = None if verdict.is_up else f"ended {verdict.value} by {cause_of(verdict, reason) or 'nobody'}"
    failure = Failure(verdict, reason, error) if error and reason else None
    return Outcome(
        verdict=verdict,
        reason=reason,
        error=error,
        started_at=_BROKE_AT,
        completed_at=_BROKE_AT + timedelta(milliseconds=125),
        duration_ms=125.0,
        observation=Observation(duration_ms=120.0, phases={"connect": 20.0}, failure=failure),
    )


def sample_incident(state: IncidentState = IncidentState.INVESTIGATING) -> Incident:
    """Return the incident that the sample alert opened, or what became of it."""
    opened = opened_by(sample_alert(), "inc_sample", "Shop is failing")
    if state is IncidentState.INVESTIGATING:
        return opened
    return continued(opened, state, "The database was full.", _MENDED_AT)


def sample_release() -> Release:
    """Return a release."""
    return Release(
        id="rel_sample",
        organization_id="org_sample",
        name="shop",
        version="1.42.0",
        environment="production",
        started_at=_BROKE_AT,
        created_at=_BROKE_AT,
    )


def sample_message(event: AlertEvent = AlertEvent.OPENED) -> Message:
    """Return the message of an event as the engine words it, with a stable id."""
    check = sample_check()
    match event:
        case AlertEvent.OPENED:
            message = messages.alert_opened(sample_alert(), check, _FAILED, _FAILING)
        case AlertEvent.RESOLVED:
            message = messages.alert_resolved(sample_alert(resolved=True), check, _MENDED_AT, _PASSED)
        case AlertEvent.ESCALATED:
            message = messages.alert_escalated(sample_alert(), check, _MENDED_AT, _FAILING)
        case AlertEvent.CHECK_PAUSED:
            message = messages.check_paused(check, "Its runs lost their worker twice in a row", _BROKE_AT)
        case AlertEvent.INCIDENT_CREATED:
            message = incident_turned(Turn.CREATED, sample_incident(), _BROKE_AT)
        case AlertEvent.INCIDENT_UPDATED:
            message = incident_turned(Turn.UPDATED, sample_incident(IncidentState.IDENTIFIED), _MENDED_AT)
        case AlertEvent.INCIDENT_RESOLVED:
            message = incident_turned(Turn.RESOLVED, sample_incident(IncidentState.RESOLVED), _MENDED_AT)
        case AlertEvent.RELEASE_CREATED:
            message = release_created(sample_release(), _BROKE_AT)
        case AlertEvent.TEST:
            channel = Channel(
                id="chn_sample",
                organization_id="org_sample",
                name="on call",
                type="sample",
                config={},
                enabled=True,
                created_at=_BROKE_AT,
            )
            message = messages.channel_test(channel, _BROKE_AT)
    return replace(message, id=f"ntf_sample_{event.value}")
