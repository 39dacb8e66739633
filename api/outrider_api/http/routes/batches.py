"""``/api/agent/batches``: many runs at once, by tag, with one verdict and reports for pipelines."""

import asyncio
from collections.abc import Callable
from typing import Annotated, Any

from fastapi import Depends, Query, Request, Response

from outrider_api.http.answers import Answer, Timeline
from outrider_api.http.bodies import JsonBody
from outrider_api.http.documented import ERRORS, accepts
from outrider_api.http.reports.batch_report import BatchReport
from outrider_api.http.reports.junit import junit
from outrider_api.http.reports.markdown import summary
from outrider_api.http.routing import Routes
from outrider_api.http.security import AnyRunner, RunReader, readable_families, require_of
from outrider_api.http.services import Ask, Services
from outrider_api.http.waiting import RunWatch
from outrider_api.http.wire.batches import BatchBody, BatchOut, BatchShort
from outrider_api.http.wire.cursors import Stretch, stretch_of
from outrider_engine.domain.batches import MOST_RUNS
from outrider_engine.domain.checks import Family
from outrider_engine.domain.identity import ApiKey, Permission
from outrider_engine.errors import Forbidden
from outrider_engine.ports.batch_repository import BatchQuery
from outrider_engine.services.batches import Awaited, BatchView
from outrider_engine.services.validation import validated

from .agent import Wait

router = Routes(prefix="/api/agent/batches", tags=["CI"], responses=ERRORS)

_Seen = Annotated[
    int | None,
    Query(ge=0, le=MOST_RUNS, description="With `wait`: answer as soon as more runs than these have ended."),
]
_Branch = Annotated[str | None, Query(description="Only batches of this branch.")]
_Commit = Annotated[str | None, Query(description="Only batches of this commit.")]
_JUNIT: dict[int | str, dict[str, Any]] = {
    200: {"description": "JUnit's XML.", "content": {"application/xml": {"schema": {"type": "string"}}}}
}
_MARKDOWN: dict[int | str, dict[str, Any]] = {
    200: {"description": "Markdown.", "content": {"text/markdown": {"schema": {"type": "string"}}}}
}


@router.post("", status_code=202, operation_id="startBatch", openapi_extra=accepts("BatchBody"))
def start_batch(key: AnyRunner, services: Ask, body: JsonBody) -> Answer[BatchOut]:
    """Run many checks now, those of some tags, ids or names; either all of the runs are queued, or none."""
    request = validated(BatchBody, body).request()
    return Answer(data=BatchOut.shown(services.batches.start(key.organization_id, request, _permitting(key))))


@router.get("", operation_id="listBatches")
def list_batches(
    key: RunReader,
    services: Ask,
    stretch: Annotated[Stretch, Depends(stretch_of("batch"))],
    branch: _Branch = None,
    commit: _Commit = None,
) -> Timeline[BatchShort]:
    """List batches, newest first; those whose checks the key may read."""
    query = BatchQuery(
        families=readable_families(key), branch=branch, commit=commit, before=stretch.cursor, limit=stretch.size
    )
    found, more = services.batches.list(key.organization_id, query)
    return stretch.timeline([BatchShort.of(*each) for each in found], [batch.id for batch, _ in found], more=more)


@router.get("/{id}", operation_id="pollBatch")
async def poll_batch(  # noqa: PLR0917 - FastAPI calls it by name
    id: str, request: Request, key: RunReader, services: Ask, wait: Wait = 0, seen: _Seen = None
) -> Answer[BatchOut]:
    """Return a batch with its runs; with `wait`, as soon as all runs have ended or that time is over."""
    view = await asyncio.to_thread(_readable, services, key, id)
    if wait and not view.standing.is_news_to(seen):
        watch: RunWatch[Awaited] = request.app.state.batch_watch
        await watch.wait((key.organization_id, id, seen), wait)
        view = await asyncio.to_thread(_readable, services, key, id)
    return Answer(data=BatchOut.shown(view))


@router.post("/{id}/cancel", operation_id="cancelBatch")
def cancel_batch(id: str, key: AnyRunner, services: Ask) -> Answer[BatchOut]:
    """Call off the runs of a batch that have not ended; what has ended stays as it is."""
    _permitted(services, key, id, Permission.RUN)
    services.cancelling.batch(key.organization_id, id)
    return Answer(data=BatchOut.shown(services.batches.get(key.organization_id, id)))


@router.get("/{id}/junit", operation_id="reportBatchAsJUnit", response_class=Response, responses=_JUNIT)
def report_as_junit(id: str, request: Request, key: RunReader, services: Ask) -> Response:
    """Return what came of a batch as JUnit's XML: a suite for each run, a case for each of its steps."""
    return Response(junit(_report(services, key, id, request)), media_type="application/xml")


@router.get("/{id}/summary", operation_id="summarizeBatch", response_class=Response, responses=_MARKDOWN)
def summarize(id: str, request: Request, key: RunReader, services: Ask) -> Response:
    """Return what came of a batch in Markdown, for the summary of a pipeline's job."""
    return Response(summary(_report(services, key, id, request)), media_type="text/markdown")


def _permitting(key: ApiKey) -> Callable[[Family, int], None]:
    def permit(family: Family, count: int) -> None:
        try:
            require_of(key, Permission.RUN, family)
        except Forbidden as error:
            raise Forbidden(f"{error}, and the selection has {count} of them; `families` narrows it") from None

    return permit


def _permitted(services: Services, key: ApiKey, id: str, permission: Permission) -> BatchView:
    view = services.batches.get(key.organization_id, id)
    for family in view.batch.families:
        require_of(key, permission, family)
    return view


def _readable(services: Services, key: ApiKey, id: str) -> BatchView:
    return _permitted(services, key, id, Permission.READ)


def _report(services: Services, key: ApiKey, id: str, request: Request) -> BatchReport:
    view = _readable(services, key, id)
    server = services.batches.public_url or str(request.base_url)
    return BatchReport(view=view, steps=services.batches.steps(view), server=server.rstrip("/"))
