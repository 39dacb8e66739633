"""How the server is: for orchestrators, load balancers and people. No key is needed."""

from collections import Counter
from typing import Any

from fastapi import Request, Response
from pydantic import BaseModel, Field

from outrider_api.http.answers import Answer
from outrider_api.http.documented import ERRORS
from outrider_api.http.errors import envelope
from outrider_api.http.routing import Routes
from outrider_api.http.services import Ask
from outrider_api.http.wire.moments import Moment

router = Routes(tags=["Health"])

_UNREADY: dict[int | str, dict[str, Any]] = {503: ERRORS[503]}


class Health(BaseModel):
    """The server lives, or is ready."""

    status: str = Field(default="ok", examples=["ok"])


class WorkersOut(BaseModel):
    """Workers that are alive and serve the same."""

    location: str = Field(description="Where they serve; `*` for everywhere.")
    queues: list[str]
    count: int


class StatusOut(BaseModel):
    """How the engine is. Ages in seconds; `null` where nothing was ever seen, or nothing waits."""

    now: Moment
    ages: dict[str, float | None] = Field(description="Since the last sign of life, by part of the engine.")
    oldest_queued_run_s: float | None
    oldest_due_notification_s: float | None
    unserved_locations: list[str] = Field(description="Locations that active checks use and nobody serves.")
    workers: list[WorkersOut]


@router.get("/healthz", operation_id="health")
async def health() -> Answer[Health]:
    """Say that the process lives."""
    return Answer(data=Health())


@router.get("/readyz", operation_id="ready", response_model=Answer[Health], responses=_UNREADY)
def ready(request: Request, services: Ask) -> Answer[Health] | Response:
    """Say whether database and schema are there."""
    problem = services.status.readiness_problem()
    if problem is None:
        return Answer(data=Health())
    return envelope(503, "not_ready", problem, request_id=request.state.request_id)


@router.get("/status", operation_id="status", responses=_UNREADY)
def status(services: Ask) -> Answer[StatusOut]:
    """Show who is alive, what waits and what nobody serves."""
    found = services.status.status()
    alive = Counter((one.location, one.queues) for one in found.workers)
    return Answer(
        data=StatusOut(
            now=found.now,
            ages=dict(found.ages),
            oldest_queued_run_s=found.oldest_queued_run_s,
            oldest_due_notification_s=found.oldest_due_notification_s,
            unserved_locations=list(found.unserved_locations),
            workers=[
                WorkersOut(location=location, queues=list(queues), count=count)
                for (location, queues), count in sorted(alive.items())
            ],
        )
    )
