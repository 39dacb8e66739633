"""``/api/v1/projects``: the parts of an organization."""

from outrider_api.http.answers import Answer, Done, Listing, Paging
from outrider_api.http.bodies import JsonBody
from outrider_api.http.documented import ERRORS, accepts
from outrider_api.http.etags import Changing, Reading
from outrider_api.http.routing import Routes
from outrider_api.http.security import OrganizationAdministrator, OrganizationReader
from outrider_api.http.services import Ask
from outrider_api.http.wire.fixed_fields import without_fixed
from outrider_api.http.wire.listing import AskedDefinitions
from outrider_api.http.wire.projects import ProjectBody, ProjectChanges, ProjectOut
from outrider_engine.services.validation import validated

router = Routes(prefix="/api/v1/projects", tags=["Projects"], responses=ERRORS)


@router.get("", operation_id="listProjects")
def list_projects(
    key: OrganizationReader, services: Ask, paging: Paging, asked: AskedDefinitions
) -> Listing[ProjectOut]:
    """List projects, oldest first unless `sort` says otherwise."""
    found, total = services.projects.list(key.organization_id, asked)
    return paging.listing([ProjectOut.of(one) for one in found], total)


@router.post("", status_code=201, operation_id="createProject", openapi_extra=accepts("ProjectBody"))
def create_project(key: OrganizationAdministrator, services: Ask, body: JsonBody) -> Answer[ProjectOut]:
    """Create a project."""
    made = services.projects.create(key.organization_id, validated(ProjectBody, body).fields())
    return Answer(data=ProjectOut.of(made))


@router.get("/{id}", operation_id="getProject")
def get_project(id: str, key: OrganizationReader, services: Ask, seen: Reading) -> Answer[ProjectOut]:
    """Return a project."""
    return Answer(data=seen(ProjectOut.of(services.projects.get(key.organization_id, id))))


@router.put("/{id}", operation_id="updateProject", openapi_extra=accepts("ProjectChanges"))
def update_project(
    id: str, key: OrganizationAdministrator, services: Ask, body: JsonBody, match: Changing
) -> Answer[ProjectOut]:
    """Rename a project."""
    shown = ProjectOut.of(services.projects.get(key.organization_id, id))
    given = validated(ProjectChanges, without_fixed(body, shown, ProjectChanges))
    expecting = match.on(ProjectOut.of)
    changed = services.projects.update(key.organization_id, id, given.fields(), expecting=expecting)
    return Answer(data=match.changed(ProjectOut.of(changed)))


@router.delete("/{id}", operation_id="deleteProject")
def delete_project(id: str, key: OrganizationAdministrator, services: Ask, match: Changing) -> Answer[Done]:
    """Delete a project in which nothing is any more; the default project stays."""
    services.projects.delete(key.organization_id, id, expecting=match.on(ProjectOut.of))
    return Answer(data=Done(id=id))
