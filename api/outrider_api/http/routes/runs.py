"""``/api/v1/runs``: what came of monitors and journeys, with their files."""

from dataclasses import replace
from typing import Annotated, Any

from fastapi import Query, Request, Response

from outrider_api.http.answers import Answer, Timeline
from outrider_api.http.documented import ERRORS
from outrider_api.http.downloads import Download
from outrider_api.http.routing import Routes
from outrider_api.http.security import AnyRunner, RunReader, listed_families, require_of
from outrider_api.http.services import Ask
from outrider_api.http.wire.listing import InProject
from outrider_api.http.wire.replays import ReplayOut
from outrider_api.http.wire.runs import ArtifactOut, Asked, RunOut, timeline
from outrider_engine.domain.checks import Family
from outrider_engine.domain.identity import Permission

router = Routes(prefix="/api/v1/runs", tags=["Runs"], responses=ERRORS)

_Family = Annotated[Family | None, Query(description="Only runs of monitors, or of journeys.")]

_DOWNLOADED: dict[int | str, dict[str, Any]] = {
    200: {"description": "The file.", "content": {"application/octet-stream": {}}},
    206: {"description": "The part that was asked for.", "content": {"application/octet-stream": {}}},
    304: {"description": "The file is the one that the client has."},
    416: {"description": "There is no such part."},
}
"""Downloads are the one kind of answer without an envelope."""


@router.get("", operation_id="listRuns")
def list_runs(  # noqa: PLR0917 - FastAPI calls it by name
    key: RunReader,
    services: Ask,
    asked: Asked,
    family: _Family = None,
    check_id: str | None = None,
    batch_id: str | None = None,
    project_id: InProject = None,
) -> Timeline[RunOut]:
    """List runs, newest first; those that the key may read."""
    families = listed_families(key, family)
    query = replace(asked, families=families, check_id=check_id, batch_id=batch_id, project_id=project_id)
    views, more = services.history.list(key.organization_id, query)
    return timeline(views, query, more=more)


@router.get("/{id}", operation_id="getRun")
def get_run(id: str, key: RunReader, services: Ask) -> Answer[RunOut]:
    """Return a run with its steps (so far) and files."""
    view = services.history.get(key.organization_id, id)
    require_of(key, Permission.READ, view.run.family)
    return Answer(data=RunOut.of(view))


@router.get("/{id}/replay", operation_id="replayRun")
def replay_run(id: str, key: AnyRunner, services: Ask) -> Answer[ReplayOut]:
    """Return what it takes to walk through a run of a journey again elsewhere: its version and values, no secrets."""
    view = services.history.get(key.organization_id, id)
    require_of(key, Permission.RUN, view.run.family)
    return Answer(data=ReplayOut.of(services.replays.of_run(key.organization_id, id)))


@router.get("/{id}/artifacts", operation_id="listArtifacts")
def list_artifacts(id: str, key: RunReader, services: Ask) -> Answer[list[ArtifactOut]]:
    """List a run's files."""
    view = services.history.get(key.organization_id, id)
    require_of(key, Permission.READ, view.run.family)
    return Answer(data=[ArtifactOut.of(artifact) for artifact in view.artifacts])


@router.head("/{id}/artifacts/{artifact_id}", include_in_schema=False)
@router.get("/{id}/artifacts/{artifact_id}", operation_id="downloadArtifact", responses=_DOWNLOADED)
def download(id: str, artifact_id: str, request: Request, key: RunReader, services: Ask) -> Response:
    """Download a file; a single byte range may be asked for."""
    view = services.history.get(key.organization_id, id)
    require_of(key, Permission.READ, view.run.family)
    artifact = services.history.artifact(key.organization_id, id, artifact_id)
    return Download(artifact, services.history.open, request.headers)
