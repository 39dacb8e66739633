"""``/api/v1/alerts``: what is broken, and what was."""

from typing import Annotated

from fastapi import Query

from outrider_api.http.answers import Answer, Listing, Paging
from outrider_api.http.documented import ERRORS
from outrider_api.http.routing import Routes
from outrider_api.http.security import AlertReader, AlertWriter
from outrider_api.http.services import Ask
from outrider_api.http.wire.alerting import AlertOut
from outrider_api.http.wire.listing import InProject
from outrider_api.http.wire.moments import DAY_BEGINS, DAY_ENDS, Instant
from outrider_engine.domain.alerts import AlertStatus
from outrider_engine.ports.alert_repository import AlertQuery

router = Routes(prefix="/api/v1/alerts", tags=["Alerts"], responses=ERRORS)

_Resource = Annotated[str | None, Query(description="Only alerts of this monitor or journey.")]
_Rule = Annotated[str | None, Query(description="Only alerts of this rule.")]
_Since = Annotated[
    Instant | None, DAY_BEGINS, Query(alias="from", description="Only alerts that opened then or later.")
]
_Until = Annotated[Instant | None, DAY_ENDS, Query(alias="to", description="Only alerts that opened then or earlier.")]


@router.get("", operation_id="listAlerts")
def list_alerts(  # noqa: PLR0917 - FastAPI calls it by name
    key: AlertReader,
    services: Ask,
    paging: Paging,
    status: AlertStatus | None = None,
    resource_id: _Resource = None,
    rule_id: _Rule = None,
    project_id: InProject = None,
    since: _Since = None,
    until: _Until = None,
) -> Listing[AlertOut]:
    """List alerts, newest first."""
    query = AlertQuery(
        page=paging.page,
        per_page=paging.per_page,
        status=status,
        check_id=resource_id,
        rule_id=rule_id,
        project_id=project_id,
        since=since,
        until=until,
    )
    alerts, total = services.alerts.list(key.organization_id, query)
    return paging.listing([AlertOut.of(alert) for alert in alerts], total)


@router.get("/{id}", operation_id="getAlert")
def get_alert(id: str, key: AlertReader, services: Ask) -> Answer[AlertOut]:
    """Return an alert."""
    return Answer(data=AlertOut.of(services.alerts.get(key.organization_id, id)))


@router.post("/{id}/acknowledge", operation_id="acknowledgeAlert")
def acknowledge_alert(id: str, key: AlertWriter, services: Ask) -> Answer[AlertOut]:
    """Take an alert on: it stays unresolved, and nobody is reminded of it any more."""
    return Answer(data=AlertOut.of(services.alerts.acknowledge(key.organization_id, id, by=key.name)))


@router.post("/{id}/resolve", operation_id="resolveAlert")
def resolve_alert(id: str, key: AlertWriter, services: Ask) -> Answer[AlertOut]:
    """Resolve an alert by hand and tell its channels; resolving it again changes nothing."""
    return Answer(data=AlertOut.of(services.alerts.resolve(key.organization_id, id)))
