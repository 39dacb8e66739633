"""Projects: the parts of an organization, each with checks, incidents and releases of its own."""

from dataclasses import dataclass
from datetime import datetime

from .identity import Organization
from .ids import project_of

MOST_PROJECTS = 100
"""Of an organization."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """A part of an organization, such as a product or a customer. Its name is there once in the organization."""

    id: str
    organization_id: str
    name: str
    created_at: datetime
    updated_at: datetime

    @property
    def is_default(self) -> bool:
        """Whether it is the one that an organization always has, in which everything is that names no project."""
        return self.id == project_of(self.organization_id)


def default_project(organization: Organization) -> Project:
    """Return the project with which an organization begins; it is called like the organization."""
    return Project(
        id=project_of(organization.id),
        organization_id=organization.id,
        name=organization.name,
        created_at=organization.created_at,
        updated_at=organization.created_at,
    )
