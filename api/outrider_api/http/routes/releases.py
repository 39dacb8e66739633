"""``/api/v1/releases``: what was deployed when."""

from typing import Annotated

from fastapi import Depends, Query

from outrider_api.http.answers import Answer, Done, Timeline
from outrider_api.http.bodies import JsonBody
from outrider_api.http.documented import ERRORS, accepts
from outrider_api.http.etags import Changing, Reading
from outrider_api.http.routing import Routes
from outrider_api.http.security import ReleaseReader, ReleaseWriter
from outrider_api.http.services import Ask
from outrider_api.http.wire.cursors import Stretch, stretch_of
from outrider_api.http.wire.fixed_fields import without_fixed
from outrider_api.http.wire.incidents import Since, Until
from outrider_api.http.wire.listing import InProject
from outrider_api.http.wire.releases import ReleaseBody, ReleaseChanges, ReleaseOut
from outrider_engine.ports.release_repository import ReleaseQuery
from outrider_engine.services.validation import validated

router = Routes(prefix="/api/v1/releases", tags=["Releases"], responses=ERRORS)

_Environment = Annotated[str | None, Query(description="Only releases to this environment.")]


@router.get("", operation_id="listReleases")
def list_releases(  # noqa: PLR0917 - FastAPI calls it by name
    key: ReleaseReader,
    services: Ask,
    stretch: Annotated[Stretch, Depends(stretch_of("release"))],
    environment: _Environment = None,
    project_id: InProject = None,
    since: Since = None,
    until: Until = None,
) -> Timeline[ReleaseOut]:
    """List releases, newest first."""
    query = ReleaseQuery(
        environment=environment,
        project_id=project_id,
        since=since,
        until=until,
        before=stretch.cursor,
        limit=stretch.size,
    )
    found, more = services.releases.list(key.organization_id, query)
    return stretch.timeline([ReleaseOut.of(each) for each in found], [each.id for each in found], more=more)


@router.post("", status_code=201, operation_id="createRelease", openapi_extra=accepts("ReleaseBody"))
def create_release(key: ReleaseWriter, services: Ask, body: JsonBody) -> Answer[ReleaseOut]:
    """Mark a release, and tell the channels that subscribed to releases."""
    given = validated(ReleaseBody, body)
    return Answer(data=ReleaseOut.of(services.releases.create(key.organization_id, given.fields())))


@router.get("/{id}", operation_id="getRelease")
def get_release(id: str, key: ReleaseReader, services: Ask, seen: Reading) -> Answer[ReleaseOut]:
    """Return a release."""
    return Answer(data=seen(ReleaseOut.of(services.releases.get(key.organization_id, id))))


@router.put("/{id}", operation_id="updateRelease", openapi_extra=accepts("ReleaseChanges"))
def update_release(id: str, key: ReleaseWriter, services: Ask, body: JsonBody, match: Changing) -> Answer[ReleaseOut]:
    """Change some fields of a release: how far it is rolled out, that it is over."""
    shown = ReleaseOut.of(services.releases.get(key.organization_id, id))
    given = validated(ReleaseChanges, without_fixed(body, shown, ReleaseChanges))
    expecting = match.on(ReleaseOut.of)
    changed = services.releases.update(key.organization_id, id, given.fields(), expecting=expecting)
    return Answer(data=match.changed(ReleaseOut.of(changed)))


@router.patch("/{id}", operation_id="patchRelease", openapi_extra=accepts("ReleaseChanges"))
def patch_release(id: str, key: ReleaseWriter, services: Ask, body: JsonBody, match: Changing) -> Answer[ReleaseOut]:
    """Change some fields of a release, as PUT does."""
    return update_release(id, key, services, body, match)


@router.delete("/{id}", operation_id="deleteRelease")
def delete_release(id: str, key: ReleaseWriter, services: Ask, match: Changing) -> Answer[Done]:
    """Delete a release."""
    services.releases.delete(key.organization_id, id, expecting=match.on(ReleaseOut.of))
    return Answer(data=Done(id=id))
