"""Incidents in the database."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, delete, insert, select, update

from outrider_engine.domain.alert_policies import Severity
from outrider_engine.domain.events import EventType
from outrider_engine.domain.incidents import Impact, Incident, IncidentState, IncidentUpdate
from outrider_engine.ports.incident_repository import IncidentQuery

from .narrowing import in_project
from .schema import (
    ALERTED_OPEN,
    alerts,
    checks,
    incident_alerts,
    incident_checks,
    incident_updates,
    incidents,
    where,
)
from .session import Session


class SqlIncidents:
    """Implements ``IncidentRepository``."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, incident: Incident) -> bool:
        """Store a new incident; ``False`` when an alert opens it and its check has one that is open already."""
        new = self._session.insert(incidents).values(**_values(incident)).on_conflict_do_nothing()
        if not self._session.inserts(new):
            return False
        self._add_updates(incident, incident.updates)
        self._link_checks(incident, incident.check_ids)
        self._link_alerts(incident, incident.alert_ids)
        self._note(EventType.INCIDENT_CREATED, incident)
        return True

    def get(self, organization_id: str, id: str) -> Incident | None:
        """Return an incident."""
        return self._one(self._mine(organization_id, id))

    def lock(self, organization_id: str, id: str) -> Incident | None:
        """Return an incident that nobody else changes before this transaction ends."""
        return self._one(self._session.locked(self._mine(organization_id, id)))

    def lock_open_of_check(self, check_id: str) -> Incident | None:
        """Return the open incident that alerts of a check opened, locked likewise."""
        wanted = select(incidents).where(where(ALERTED_OPEN), incidents.c.alerting_check_id == check_id)
        return self._one(self._session.locked(wanted))

    def replace(self, before: Incident, after: Incident) -> None:
        """Store what has changed of a locked incident; updates are only added.

        Raises:
            Conflict: it is reopened, and its check has another one that is open.
        """
        was, now = _values(before), _values(after)
        changed = {name: value for name, value in now.items() if value != was[name]}
        if changed:
            self._session.run(update(incidents).where(incidents.c.id == after.id).values(**changed))
        self._add_updates(after, after.updates[len(before.updates) :], start=len(before.updates))
        if after.check_ids != before.check_ids or after.started_at != before.started_at:
            self._session.run(delete(incident_checks).where(incident_checks.c.incident_id == after.id))
            self._link_checks(after, after.check_ids)
        self._unlink_alerts(after, set(before.alert_ids) - set(after.alert_ids))
        self._link_alerts(after, [id for id in after.alert_ids if id not in before.alert_ids])
        is_over = before.is_open and not after.is_open
        self._note(EventType.INCIDENT_RESOLVED if is_over else EventType.INCIDENT_UPDATED, after)

    def delete(self, organization_id: str, id: str) -> bool:
        """Delete an incident; ``False`` when there was none."""
        found = self.lock(organization_id, id)
        if found is None:
            return False
        self._unlink_alerts(found, found.alert_ids)
        return self._session.changes(delete(incidents).where(incidents.c.id == id)) == 1

    def list(self, organization_id: str, query: IncidentQuery) -> Sequence[Incident]:
        """Return some incidents, newest first."""
        within = in_project(self._session, incidents.c.project_id, query.project_id)
        wanted = select(incidents).where(incidents.c.organization_id == organization_id, *within)
        position = incidents.c.id
        if query.check_id is not None:
            wanted = wanted.join(incident_checks, incident_checks.c.incident_id == incidents.c.id)
            wanted = wanted.where(incident_checks.c.check_id == query.check_id)
            position = incident_checks.c.incident_id
        if query.before is not None:
            wanted = wanted.where(position < query.before)
        if query.is_open:
            wanted = wanted.where(incidents.c.resolved_at.is_(None))
        for column in ("state", "severity", "status_page_id"):
            if (value := getattr(query, column)) is not None:
                wanted = wanted.where(incidents.c[column] == value)
        if query.since is not None:
            wanted = wanted.where(incidents.c.started_at >= query.since)
        if query.until is not None:
            wanted = wanted.where(incidents.c.started_at <= query.until)
        return self._complete(self._session.all(wanted.order_by(position.desc()).limit(query.limit)))

    def started(self, organization_id: str, check_id: str, *, since: datetime, until: datetime) -> Sequence[datetime]:
        """Return when incidents about a check started, from a time on and before another."""
        wanted = select(incident_checks.c.started_at).where(
            incident_checks.c.organization_id == organization_id,
            incident_checks.c.check_id == check_id,
            incident_checks.c.started_at >= since,
            incident_checks.c.started_at < until,
        )
        return [row.started_at for row in self._session.all(wanted)]

    def newest_of_checks(self, check_ids: Collection[str]) -> Mapping[str, str]:
        """Return the id of the newest incident about each check that had one: one look at the index for each."""
        if not check_ids:
            return {}
        about = incident_checks.alias()
        newest = select(about.c.incident_id).where(about.c.check_id == checks.c.id).order_by(about.c.incident_id.desc())
        if within := in_project(self._session, incidents.c.project_id):  # a check may have moved here since
            newest = newest.where(select(incidents.c.id).where(incidents.c.id == about.c.incident_id, *within).exists())
        wanted = select(checks.c.id, newest.limit(1).scalar_subquery().label("newest"))
        rows = self._session.all(wanted.where(checks.c.id.in_(check_ids)))
        return {row.id: row.newest for row in rows if row.newest is not None}

    def _mine(self, organization_id: str, id: str) -> Select[Any]:
        within = in_project(self._session, incidents.c.project_id)
        return select(incidents).where(incidents.c.organization_id == organization_id, incidents.c.id == id, *within)

    def _one(self, query: Select[Any]) -> Incident | None:
        found = self._complete(self._session.all(query))
        return found[0] if found else None

    def _complete(self, rows: Sequence[Row[Any]]) -> Sequence[Incident]:
        """Return incidents with their updates and what they are about, which three more queries bring."""
        ids = [row.id for row in rows]
        if not ids:
            return []
        told: dict[str, list[IncidentUpdate]] = {id: [] for id in ids}
        of_these = select(incident_updates).where(incident_updates.c.incident_id.in_(ids))
        for row in self._session.all(of_these.order_by(incident_updates.c.incident_id, incident_updates.c.position)):
            told[row.incident_id].append(
                IncidentUpdate(state=IncidentState(row.state), body=row.body, posted_at=row.posted_at)
            )
        about = {table: self._linked(table, name, ids) for table, name in _LINKS}
        return [
            _incident_of(row, tuple(told[row.id]), about[incident_checks][row.id], about[incident_alerts][row.id])
            for row in rows
        ]

    def _linked(self, table: Any, name: str, ids: Collection[str]) -> dict[str, tuple[str, ...]]:
        found: dict[str, list[str]] = {id: [] for id in ids}
        wanted = select(table.c.incident_id, table.c[name].label("linked")).where(table.c.incident_id.in_(ids))
        for row in self._session.all(wanted.order_by(table.c.incident_id, table.c[name])):
            found[row.incident_id].append(row.linked)
        return {id: tuple(linked) for id, linked in found.items()}

    def _add_updates(self, incident: Incident, new: Sequence[IncidentUpdate], start: int = 0) -> None:
        rows = [
            {
                "organization_id": incident.organization_id,
                "incident_id": incident.id,
                "position": position,
                "state": each.state.value,
                "body": each.body,
                "posted_at": each.posted_at,
            }
            for position, each in enumerate(new, start)
        ]
        if rows:
            self._session.run(insert(incident_updates), rows)

    def _note(self, type: EventType, incident: Incident) -> None:
        self._session.note(
            incident.organization_id,
            type,
            incident_id=incident.id,
            check_id=incident.alerting_check_id,
            check_ids=list(incident.check_ids),
            status=incident.state.value,
            severity=incident.severity.value,
            title=incident.title,
            project_id=incident.project_id,
        )

    def _link_checks(self, incident: Incident, ids: Iterable[str]) -> None:
        owned = {"organization_id": incident.organization_id, "incident_id": incident.id}
        rows = [{**owned, "check_id": id, "started_at": incident.started_at} for id in ids]
        if rows:
            self._session.run(insert(incident_checks), rows)

    def _link_alerts(self, incident: Incident, ids: Sequence[str]) -> None:
        """Link alerts; those that belong to no incident yet show this one."""
        owned = {"organization_id": incident.organization_id, "incident_id": incident.id}
        if not ids:
            return
        self._session.run(insert(incident_alerts), [{**owned, "alert_id": id} for id in ids])
        free = (alerts.c.id.in_(ids), alerts.c.incident_id.is_(None))
        self._session.run(update(alerts).where(*free).values(incident_id=incident.id))

    def _unlink_alerts(self, incident: Incident, ids: Collection[str]) -> None:
        if not ids:
            return
        linked = (incident_alerts.c.incident_id == incident.id, incident_alerts.c.alert_id.in_(ids))
        self._session.run(delete(incident_alerts).where(*linked))
        shown = (alerts.c.id.in_(ids), alerts.c.incident_id == incident.id)
        self._session.run(update(alerts).where(*shown).values(incident_id=None))


