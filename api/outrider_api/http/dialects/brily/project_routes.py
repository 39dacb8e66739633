"""``/v0/projects``: the project of the key, which is its whole organization."""

from fastapi import APIRouter
from pydantic import BaseModel

from outrider_api.http.security import OrganizationReader
from outrider_api.http.services import Ask
from outrider_engine.domain.identity import Organization
from outrider_engine.domain.ids import project_of
from outrider_engine.errors import NotFound

from .documented import PROBLEMS
from .errors import PREFIX
from .monitors import SecondMoment
from .paging import Page, Pagination

router = APIRouter(prefix=f"{PREFIX}projects", tags=["brily"], responses=PROBLEMS)


class BrilyProject(BaseModel):
    """A project: what an organization has, all of it."""

    id: str
    name: str
    organization_id: str
    created_at: SecondMoment

    @classmethod
    def of(cls, organization: Organization) -> "BrilyProject":
        """Show the project of an organization."""
        return cls(
            id=project_of(organization.id),
            name=organization.name,
            organization_id=organization.id,
            created_at=organization.created_at,
        )


@router.get("", operation_id="brilyListProjects")
def list_projects(key: OrganizationReader, services: Ask) -> Page[BrilyProject]:
    """List the one project of the key's organization."""
    own = services.organizations.get(key)
    return Page(data=[BrilyProject.of(own.organization)], pagination=Pagination(next_cursor=None, has_more=False))


@router.get("/{id}", operation_id="brilyGetProject")
def get_project(id: str, key: OrganizationReader, services: Ask) -> BrilyProject:
    """Return the project of the key's organization."""
    if id != project_of(key.organization_id):
        raise NotFound("project", id)
    return BrilyProject.of(services.organizations.get(key).organization)
