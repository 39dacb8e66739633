"""``/api/v1/audit-log``: who changed what."""

from typing import Annotated

from fastapi import Depends

from outrider_api.http.answers import Timeline
from outrider_api.http.documented import ERRORS
from outrider_api.http.routing import Routes
from outrider_api.http.security import OrganizationAdministrator
from outrider_api.http.services import Ask
from outrider_api.http.wire.audit import AuditEntryOut
from outrider_api.http.wire.cursors import Stretch, stretch_of

router = Routes(prefix="/api/v1/audit-log", tags=["Audit log"], responses=ERRORS)


@router.get("", operation_id="listAuditLog")
def list_entries(
    key: OrganizationAdministrator, services: Ask, stretch: Annotated[Stretch, Depends(stretch_of("audit"))]
) -> Timeline[AuditEntryOut]:
    """List changes, newest first, for owners and admins."""
    found, more = services.audit.list(key.organization_id, stretch.size, stretch.cursor)
    return stretch.timeline([AuditEntryOut.of(each) for each in found], [each.id for each in found], more=more)
