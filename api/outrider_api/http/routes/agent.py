"""``/api/agent``: what pipelines use, to start runs and to wait for them."""

import asyncio
from typing import Annotated

from fastapi import Query, Request
from pydantic import BaseModel, ConfigDict, Field

from outrider_api.http.answers import Answer
from outrider_api.http.bodies import OptionalJsonBody
from outrider_api.http.documented import ERRORS, accepts
from outrider_api.http.routing import Routes
from outrider_api.http.security import AnyRunner, JourneyRunner, MonitorRunner, RunReader, require_of
from outrider_api.http.services import Ask, Services
from outrider_api.http.waiting import RunWatch
from outrider_api.http.wire.artifact_wishes import ArtifactWish
from outrider_api.http.wire.bodies import Text
from outrider_api.http.wire.runs import BegunOut, RunOut, begun
from outrider_engine.domain.artifact_policies import by_kind_of
from outrider_engine.domain.checks import Family
from outrider_engine.domain.identity import ApiKey, Permission
from outrider_engine.domain.json_values import JsonObject
from outrider_engine.domain.runs import Overrides, Trigger
from outrider_engine.services.history import RunView
from outrider_engine.services.validation import validated

router = Routes(prefix="/api/agent", tags=["CI"], responses=ERRORS)

LONGEST_WAIT_S = 60

Wait = Annotated[
    float, Query(ge=0, le=LONGEST_WAIT_S, description=f"Seconds to wait for the end, at most {LONGEST_WAIT_S}.")
]


class TriggerBody(BaseModel):
    """What this run does differently from the definition; everything may be left out."""

    model_config = ConfigDict(extra="forbid")

    base_url: Text | None = Field(default=None, description="Goes before that of the definition or environment.")
    variables: dict[str, Text] = Field(
        default_factory=dict, description="Added to the definition's, or in their place."
    )
    environment: Text | None = Field(
        default=None, description="Name or id of an environment to run in: with its variables, and at its base URL."
    )
    location: Text | None = Field(default=None, description="Run at this location only.")
    artifacts: ArtifactWish = None


@router.post(
    "/journeys/{id}/trigger",
    status_code=202,
    operation_id="triggerJourney",
    openapi_extra=accepts("TriggerBody", required=False),
)
def trigger_journey(id: str, key: JourneyRunner, services: Ask, body: OptionalJsonBody) -> Answer[BegunOut]:
    """Run a journey now; the answer shows the first of its runs, and the ids of all."""
    return _triggered(services, key, id, Family.JOURNEY, body)


@router.post(
    "/monitors/{id}/trigger",
    status_code=202,
    operation_id="triggerMonitor",
    openapi_extra=accepts("TriggerBody", required=False),
)
def trigger_monitor(id: str, key: MonitorRunner, services: Ask, body: OptionalJsonBody) -> Answer[BegunOut]:
    """Run a monitor now; the answer shows the first of its runs, and the ids of all."""
    return _triggered(services, key, id, Family.MONITOR, body)


@router.post(
    "/api-monitors/{id}/trigger",
    status_code=202,
    operation_id="triggerApiMonitorRun",
    openapi_extra=accepts("TriggerBody", required=False),
)
def trigger_api_monitor(id: str, key: MonitorRunner, services: Ask, body: OptionalJsonBody) -> Answer[BegunOut]:
    """Run an API monitor now; the answer shows the first of its runs, and the ids of all."""
    return _triggered(services, key, id, Family.API_MONITOR, body)


@router.get("/runs/{id}", operation_id="pollRun")
async def poll_run(id: str, request: Request, key: RunReader, services: Ask, wait: Wait = 0) -> Answer[RunOut]:
    """Return a run; with `wait`, as soon as it has ended or that time is over."""
    view = await asyncio.to_thread(_readable, services, key, id)
    if wait and not view.run.status.is_terminal:
        watch: RunWatch[tuple[str, str]] = request.app.state.run_watch
        await watch.wait((key.organization_id, id), wait)
        view = await asyncio.to_thread(_readable, services, key, id)
    return Answer(data=RunOut.of(view))


@router.post("/runs/{id}/cancel", operation_id="cancelRun")
def cancel_run(id: str, key: AnyRunner, services: Ask) -> Answer[RunOut]:
    """Call off a run; one that has ended stays as it is.

    The verdict `cancelled` is there at once; a worker that is at it stops within ten seconds.
    """
    require_of(key, Permission.RUN, services.history.get(key.organization_id, id).run.family)
    services.cancelling.run(key.organization_id, id)
    return Answer(data=RunOut.of(services.history.get(key.organization_id, id)))


def _readable(services: Services, key: ApiKey, id: str) -> RunView:
    view = services.history.get(key.organization_id, id)
    require_of(key, Permission.READ, view.run.family)
    return view


def _triggered(services: Services, key: ApiKey, id: str, family: Family, body: JsonObject) -> Answer[BegunOut]:
    given = validated(TriggerBody, body)
    overrides = None
    artifacts = by_kind_of(given.artifacts)
    if given.base_url is not None or given.variables or given.environment is not None or artifacts:
        overrides = Overrides(
            base_url=given.base_url, variables=given.variables, environment=given.environment, artifacts=artifacts
        )
    runs = services.checks.run_now(
        key.organization_id, id, family=family, trigger=Trigger.CI, overrides=overrides, location=given.location
    )
    return Answer(data=begun(runs))
