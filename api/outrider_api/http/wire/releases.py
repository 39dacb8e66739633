"""Releases as pipelines write them and clients read them."""

from typing import Annotated, Self, cast

from pydantic import BaseModel, ConfigDict, Field

from outrider_engine.domain.releases import Release
from outrider_engine.errors import InvalidInput
from outrider_engine.services.releases import ReleaseFields

from .alerting import shortest
from .bodies import Text
from .moments import Instant, Moment

_Short = Annotated[str, Field(strict=True, min_length=1, max_length=200)]
_NEVER_NULL = ("name", "started_at", "tags")


class BrilyReleaseChanges(BaseModel):
    """What clients of brily can change of a release; absent fields keep their value."""

    model_config = ConfigDict(extra="forbid")

    name: _Short | None = Field(default=None, description="What is released: a service, a product.")
    version: _Short | None = None
    environment: _Short | None = Field(default=None, description="Where to, in your words: `production`, `staging`.")
    rollout_percent: Annotated[float, Field(strict=True, allow_inf_nan=False)] | None = Field(
        default=None, ge=0, le=100, description="How many of the users have it."
    )
    started_at: Instant | None = Field(default=None, description="When the deploy began.")
    finished_at: Instant | None = Field(default=None, description="When it was over.")
    commit_sha: _Short | None = None
    commit_url: Text | None = Field(default=None, max_length=2000)
    description: Text | None = Field(default=None, min_length=1, max_length=10_000)
    tags: list[Text] | None = Field(default=None, max_length=50)

    def fields(self) -> ReleaseFields:
        """Return what was sent.

        Raises:
            InvalidInput: a field is null that can't be.
        """
        given = {name: getattr(self, name) for name in self.model_fields_set}
        for name in _NEVER_NULL:
            if name in given and given[name] is None:
                raise InvalidInput("can't be null", field=name)
        return cast("ReleaseFields", given)


class BrilyReleaseBody(BrilyReleaseChanges):
    """A release to be marked, as clients of brily write it."""

    name: _Short = Field(description="What is released: a service, a product.")
    started_at: Instant = Field(description="When the deploy began.")


class ReleaseChanges(BrilyReleaseChanges):
    """What can be changed of a release; absent fields keep their value."""

    project_id: Text = Field(default="", description="The project to which it belongs.")


class ReleaseBody(ReleaseChanges):
    """A release to be marked; it begins now, in the organization's default project, unless it says otherwise."""

    name: _Short = Field(description="What is released: a service, a product.")


class ReleaseOut(BaseModel):
    """One deploy."""

    id: str
    name: str
    version: str | None
    environment: str | None
    rollout_percent: float | int | None
    started_at: Moment
    finished_at: Moment | None
    commit_sha: str | None
    commit_url: str | None
    description: str | None
    tags: list[str]
    project_id: str
    created_at: Moment

    @classmethod
    def of(cls, release: Release) -> Self:
        """Show a release."""
        return cls(
            id=release.id,
            name=release.name,
            version=release.version,
            environment=release.environment,
            rollout_percent=shortest(release.rollout_percent),
            started_at=release.started_at,
            finished_at=release.finished_at,
            commit_sha=release.commit_sha,
            commit_url=release.commit_url,
            description=release.description,
            tags=list(release.tags),
            project_id=release.project_id,
            created_at=release.created_at,
        )
