"""``/v0/incidents``: incidents as clients of brily write and read them."""

from pydantic import BaseModel, Field

from outrider_api.http.bodies import JsonBody, OptionalJsonBody
from outrider_api.http.documented import accepts
from outrider_api.http.etags import Changing, Reading
from outrider_api.http.routing import Routes
from outrider_api.http.security import IncidentReader, IncidentWriter
from outrider_api.http.services import Ask
from outrider_api.http.wire.check_ids import IncidentId
from outrider_api.http.wire.fixed_fields import without_fixed
from outrider_api.http.wire.incidents import (
    BrilyIncidentBody,
    BrilyIncidentChanges,
    PostedBody,
    Since,
    StateFilter,
    Until,
    state_filter,
)
from outrider_engine.domain.alert_policies import Severity
from outrider_engine.domain.incidents import Impact, Incident, IncidentState
from outrider_engine.ports.incident_repository import IncidentQuery
from outrider_engine.services.validation import validated

from .documented import PROBLEMS
from .errors import PREFIX
from .monitors import SecondMoment
from .paging import AskedPage, Page

router = Routes(prefix=f"{PREFIX}incidents", tags=["brily"], responses=PROBLEMS)


class BrilyUpdate(BaseModel):
    """What was told at one time."""

    state: IncidentState
    body: str
    posted_at: SecondMoment


class BrilyIncident(BaseModel):
    """An incident with everything that was told of it."""

    id: str
    title: str
    state: IncidentState
    severity: Severity
    impact: Impact
    affected_components: list[str]
    status_page_id: str | None
    updates: list[BrilyUpdate] = Field(description="Oldest first.")
    started_at: SecondMoment
    resolved_at: SecondMoment | None
    postmortem_url: str | None
    check_ids: list[str]
    alert_ids: list[str]
    project_id: str
    created_at: SecondMoment

    @classmethod
    def of(cls, incident: Incident) -> "BrilyIncident":
        """Show an incident."""
        return cls(
            id=incident.id,
            title=incident.title,
            state=incident.state,
            severity=incident.severity,
            impact=incident.impact,
            affected_components=list(incident.affected_components),
            status_page_id=incident.status_page_id,
            updates=[BrilyUpdate(state=one.state, body=one.body, posted_at=one.posted_at) for one in incident.updates],
            started_at=incident.started_at,
            resolved_at=incident.resolved_at,
            postmortem_url=incident.postmortem_url,
            check_ids=list(incident.check_ids),
            alert_ids=list(incident.alert_ids),
            project_id=incident.project_id,
            created_at=incident.created_at,
        )


@router.get("", operation_id="brilyListIncidents")
def list_incidents(  # noqa: PLR0917 - FastAPI calls it by name
    key: IncidentReader,
    services: Ask,
    paging: AskedPage,
    state: StateFilter = None,
    severity: Severity | None = None,
    status_page_id: str | None = None,
    since: Since = None,
    until: Until = None,
) -> Page[BrilyIncident]:
    """List incidents, newest first."""
    only, is_open = state_filter(state)
    query = IncidentQuery(
        state=only,
        is_open=is_open,
        severity=severity,
        status_page_id=status_page_id,
        since=since,
        until=until,
        before=paging.cursor,
        limit=paging.limit,
    )
    found, more = services.incidents.list(key.organization_id, query)
    return paging.page([BrilyIncident.of(each) for each in found], [each.id for each in found], more=more)


@router.post("", status_code=201, operation_id="brilyCreateIncident", openapi_extra=accepts("BrilyIncidentBody"))
def create_incident(key: IncidentWriter, services: Ask, body: JsonBody) -> BrilyIncident:
    """Open an incident by hand."""
    given = validated(BrilyIncidentBody, body)
    return BrilyIncident.of(services.incidents.create(key.organization_id, given.fields(), given.first_update()))


@router.get("/{id}", operation_id="brilyGetIncident")
def get_incident(id: IncidentId, key: IncidentReader, services: Ask, seen: Reading) -> BrilyIncident:
    """Return an incident."""
    return seen(BrilyIncident.of(services.incidents.get(key.organization_id, id)))


@router.patch("/{id}", operation_id="brilyUpdateIncident", openapi_extra=accepts("BrilyIncidentChanges"))
def update_incident(
    id: IncidentId, key: IncidentWriter, services: Ask, body: JsonBody, match: Changing
) -> BrilyIncident:
    """Change the fields that are sent; lists are replaced, not merged."""
    shown = BrilyIncident.of(services.incidents.get(key.organization_id, id))
    given = validated(BrilyIncidentChanges, without_fixed(body, shown, BrilyIncidentChanges))
    expecting = match.on(BrilyIncident.of)
    changed = services.incidents.update(key.organization_id, id, given.fields(), expecting=expecting)
    return match.changed(BrilyIncident.of(changed))


@router.post("/{id}/updates", status_code=201, operation_id="brilyPostUpdate", openapi_extra=accepts("PostedBody"))
def post_update(id: IncidentId, key: IncidentWriter, services: Ask, body: OptionalJsonBody) -> BrilyIncident:
    """Tell what is known by now; the incident takes the state of the update."""
    services.incidents.get(key.organization_id, id)
    given = validated(PostedBody, body)
    return BrilyIncident.of(services.incidents.post(key.organization_id, id, given.state, given.body))
