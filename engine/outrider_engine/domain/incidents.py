"""Incidents: the story of a trouble as it is told to people, update by update."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from .alert_policies import Severity
from .alerts import Alert
from .ids import project_of


class IncidentState(StrEnum):
    """How far a trouble is understood and mended; only the last one is an end."""

    INVESTIGATING = "investigating"
    IDENTIFIED = "identified"
    MONITORING = "monitoring"
    RESOLVED = "resolved"


class Impact(StrEnum):
    """How much of the service is affected, from nothing to all of it."""

    NONE = "none"
    MINOR = "minor"
    PARTIAL = "partial"
    MAJOR = "major"
    CRITICAL = "critical"


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentUpdate:
    """What was told at one time. Updates are added, never changed."""

    state: IncidentState
    body: str
    posted_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """A trouble, written by a person or opened by the alert of a check.

    Attributes:
        affected_components: what people call the parts that suffer.
        check_ids, alert_ids: what it is about.
        updates: oldest first.
        alerting_check_id: the check whose alert opened it, and with whose last alert it closes by itself; ``None`` for
            one that a person wrote.
        resolved_at: ``None`` while it is open.
        project_id: the organization's default project when it is left out.
    """

    id: str
    organization_id: str
    title: str
    state: IncidentState
    severity: Severity
    impact: Impact
    affected_components: tuple[str, ...] = ()
    status_page_id: str | None = None
    check_ids: tuple[str, ...] = ()
    alert_ids: tuple[str, ...] = ()
    updates: tuple[IncidentUpdate, ...] = ()
    alerting_check_id: str | None = None
    started_at: datetime
    resolved_at: datetime | None = None
    postmortem_url: str | None = None
    created_at: datetime
    project_id: str = ""

    def __post_init__(self) -> None:
        if not self.project_id:
            object.__setattr__(self, "project_id", project_of(self.organization_id))

    @property
    def is_open(self) -> bool:
        """Whether it is not resolved."""
        return self.state is not IncidentState.RESOLVED


class Turn(StrEnum):
    """What became of an incident, as it is told."""

    CREATED = "created"
    UPDATED = "updated"
    RESOLVED = "resolved"


_IMPACTS = {Severity.P1: Impact.MAJOR, Severity.P2: Impact.PARTIAL, Severity.P3: Impact.MINOR}


def moved(incident: Incident, state: IncidentState, now: datetime) -> Incident:
    """Return an incident in another state; whatever is said of a resolved one but that it is resolved reopens it."""
    if state is not IncidentState.RESOLVED:
        return replace(incident, state=state, resolved_at=None)
    return replace(incident, state=state, resolved_at=incident.resolved_at or now)


def continued(incident: Incident, state: IncidentState, body: str, now: datetime) -> Incident:
    """Return an incident with one more update, in the state that this says."""
    update = IncidentUpdate(state=state, body=body, posted_at=now)
    return replace(moved(incident, state, now), updates=(*incident.updates, update))


def turn_of(before: Incident, after: Incident) -> Turn:
    """Return how a change of an incident is told."""
    return Turn.RESOLVED if before.is_open and not after.is_open else Turn.UPDATED


def opened_by(alert: Alert, id: str, title: str, *, project_id: str = "") -> Incident:
    """Return the incident that an alert opens, in the project of its check."""
    severity = severity_of(alert)
    return Incident(
        id=id,
        organization_id=alert.organization_id,
        title=title,
        state=IncidentState.INVESTIGATING,
        severity=severity,
        impact=_IMPACTS[severity],
        check_ids=(alert.check_id,),
        alert_ids=(alert.id,),
        updates=(IncidentUpdate(state=IncidentState.INVESTIGATING, body=alert.message, posted_at=alert.triggered_at),),
        alerting_check_id=alert.check_id,
        started_at=alert.triggered_at,
        created_at=alert.triggered_at,
        project_id=project_id,
    )


def severity_of(alert: Alert) -> Severity:
    """Return how grave an alert is; the middle one when nobody said."""
    return Severity(alert.severity) if alert.severity is not None else Severity.P2


def joined_by(incident: Incident, alert: Alert) -> Incident:
    """Return an open incident that one more alert of its check has joined; it is as grave as the gravest of them."""
    graver = severity_of(alert) < incident.severity
    return replace(
        incident,
        alert_ids=(*incident.alert_ids, alert.id),
        severity=severity_of(alert) if graver else incident.severity,
        impact=_IMPACTS[severity_of(alert)] if graver else incident.impact,
    )
