"""``/v0/releases``: deploy markers as clients of brily write and read them."""

from outrider_api.http.bodies import JsonBody
from outrider_api.http.documented import accepts
from outrider_api.http.etags import Changing, Reading
from outrider_api.http.routing import Routes
from outrider_api.http.security import ReleaseReader, ReleaseWriter
from outrider_api.http.services import Ask
from outrider_api.http.wire.fixed_fields import without_fixed
from outrider_api.http.wire.incidents import Since, Until
from outrider_api.http.wire.releases import BrilyReleaseBody, BrilyReleaseChanges, ReleaseOut
from outrider_engine.ports.release_repository import ReleaseQuery
from outrider_engine.services.validation import validated

from .documented import PROBLEMS
from .errors import PREFIX
from .monitors import SecondMoment
from .paging import AskedPage, Page

router = Routes(prefix=f"{PREFIX}releases", tags=["brily"], responses=PROBLEMS)


class BrilyRelease(ReleaseOut):
    """One deploy, with times to the second."""

    started_at: SecondMoment
    finished_at: SecondMoment | None
    created_at: SecondMoment


@router.get("", operation_id="brilyListReleases")
def list_releases(  # noqa: PLR0917 - FastAPI calls it by name
    key: ReleaseReader,
    services: Ask,
    paging: AskedPage,
    environment: str | None = None,
    since: Since = None,
    until: Until = None,
) -> Page[BrilyRelease]:
    """List releases, newest first."""
    query = ReleaseQuery(environment=environment, since=since, until=until, before=paging.cursor, limit=paging.limit)
    found, more = services.releases.list(key.organization_id, query)
    return paging.page([BrilyRelease.of(each) for each in found], [each.id for each in found], more=more)


@router.post("", status_code=201, operation_id="brilyCreateRelease", openapi_extra=accepts("BrilyReleaseBody"))
def create_release(key: ReleaseWriter, services: Ask, body: JsonBody) -> BrilyRelease:
    """Mark a release."""
    given = validated(BrilyReleaseBody, body)
    return BrilyRelease.of(services.releases.create(key.organization_id, given.fields()))


@router.get("/{id}", operation_id="brilyGetRelease")
def get_release(id: str, key: ReleaseReader, services: Ask, seen: Reading) -> BrilyRelease:
    """Return a release."""
    return seen(BrilyRelease.of(services.releases.get(key.organization_id, id)))


@router.patch("/{id}", operation_id="brilyUpdateRelease", openapi_extra=accepts("BrilyReleaseChanges"))
def update_release(id: str, key: ReleaseWriter, services: Ask, body: JsonBody, match: Changing) -> BrilyRelease:
    """Change the fields that are sent."""
    shown = BrilyRelease.of(services.releases.get(key.organization_id, id))
    given = validated(BrilyReleaseChanges, without_fixed(body, shown, BrilyReleaseChanges))
    expecting = match.on(BrilyRelease.of)
    changed = services.releases.update(key.organization_id, id, given.fields(), expecting=expecting)
    return match.changed(BrilyRelease.of(changed))
