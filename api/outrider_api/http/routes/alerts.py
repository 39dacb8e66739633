"""``/api/v1/alerts``: what is broken, and what was."""

from typing import Annotated

from fastapi import APIRouter, Query

from outrider_api.http.answers import Answer, Listing, Paging
from outrider_api.http.documented import ERRORS
from outrider_api.http.security import AlertReader, AlertWriter
from outrider_api.http.services import Ask
from outrider_api.http.wire.alerting import AlertOut
from outrider_engine.domain.alerts import AlertStatus
from outrider_engine.ports.alert_repository import PageQuery

router = APIRouter(prefix="/api/v1/alerts", tags=["Alerts"], responses=ERRORS)

_Resource = Annotated[str | None, Query(description="Only alerts of this monitor or journey.")]


@router.get("", operation_id="listAlerts")
def list_alerts(
    key: AlertReader,
    services: Ask,
    paging: Paging,
    status: AlertStatus | None = None,
    resource_id: _Resource = None,
) -> Listing[AlertOut]:
    """List alerts, newest first."""
    query = PageQuery(page=paging.page, per_page=paging.per_page)
    alerts, total = services.alerts.list(key.organization_id, query, status=status, check_id=resource_id)
    return paging.listing([AlertOut.of(alert) for alert in alerts], total)


@router.get("/{id}", operation_id="getAlert")
def get_alert(id: str, key: AlertReader, services: Ask) -> Answer[AlertOut]:
    """Return an alert."""
    return Answer(data=AlertOut.of(services.alerts.get(key.organization_id, id)))


@router.post("/{id}/resolve", operation_id="resolveAlert")
def resolve_alert(id: str, key: AlertWriter, services: Ask) -> Answer[AlertOut]:
    """Resolve an alert by hand and tell its channels; resolving it again changes nothing."""
    return Answer(data=AlertOut.of(services.alerts.resolve(key.organization_id, id)))
