"""``…/versions`` of monitors, API monitors and journeys: what they were, what has changed since, and back to it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Query

from outrider_api.http.answers import Answer, Listing, Paging
from outrider_api.http.bodies import OptionalJsonBody
from outrider_api.http.documented import ERRORS, accepts
from outrider_api.http.etags import Changing
from outrider_api.http.routing import Routes
from outrider_api.http.security import SUBJECT_OF, Allowed
from outrider_api.http.services import Ask
from outrider_api.http.wire.showing import (
    ApiMonitorOut,
    CheckOut,
    JourneyOut,
    MonitorOut,
    show_api_monitor,
    show_journey,
    show_monitor,
)
from outrider_api.http.wire.spelling import API_MONITORS, JOURNEYS, MONITORS, Spelling
from outrider_api.http.wire.versions import (
    DifferenceOut,
    RestoreBody,
    VersionOut,
    WholeVersionOut,
    show_difference,
    show_version,
)
from outrider_engine.domain.identity import ApiKey, Permission
from outrider_engine.errors import InvalidInput, NotFound
from outrider_engine.services.check_views import CheckView
from outrider_engine.services.validation import validated

_LARGEST = 2**31 - 1
_From = Annotated[
    int | None,
    Query(alias="from", ge=1, le=_LARGEST, description="The version to compare with; else the one before."),
]


@dataclass(frozen=True)
class Kind:
    """A family of checks, as the routes call it."""

    spelling: Spelling
    path: str
    tag: str
    noun: str
    shown: type[CheckOut]
    show: Callable[[CheckView], CheckOut]


KINDS = (
    Kind(MONITORS, "monitors", "Monitors", "Monitor", MonitorOut, show_monitor),
    Kind(API_MONITORS, "api-monitors", "API monitors", "ApiMonitor", ApiMonitorOut, show_api_monitor),
    Kind(JOURNEYS, "journeys", "Journeys", "Journey", JourneyOut, show_journey),
)


def _router(kind: Kind) -> Routes:
    """Return the routes of one family."""
    router = Routes(prefix=f"/api/v1/{kind.path}/{{id}}/versions", tags=[kind.tag], responses=ERRORS)
    _add_reading(router, kind)
    _add_restoring(router, kind)
    return router


def _add_reading(router: Routes, kind: Kind) -> None:
    spelling, family, noun = kind.spelling, kind.spelling.family, kind.noun
    reader = Annotated[ApiKey, Depends(Allowed(Permission.READ, SUBJECT_OF[family]))]

    @router.get("", operation_id=f"list{noun}Versions")
    def list_versions(id: str, key: reader, services: Ask, paging: Paging) -> Listing[VersionOut]:
        """List the versions of its definition, newest first; the newest 100 are kept."""
        found, total = services.versions.list(
            key.organization_id, id, family, page=paging.page, per_page=paging.per_page
        )
        return paging.listing([VersionOut.of(version) for version in found], total)

    @router.get("/{number}", operation_id=f"get{noun}Version")
    def get_version(id: str, number: str, key: reader, services: Ask) -> Answer[WholeVersionOut]:
        """Return a version with its definition, as it would be written."""
        seen = services.versions.get(key.organization_id, id, family, _number(number))
        return Answer(data=show_version(seen, spelling))

    @router.get("/{number}/diff", operation_id=f"compare{noun}Versions")
    def compare_versions(
        id: str,
        number: str,
        key: reader,
        services: Ask,
        from_: _From = None,
    ) -> Answer[DifferenceOut]:
        """Compare a version with another one, field by field; steps go by their ids."""
        asked = _number(number)
        after = services.versions.get(key.organization_id, id, family, asked)
        if from_ is None and asked == 1:
            raise InvalidInput("is needed: there is no version before the first", field="from")
        before = services.versions.get(key.organization_id, id, family, from_ or asked - 1)
        return Answer(data=show_difference(before, after, spelling, services.checks.types))


def _add_restoring(router: Routes, kind: Kind) -> None:
    family, noun = kind.spelling.family, kind.noun
    writer = Annotated[ApiKey, Depends(Allowed(Permission.WRITE, SUBJECT_OF[family]))]

    @router.post(
        "/{number}/restore",
        operation_id=f"restore{noun}Version",
        response_model=Answer[kind.shown],  # type: ignore[name-defined]  # FastAPI looks at the value
        openapi_extra=accepts("RestoreBody", required=False),
    )
    def restore_version(  # noqa: PLR0917 - FastAPI calls it by name
        id: str,
        number: str,
        key: writer,
        services: Ask,
        body: OptionalJsonBody,
        match: Changing,
    ) -> Any:
        """Let it be again what it was, which makes a new version. It stays active or paused, and keeps its secrets."""
        asked = validated(RestoreBody, body)
        restored = services.versions.restore(
            key.organization_id,
            id,
            family,
            _number(number),
            message=asked.message,
            expecting=match.on(kind.show),
        )
        return Answer(data=match.changed(kind.show(restored)))


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise NotFound("version", text)
    return int(text)


ROUTERS = tuple(_router(kind) for kind in KINDS)
