"""Alerts that open and are resolved: who is told, and what becomes of the incident of their check."""

from collections.abc import Iterable
from dataclasses import replace

from outrider_engine.domain.alerts import Alert, AlertStatus
from outrider_engine.domain.checks import Check
from outrider_engine.domain.ids import new_id
from outrider_engine.domain.incidents import IncidentState, Turn, continued, joined_by, opened_by
from outrider_engine.domain.notifications import Message
from outrider_engine.ports.storage import Transaction

from .changes import Changes
from .incident_messages import note_turn
from .own_alerts import slack_channel_of
from .telling import notices


def opened(
    tx: Transaction,
    alert: Alert,
    check: Check,
    message: Message,
    changes: Changes,
    *,
    channel_ids: Iterable[str] = (),
) -> None:
    """Note an alert that has just been stored: it opens an incident of its check, or joins the one that is open."""
    changes.opened.append((alert, check))
    changes.notifications += notices(
        tx,
        message,
        organization_id=alert.organization_id,
        channel_ids=channel_ids,
        alert_id=alert.id,
        slack_channel=slack_channel_of(alert, check),
    )
    for _ in range(2):  # somebody may reopen one between looking and opening
        incident = tx.incidents.lock_open_of_check(alert.check_id)
        if incident is not None:
            tx.incidents.replace(incident, joined_by(incident, alert))
            return
        new = opened_by(alert, new_id("incident", tx.now), message.title, project_id=check.project_id)
        if tx.incidents.add(new):
            note_turn(tx, Turn.CREATED, new, changes)
            return


def resolved(
    tx: Transaction,
    alert: Alert,
    check: Check,
    message: Message,
    changes: Changes,
    *,
    channel_ids: Iterable[str] = (),
) -> None:
    """Note an alert that was open and has just been resolved: with the last of them, its incident closes by itself."""
    changes.resolved.append((replace(alert, status=AlertStatus.RESOLVED, resolved_at=tx.now), check))
    changes.notifications += notices(
        tx,
        message,
        organization_id=alert.organization_id,
        channel_ids=channel_ids,
        alert_id=alert.id,
        slack_channel=slack_channel_of(alert, check),
    )
    if alert.incident_id is None:
        return
    incident = tx.incidents.lock(alert.organization_id, alert.incident_id)
    if incident is None or not incident.is_open or incident.alerting_check_id is None:
        return
    others = tx.alerts.open_of_checks([alert.check_id]).get(alert.check_id, ())
    if not any(other.incident_id == incident.id for other in others):
        closed = continued(incident, IncidentState.RESOLVED, message.text, tx.now)
        tx.incidents.replace(incident, closed)
        note_turn(tx, Turn.RESOLVED, closed, changes)