_LINKS = ((incident_checks, "check_id"), (incident_alerts, "alert_id"))


def _values(incident: Incident) -> dict[str, Any]:
    return {
        "id": incident.id,
        "organization_id": incident.organization_id,
        "title": incident.title,
        "state": incident.state.value,
        "severity": incident.severity.value,
        "impact": incident.impact.value,
        "affected_components": list(incident.affected_components),
        "status_page_id": incident.status_page_id,
        "alerting_check_id": incident.alerting_check_id,
        "started_at": incident.started_at,
        "resolved_at": incident.resolved_at,
        "postmortem_url": incident.postmortem_url,
        "created_at": incident.created_at,
        "project_id": incident.project_id,
    }


def _incident_of(
    row: Row[Any], updates: tuple[IncidentUpdate, ...], check_ids: tuple[str, ...], alert_ids: tuple[str, ...]
) -> Incident:
    return Incident(
        id=row.id,
        organization_id=row.organization_id,
        title=row.title,
        state=IncidentState(row.state),
        severity=Severity(row.severity),
        impact=Impact(row.impact),
        affected_components=tuple(row.affected_components),
        status_page_id=row.status_page_id,
        check_ids=check_ids,
        alert_ids=alert_ids,
        updates=updates,
        alerting_check_id=row.alerting_check_id,
        started_at=row.started_at,
        resolved_at=row.resolved_at,
        postmortem_url=row.postmortem_url,
        created_at=row.created_at,
        project_id=row.project_id,
    )
