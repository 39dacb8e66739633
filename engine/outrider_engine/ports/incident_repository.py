"""Stored incidents."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from outrider_engine.domain.alert_policies import Severity
from outrider_engine.domain.incidents import Incident, IncidentState


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentQuery:
    """The incidents that meet all of these, newest first.

    Attributes:
        is_open: only those that are not resolved.
        since, until: bounds of when they started, included.
        before: id of the last incident of the previous page (keyset cursor).
    """

    state: IncidentState | None = None
    is_open: bool = False
    severity: Severity | None = None
    status_page_id: str | None = None
    check_id: str | None = None
    project_id: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    before: str | None = None
    limit: int = 20


class IncidentRepository(Protocol):
    """Incidents by organization; a check has at most one open incident that its alerts opened, by constraint."""

    def add(self, incident: Incident) -> bool:
        """Store a new incident; ``False`` when an alert opens it and its check has one that is open already."""

    def get(self, organization_id: str, id: str) -> Incident | None:
        """Return an incident."""

    def lock(self, organization_id: str, id: str) -> Incident | None:
        """Return an incident that nobody else changes before this transaction ends."""

    def lock_open_of_check(self, check_id: str) -> Incident | None:
        """Return the open incident that alerts of a check opened, locked likewise."""

    def replace(self, before: Incident, after: Incident) -> None:
        """Store what has changed of a locked incident; updates are only added.

        Raises:
            Conflict: it is reopened, and its check has another one that is open.
        """

    def delete(self, organization_id: str, id: str) -> bool:
        """Delete an incident; ``False`` when there was none."""

    def list(self, organization_id: str, query: IncidentQuery) -> Sequence[Incident]:
        """Return some incidents, newest first."""

    def started(self, organization_id: str, check_id: str, *, since: datetime, until: datetime) -> Sequence[datetime]:
        """Return when incidents about a check started, from a time on and before another."""

    def newest_of_checks(self, check_ids: Collection[str]) -> Mapping[str, str]:
        """Return the id of the newest incident about each check that had one."""
