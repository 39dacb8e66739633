"""What people are told of incidents and releases."""

from datetime import datetime

from outrider_engine.domain.alerts import AlertEvent
from outrider_engine.domain.ids import new_id
from outrider_engine.domain.incidents import Incident, IncidentUpdate, Turn
from outrider_engine.domain.json_values import JsonObject, JsonValue
from outrider_engine.domain.notifications import Message
from outrider_engine.domain.releases import Release
from outrider_engine.ports.storage import Transaction

from .changes import Changes
from .telling import notices

_EVENTS = {
    Turn.CREATED: AlertEvent.INCIDENT_CREATED,
    Turn.UPDATED: AlertEvent.INCIDENT_UPDATED,
    Turn.RESOLVED: AlertEvent.INCIDENT_RESOLVED,
}


def note_turn(tx: Transaction, turn: Turn, incident: Incident, changes: Changes) -> None:
    """Note what became of an incident, and tell the channels that subscribed to such events."""
    changes.incidents.append((turn, incident))
    changes.notifications += notices(
        tx,
        incident_turned(turn, incident, tx.now),
        organization_id=incident.organization_id,
        channel_ids=(),
        alert_id=incident.id,
    )


def incident_turned(turn: Turn, incident: Incident, now: datetime) -> Message:
    """Return the message of what became of an incident; its text is the newest update."""
    return Message(
        id=new_id("notification", now),
        event=_EVENTS[turn],
        title=incident.title if turn is Turn.CREATED else f"{incident.title}: {incident.state.value}",
        text=incident.updates[-1].body if incident.updates else incident.title,
        occurred_at=now,
        data={"incident": _incident(incident), **_where(incident)},
    )


def release_created(release: Release, now: datetime) -> Message:
    """Return the message that something was deployed."""
    whole = " ".join(part for part in (release.name, release.version) if part)
    where = f" to {release.environment}" if release.environment else ""
    return Message(
        id=new_id("notification", now),
        event=AlertEvent.RELEASE_CREATED,
        title=f"Release {whole}",
        text=release.description or f"{whole} is being released{where}.",
        occurred_at=now,
        data={"release": _release(release), **_where(release)},
    )


def _where(thing: Incident | Release) -> JsonObject:
    return {"organization": {"id": thing.organization_id}, "project": {"id": thing.project_id}}


def _incident(incident: Incident) -> JsonObject:
    updates: list[JsonValue] = [_update(each) for each in incident.updates]
    return {
        "id": incident.id,
        "title": incident.title,
        "state": incident.state.value,
        "severity": incident.severity.value,
        "impact": incident.impact.value,
        "affected_components": list(incident.affected_components),
        "status_page_id": incident.status_page_id,
        "check_ids": list(incident.check_ids),
        "alert_ids": list(incident.alert_ids),
        "updates": updates,
        "started_at": incident.started_at.isoformat(),
        "resolved_at": _shown(incident.resolved_at),
        "postmortem_url": incident.postmortem_url,
        "created_at": incident.created_at.isoformat(),
    }


def _update(update: IncidentUpdate) -> JsonObject:
    return {"state": update.state.value, "body": update.body, "posted_at": update.posted_at.isoformat()}


def _release(release: Release) -> JsonObject:
    return {
        "id": release.id,
        "name": release.name,
        "version": release.version,
        "environment": release.environment,
        "rollout_percent": release.rollout_percent,
        "started_at": release.started_at.isoformat(),
        "finished_at": _shown(release.finished_at),
        "commit_sha": release.commit_sha,
        "commit_url": release.commit_url,
        "description": release.description,
        "tags": list(release.tags),
        "created_at": release.created_at.isoformat(),
    }


def _shown(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
