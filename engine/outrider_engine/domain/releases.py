"""Releases: marks on the time line that say what was deployed when."""

from dataclasses import dataclass
from datetime import datetime

from .ids import project_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """One deploy.

    Attributes:
        environment: where to, in the team's own words.
        rollout_percent: how many of the users have it, 0 to 100.
        finished_at: ``None`` while it is being rolled out, or when nobody said.
        project_id: the organization's default project when it is left out.
    """

    id: str
    organization_id: str
    name: str
    version: str | None = None
    environment: str | None = None
    rollout_percent: float | None = None
    started_at: datetime
    finished_at: datetime | None = None
    commit_sha: str | None = None
    commit_url: str | None = None
    description: str | None = None
    tags: tuple[str, ...] = ()
    created_at: datetime
    project_id: str = ""

    def __post_init__(self) -> None:
        if not self.project_id:
            object.__setattr__(self, "project_id", project_of(self.organization_id))
