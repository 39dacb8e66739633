"""Incidents as people write, read and continue them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, TypedDict

from outrider_engine.domain.alert_policies import Severity
from outrider_engine.domain.audit import Action
from outrider_engine.domain.ids import new_id
from outrider_engine.domain.incidents import Impact, Incident, IncidentState, Turn, continued, moved, turn_of
from outrider_engine.errors import Conflict, InvalidInput, NotFound
from outrider_engine.ports.hints import Hints
from outrider_engine.ports.incident_repository import IncidentQuery
from outrider_engine.ports.storage import Storage, Transaction
from outrider_engine.ports.told import Told

from .auditing import record
from .changes import Changes
from .expecting import Expecting, anything
from .finishing import announce
from .incident_messages import note_turn
from .projects import chosen_project
from .texts import checked_text, checked_texts, checked_url

LONGEST_TITLE = 200
LONGEST_BODY = 10_000
MOST_PARTS = 50
MOST_UPDATES = 1000
CLOCKS_DIFFER = timedelta(minutes=1)
"""How far ahead of ours a clock may be that says when an incident started."""


class IncidentFields(TypedDict, total=False):
    """What is set or changed of an incident; what is absent keeps its value, or has its default."""

    title: str
    state: IncidentState
    severity: Severity
    impact: Impact
    affected_components: Sequence[str]
    status_page_id: str | None
    check_ids: Sequence[str]
    alert_ids: Sequence[str]
    started_at: datetime
    postmortem_url: str | None
    project_id: str


class IncidentService:
    """Incidents of one organization."""

    def __init__(self, *, storage: Storage, hints: Hints, told: Told) -> None:
        self._storage = storage
        self._hints = hints
        self._told = told

    def create(
        self, organization_id: str, fields: IncidentFields, update: tuple[IncidentState, str] | None = None
    ) -> Incident:
        """Store an incident that a person writes, with its first update if there is one.

        Raises:
            InvalidInput: a field is wrong, or a check or an alert does not exist or is of another project.
        """
        if "title" not in fields:
            raise InvalidInput("is required", field="title")
        changes = Changes()
        with self._storage.begin() as tx:
            blank = Incident(
                id=new_id("incident", tx.now),
                organization_id=organization_id,
                title="",
                state=IncidentState.INVESTIGATING,
                severity=Severity.P2,
                impact=Impact.PARTIAL,
                started_at=tx.now,
                created_at=tx.now,
                project_id=_home(tx, organization_id, fields),
            )
            incident = _with(tx, blank, fields)
            if update is not None:
                state, body = update
                incident = continued(incident, state, _body(body, "initial_update.body"), tx.now)
            tx.incidents.add(incident)
            record(tx, organization_id, Action.CREATED, "incident", incident.id, after=incident)
            note_turn(tx, Turn.CREATED, incident, changes)
            tx.outbox.add(changes.notifications)
        announce(changes, hints=self._hints, told=self._told)
        return incident

    def update(
        self, organization_id: str, id: str, fields: IncidentFields, *, expecting: Expecting[Incident] = anything
    ) -> Incident:
        """Change some fields of an incident, and tell of it.

        Raises:
            NotFound: there is no such incident.
            PreconditionFailed: it is not what the caller expects.
            InvalidInput: a field is wrong; nothing is changed.
            Conflict: it would be open again beside another one of its check.
        """
        return self._changed(organization_id, id, fields=fields, expecting=expecting)

    def post(self, organization_id: str, id: str, state: IncidentState, body: str) -> Incident:
        """Add an update to an incident, whose state it moves; one to a resolved incident may open it again.

        Raises:
            NotFound: there is no such incident.
            InvalidInput: the text is empty or too long.
            Conflict: it has too many updates, or would be open again beside another one of its check.
        """
        return self._changed(organization_id, id, update=(state, _body(body, "body")))

    def _changed(
        self,
        organization_id: str,
        id: str,
        *,
        fields: IncidentFields | None = None,
        update: tuple[IncidentState, str] | None = None,
        expecting: Expecting[Incident] = anything,
    ) -> Incident:
        changes = Changes()
        with self._storage.begin() as tx:
            before = tx.incidents.lock(organization_id, id)
            if before is None:
                raise NotFound("incident", id)
            expecting(before)
            after = _with(tx, before, fields or {})
            if update is not None:
                if len(before.updates) >= MOST_UPDATES:
                    raise Conflict(f"the incident has {MOST_UPDATES} updates already; open another one")
                after = continued(after, *update, tx.now)
            if after == before:
                return before
            _refuse_second_open(tx, before, after)
            tx.incidents.replace(before, after)
            record(tx, organization_id, Action.UPDATED, "incident", id, before=before, after=after)
            note_turn(tx, turn_of(before, after), after, changes)
            tx.outbox.add(changes.notifications)
        announce(changes, hints=self._hints, told=self._told)
        return after

    def get(self, organization_id: str, id: str) -> Incident:
        """Return an incident.

        Raises:
            NotFound: there is none of that id.
        """
        with self._storage.read() as tx:
            incident = tx.incidents.get(organization_id, id)
        if incident is None:
            raise NotFound("incident", id)
        return incident

    def list(self, organization_id: str, query: IncidentQuery) -> tuple[Sequence[Incident], bool]:
        """Return some incidents, newest first, and whether there are more."""
        with self._storage.read() as tx:
            found = tx.incidents.list(organization_id, replace(query, limit=query.limit + 1))
        return found[: query.limit], len(found) > query.limit

    def delete(self, organization_id: str, id: str, *, expecting: Expecting[Incident] = anything) -> None:
        """Delete an incident with its updates; nobody is told.

        Raises:
            NotFound: there is none of that id.
            PreconditionFailed: it is not what the caller expects.
            Conflict: an alert opened it and it is not resolved.
        """
        with self._storage.begin() as tx:
            incident = tx.incidents.lock(organization_id, id)
            if incident is None:
                raise NotFound("incident", id)
            expecting(incident)
            if incident.is_open and incident.alerting_check_id is not None:
                raise Conflict("an alert opened this incident and it is not resolved; resolve it first")
            tx.incidents.delete(organization_id, id)
            record(tx, organization_id, Action.DELETED, "incident", id, before=incident)


def _with(tx: Transaction, incident: Incident, fields: IncidentFields) -> Incident:
    """Return an incident with changed fields.

    Raises:
        InvalidInput: a field is wrong.
    """
    changed: dict[str, Any] = {name: fields[name] for name in ("severity", "impact") if name in fields}
    if "title" in fields:
        changed["title"] = checked_text(fields["title"], "title", LONGEST_TITLE)
    if "affected_components" in fields:
        changed["affected_components"] = checked_texts(fields["affected_components"], "affected_components", MOST_PARTS)
    if "status_page_id" in fields:
        page = fields["status_page_id"]
        changed["status_page_id"] = None if page is None else checked_text(page, "status_page_id", LONGEST_TITLE)
    if "postmortem_url" in fields:
        changed["postmortem_url"] = checked_url(fields["postmortem_url"], "postmortem_url")
    changed |= _what_it_is_about(tx, incident, fields)
    if "started_at" in fields:
        changed["started_at"] = _past(fields["started_at"], incident, tx.now)
    changed_incident = replace(incident, **changed)
    return moved(changed_incident, fields["state"], tx.now) if "state" in fields else changed_incident


def _what_it_is_about(tx: Transaction, incident: Incident, fields: IncidentFields) -> dict[str, Any]:
    """Return the project, checks and alerts of an incident as they are changed; all must be of one project.

    What it was about already may be gone meanwhile, unless the incident moves to another project.

    Raises:
        InvalidInput: one of them does not exist, or belongs to another project.
    """
    organization_id, project_id = incident.organization_id, incident.project_id
    if "project_id" in fields:
        project_id = chosen_project(tx, organization_id, fields["project_id"])
    moves = project_id != incident.project_id
    changed: dict[str, Any] = {"project_id": project_id}
    if moves or "check_ids" in fields:
        asked = checked_texts(fields.get("check_ids", incident.check_ids), "check_ids", MOST_PARTS)
        fresh = [id for id in asked if moves or id not in incident.check_ids]
        _refuse_others(fresh, tx.checks.projects_of(organization_id, fresh), project_id, "check_ids", asked)
        changed["check_ids"] = tuple(sorted(asked))
    if moves or "alert_ids" in fields:
        asked = checked_texts(fields.get("alert_ids", incident.alert_ids), "alert_ids", MOST_PARTS)
        _refuse_others(asked, tx.alerts.projects_of(organization_id, asked), project_id, "alert_ids", asked)
        changed["alert_ids"] = tuple(sorted(asked))
    return changed


def _home(tx: Transaction, organization_id: str, fields: IncidentFields) -> str:
    """Return the project of a new incident: as it says, else that of the first check or alert that it is about."""
    check_ids, alert_ids = fields.get("check_ids", ()), fields.get("alert_ids", ())
    known = {**tx.checks.projects_of(organization_id, check_ids), **tx.alerts.projects_of(organization_id, alert_ids)}
    there = next((known[id] for id in (*check_ids, *alert_ids) if id in known), None)
    return chosen_project(tx, organization_id, fields.get("project_id", there))


def _past(moment: datetime, incident: Incident, now: datetime) -> datetime:
    if moment > now + CLOCKS_DIFFER:
        raise InvalidInput("is in the future", field="started_at")
    if incident.resolved_at is not None and moment > incident.resolved_at:
        raise InvalidInput("is after the incident was resolved", field="started_at")
    return moment


def _refuse_others(
    ids: Sequence[str], projects: Mapping[str, str], project_id: str, field: str, asked: Sequence[str]
) -> None:
    for id in ids:
        if projects.get(id) != project_id:
            problem = "belongs to another project than the incident" if id in projects else "does not exist"
            raise InvalidInput(problem, field=f"{field}[{asked.index(id)}]")


def _refuse_second_open(tx: Transaction, before: Incident, after: Incident) -> None:
    if before.is_open or not after.is_open or after.alerting_check_id is None:
        return
    other = tx.incidents.lock_open_of_check(after.alerting_check_id)
    if other is not None:
        raise Conflict(f"another incident of this check is open: {other.id}")


def _body(text: str, field: str) -> str:
    return checked_text(text, field, LONGEST_BODY)
