"""``/api/v1/audit-log``: who changed what."""

from typing import Annotated

from fastapi import APIRouter, Query

from outrider_api.http.answers import DEFAULT_PAGE, LARGEST_PAGE, CursorMeta, Timeline
from outrider_api.http.documented import ERRORS
from outrider_api.http.security import KeyAdministrator
from outrider_api.http.services import Ask
from outrider_api.http.wire.audit import AuditEntryOut
from outrider_api.http.wire.cursors import Cursor, refuse_odd_cursor

router = APIRouter(prefix="/api/v1/audit-log", tags=["Audit log"], responses=ERRORS)

_Size = Annotated[int, Query(ge=1, le=LARGEST_PAGE, description="Entries at most.")]


@router.get("", operation_id="listAuditLog")
def list_entries(
    key: KeyAdministrator, services: Ask, per_page: _Size = DEFAULT_PAGE, cursor: Cursor = None
) -> Timeline[AuditEntryOut]:
    """List changes, newest first, for owners and admins."""
    refuse_odd_cursor(cursor, "audit")
    entries, more = services.audit.list(key.organization_id, per_page, cursor)
    meta = CursorMeta(next_cursor=entries[-1].id if more else None, has_more=more, per_page=per_page)
    return Timeline(data=[AuditEntryOut.of(each) for each in entries], meta=meta)
