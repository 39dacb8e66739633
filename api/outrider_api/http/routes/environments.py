"""``/api/v1/environments``: the places where the same site runs."""

from outrider_api.http.answers import Answer, Done, Listing, Paging
from outrider_api.http.bodies import JsonBody
from outrider_api.http.documented import ERRORS, accepts
from outrider_api.http.etags import Changing, Reading
from outrider_api.http.routing import Routes
from outrider_api.http.security import EnvironmentReader, EnvironmentWriter
from outrider_api.http.services import Ask
from outrider_api.http.wire.environments import EnvironmentBody, EnvironmentChanges, EnvironmentOut, without_fixed
from outrider_api.http.wire.listing import AskedEnvironments
from outrider_engine.services.validation import validated

router = Routes(prefix="/api/v1/environments", tags=["Environments"], responses=ERRORS)

FIXED = ("id", "project_id", "created_at", "updated_at")


@router.get("", operation_id="listEnvironments")
def list_environments(
    key: EnvironmentReader, services: Ask, paging: Paging, asked: AskedEnvironments
) -> Listing[EnvironmentOut]:
    """List environments, oldest first unless `sort` says otherwise."""
    found, total = services.environments.list(key.organization_id, asked)
    return paging.listing([EnvironmentOut.of(one) for one in found], total)


@router.post("", status_code=201, operation_id="createEnvironment", openapi_extra=accepts("EnvironmentBody"))
def create_environment(key: EnvironmentWriter, services: Ask, body: JsonBody) -> Answer[EnvironmentOut]:
    """Create an environment, of a project or for all of them."""
    given = validated(EnvironmentBody, body)
    made = services.environments.create(key.organization_id, given.fields(), given.project_id)
    return Answer(data=EnvironmentOut.of(made))


@router.get("/{id}", operation_id="getEnvironment")
def get_environment(id: str, key: EnvironmentReader, services: Ask, seen: Reading) -> Answer[EnvironmentOut]:
    """Return an environment."""
    return Answer(data=seen(EnvironmentOut.of(services.environments.get(key.organization_id, id))))


@router.put("/{id}", operation_id="updateEnvironment", openapi_extra=accepts("EnvironmentChanges"))
def update_environment(
    id: str, key: EnvironmentWriter, services: Ask, body: JsonBody, match: Changing
) -> Answer[EnvironmentOut]:
    """Change some fields of an environment; checks that name it go along."""
    shown = EnvironmentOut.of(services.environments.get(key.organization_id, id))
    given = validated(EnvironmentChanges, without_fixed(body, shown, FIXED))
    expecting = match.on(EnvironmentOut.of)
    changed = services.environments.update(key.organization_id, id, given.fields(), expecting=expecting)
    return Answer(data=match.changed(EnvironmentOut.of(changed)))


@router.delete("/{id}", operation_id="deleteEnvironment")
def delete_environment(id: str, key: EnvironmentWriter, services: Ask, match: Changing) -> Answer[Done]:
    """Delete an environment with its variables; refused while a check names it."""
    services.environments.delete(key.organization_id, id, expecting=match.on(EnvironmentOut.of))
    return Answer(data=Done(id=id))
