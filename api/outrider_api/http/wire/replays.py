"""What it takes to walk through a run again, as clients read it."""

from typing import Any

from pydantic import BaseModel, Field

from outrider_engine.domain.verdicts import RunStatus
from outrider_engine.services.replaying import Replay

from .runs import ArtifactOut


class ReplayOut(BaseModel):
    """A run of a journey, without its secrets."""

    run_id: str
    check_id: str
    check_version: int
    status: RunStatus
    location: str
    journey: dict[str, Any] = Field(description="The journey as a file, with the plain values that it finds.")
    variables: dict[str, str] = Field(description="What whoever started the run gave, but for secrets.")
    secrets: list[str] = Field(description="Names of the secrets that it needs.")
    base_url: str | None = Field(description="Goes before the journey's own.")
    timeout_seconds: float
    artifacts: list[ArtifactOut]

    @classmethod
    def of(cls, replay: Replay) -> "ReplayOut":
        """Show it."""
        run, definition = replay.run, replay.definition
        return cls(
            run_id=run.id,
            check_id=run.check_id,
            check_version=replay.number,
            status=run.status,
            location=run.location,
            journey=_file_of(replay),
            variables=dict(replay.pinned),
            secrets=list(replay.secrets),
            base_url=replay.base_url,
            timeout_seconds=definition.timeout_s,
            artifacts=[ArtifactOut.of(artifact) for artifact in replay.artifacts],
        )


def _file_of(replay: Replay) -> dict[str, Any]:
    definition = replay.definition
    configured = definition.config.get("variables")
    given = dict(configured) if isinstance(configured, dict) else {}
    return {
        **definition.config,
        "name": definition.name,
        "description": definition.description,
        "tags": list(definition.tags),
        "variables": {**given, **replay.variables},
        "secrets": list(replay.secrets),
    }
