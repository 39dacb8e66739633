"""``/v0/projects``: the projects that a key sees."""

from pydantic import BaseModel

from outrider_api.http.routing import Routes
from outrider_api.http.security import OrganizationReader
from outrider_api.http.services import Ask
from outrider_engine.domain.projects import MOST_PROJECTS, Project
from outrider_engine.ports.listing import DefinitionQuery

from .documented import PROBLEMS
from .errors import PREFIX
from .monitors import SecondMoment
from .paging import Page, Pagination

router = Routes(prefix=f"{PREFIX}projects", tags=["brily"], responses=PROBLEMS)


class BrilyProject(BaseModel):
    """A project."""

    id: str
    name: str
    organization_id: str
    created_at: SecondMoment

    @classmethod
    def of(cls, project: Project) -> "BrilyProject":
        """Show a project."""
        return cls(
            id=project.id,
            name=project.name,
            organization_id=project.organization_id,
            created_at=project.created_at,
        )


@router.get("", operation_id="brilyListProjects")
def list_projects(key: OrganizationReader, services: Ask) -> Page[BrilyProject]:
    """List the projects, oldest first; an organization has few enough for one page."""
    found, _ = services.projects.list(key.organization_id, DefinitionQuery(per_page=MOST_PROJECTS))
    shown = [BrilyProject.of(project) for project in found]
    return Page(data=shown, pagination=Pagination(next_cursor=None, has_more=False))


@router.get("/{id}", operation_id="brilyGetProject")
def get_project(id: str, key: OrganizationReader, services: Ask) -> BrilyProject:
    """Return a project."""
    return BrilyProject.of(services.projects.get(key.organization_id, id))
