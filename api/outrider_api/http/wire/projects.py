"""Projects as clients write and read them."""

from pydantic import BaseModel, ConfigDict, Field

from outrider_engine.domain.projects import Project
from outrider_engine.services.projects import ProjectFields

from .bodies import Text
from .moments import Moment


class ProjectChanges(BaseModel):
    """What can be changed of a project; absent fields keep their value."""

    model_config = ConfigDict(extra="forbid")

    name: Text = Field(default="", min_length=1, max_length=200, description="Unique in the organization.")

    def fields(self) -> ProjectFields:
        """Return what was sent."""
        return {"name": self.name} if "name" in self.model_fields_set else {}


class ProjectBody(ProjectChanges):
    """A project to be made."""

    name: Text = Field(min_length=1, max_length=200, description="Unique in the organization.")


class ProjectOut(BaseModel):
    """A part of an organization."""

    id: str
    name: str
    organization_id: str
    is_default: bool = Field(description="The one in which everything is that names no project; it can't be deleted.")
    created_at: Moment
    updated_at: Moment

    @classmethod
    def of(cls, project: Project) -> "ProjectOut":
        """Show a project."""
        return cls(
            id=project.id,
            name=project.name,
            organization_id=project.organization_id,
            is_default=project.is_default,
            created_at=project.created_at,
            updated_at=project.updated_at,
        )
