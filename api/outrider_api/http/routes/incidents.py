"""``/api/v1/incidents``: what people are told of a trouble, update by update."""

from typing import Annotated

from fastapi import Depends, Query

from outrider_api.http.answers import Answer, Done, Timeline
from outrider_api.http.bodies import JsonBody, OptionalJsonBody
from outrider_api.http.documented import ERRORS, accepts
from outrider_api.http.etags import Changing, Reading
from outrider_api.http.routing import Routes
from outrider_api.http.security import IncidentReader, IncidentWriter
from outrider_api.http.services import Ask
from outrider_api.http.wire.check_ids import IncidentId
from outrider_api.http.wire.cursors import Stretch, stretch_of
from outrider_api.http.wire.fixed_fields import without_fixed
from outrider_api.http.wire.incidents import (
    IncidentBody,
    IncidentChanges,
    IncidentOut,
    PostedBody,
    Since,
    StateFilter,
    Until,
    state_filter,
)
from outrider_api.http.wire.listing import InProject
from outrider_engine.domain.alert_policies import Severity
from outrider_engine.ports.incident_repository import IncidentQuery
from outrider_engine.services.validation import validated

router = Routes(prefix="/api/v1/incidents", tags=["Incidents"], responses=ERRORS)

_Check = Annotated[str | None, Query(description="Only incidents about this monitor, API monitor or journey.")]


@router.get("", operation_id="listIncidents")
def list_incidents(  # noqa: PLR0917 - FastAPI calls it by name
    key: IncidentReader,
    services: Ask,
    stretch: Annotated[Stretch, Depends(stretch_of("incident"))],
    state: StateFilter = None,
    severity: Severity | None = None,
    check_id: _Check = None,
    project_id: InProject = None,
    status_page_id: str | None = None,
    since: Since = None,
    until: Until = None,
) -> Timeline[IncidentOut]:
    """List incidents, newest first."""
    only, is_open = state_filter(state)
    query = IncidentQuery(
        state=only,
        is_open=is_open,
        severity=severity,
        status_page_id=status_page_id,
        check_id=check_id,
        project_id=project_id,
        since=since,
        until=until,
        before=stretch.cursor,
        limit=stretch.size,
    )
    found, more = services.incidents.list(key.organization_id, query)
    return stretch.timeline([IncidentOut.of(each) for each in found], [each.id for each in found], more=more)


@router.post("", status_code=201, operation_id="createIncident", openapi_extra=accepts("IncidentBody"))
def create_incident(key: IncidentWriter, services: Ask, body: JsonBody) -> Answer[IncidentOut]:
    """Open an incident by hand, and tell the channels that subscribed to incidents."""
    given = validated(IncidentBody, body)
    made = services.incidents.create(key.organization_id, given.fields(), given.first_update())
    return Answer(data=IncidentOut.of(made))


@router.get("/{id}", operation_id="getIncident")
def get_incident(id: IncidentId, key: IncidentReader, services: Ask, seen: Reading) -> Answer[IncidentOut]:
    """Return an incident with everything that was told of it."""
    return Answer(data=seen(IncidentOut.of(services.incidents.get(key.organization_id, id))))


@router.put("/{id}", operation_id="updateIncident", openapi_extra=accepts("IncidentChanges"))
def update_incident(
    id: IncidentId, key: IncidentWriter, services: Ask, body: JsonBody, match: Changing
) -> Answer[IncidentOut]:
    """Change some fields of an incident; what was told of it stays."""
    shown = IncidentOut.of(services.incidents.get(key.organization_id, id))
    given = validated(IncidentChanges, without_fixed(body, shown, IncidentChanges))
    expecting = match.on(IncidentOut.of)
    changed = services.incidents.update(key.organization_id, id, given.fields(), expecting=expecting)
    return Answer(data=match.changed(IncidentOut.of(changed)))


@router.patch("/{id}", operation_id="patchIncident", openapi_extra=accepts("IncidentChanges"))
def patch_incident(
    id: IncidentId, key: IncidentWriter, services: Ask, body: JsonBody, match: Changing
) -> Answer[IncidentOut]:
    """Change some fields of an incident, as PUT does."""
    return update_incident(id, key, services, body, match)


@router.post("/{id}/updates", status_code=201, operation_id="updateOfIncident", openapi_extra=accepts("PostedBody"))
def post_update(id: IncidentId, key: IncidentWriter, services: Ask, body: OptionalJsonBody) -> Answer[IncidentOut]:
    """Tell what is known by now; the incident takes the state of the update."""
    services.incidents.get(key.organization_id, id)
    given = validated(PostedBody, body)
    return Answer(data=IncidentOut.of(services.incidents.post(key.organization_id, id, given.state, given.body)))


@router.delete("/{id}", operation_id="deleteIncident")
def delete_incident(id: IncidentId, key: IncidentWriter, services: Ask, match: Changing) -> Answer[Done]:
    """Delete an incident and everything that was told of it; not one that an alert holds open."""
    services.incidents.delete(key.organization_id, id, expecting=match.on(IncidentOut.of))
    return Answer(data=Done(id=id))
