"""``/api/v1/journeys``: paths of users through a site, walked in a real browser."""

from outrider_api.http.answers import Answer, Done, Listing, Paging, Timeline
from outrider_api.http.bodies import JsonBody, OptionalJsonBody
from outrider_api.http.documented import ERRORS, accepts
from outrider_api.http.etags import Changing, Reading
from outrider_api.http.routing import Routes
from outrider_api.http.security import JourneyReader, JourneyRunner, JourneyWriter
from outrider_api.http.services import Ask
from outrider_api.http.wire.environments import run_overrides
from outrider_api.http.wire.listing import AskedChecks, of_family
from outrider_api.http.wire.reading import as_spelled, read_fields
from outrider_api.http.wire.runs import Asked, BegunOut, RunOut, begun, timeline
from outrider_api.http.wire.showing import JourneyOut, show_journey
from outrider_api.http.wire.spelling import JOURNEYS
from outrider_api.http.wire.statistics import StatsOut, show_stats
from outrider_engine.domain.checks import Family
from outrider_engine.domain.runs import Trigger

router = Routes(prefix="/api/v1/journeys", tags=["Journeys"], responses=ERRORS)


@router.get("", operation_id="listJourneys")
def list_journeys(key: JourneyReader, services: Ask, paging: Paging, asked: AskedChecks) -> Listing[JourneyOut]:
    """List journeys, oldest first unless `sort` says otherwise."""
    query = of_family(asked, JOURNEYS, services.checks.types)
    views, total = services.checks.list(key.organization_id, query)
    return paging.listing([show_journey(view) for view in views], total)


@router.post("", status_code=201, operation_id="createJourney", openapi_extra=accepts("JourneyCreate"))
def create_journey(key: JourneyWriter, services: Ask, body: JsonBody) -> Answer[JourneyOut]:
    """Create a journey. One without steps is stored, but neither scheduled nor run."""
    fields = read_fields(body, JOURNEYS, services.checks.types)
    with as_spelled(body, JOURNEYS):
        return Answer(data=show_journey(services.checks.create(key.organization_id, Family.JOURNEY, fields)))


@router.get("/{id}", operation_id="getJourney")
def get_journey(id: str, key: JourneyReader, services: Ask, seen: Reading) -> Answer[JourneyOut]:
    """Return a journey."""
    return Answer(data=seen(show_journey(services.checks.get(key.organization_id, id, Family.JOURNEY))))


@router.put("/{id}", operation_id="updateJourney", openapi_extra=accepts("JourneyUpdate"))
def update_journey(id: str, key: JourneyWriter, services: Ask, body: JsonBody, match: Changing) -> Answer[JourneyOut]:
    """Change some fields of a journey; what is not sent keeps its value, lists and objects are replaced whole."""
    current = services.checks.get(key.organization_id, id, Family.JOURNEY)
    fields = read_fields(body, JOURNEYS, services.checks.types, current)
    with as_spelled(body, JOURNEYS):
        expecting = match.on(show_journey)
        changed = services.checks.update(key.organization_id, id, Family.JOURNEY, fields, expecting=expecting)
    return Answer(data=match.changed(show_journey(changed)))


@router.delete("/{id}", operation_id="deleteJourney")
def delete_journey(id: str, key: JourneyWriter, services: Ask, match: Changing) -> Answer[Done]:
    """Delete a journey. Its runs stay readable for 30 days."""
    services.checks.delete(key.organization_id, id, Family.JOURNEY, expecting=match.on(show_journey))
    return Answer(data=Done(id=id))


@router.post(
    "/{id}/run-now",
    status_code=202,
    operation_id="runJourney",
    openapi_extra=accepts("RunNowBody", required=False),
)
@router.post("/{id}/run", status_code=202, include_in_schema=False)
def run_journey(id: str, key: JourneyRunner, services: Ask, body: OptionalJsonBody) -> Answer[BegunOut]:
    """Run a journey now, at each of its locations; the answer shows the first of the runs, and the ids of all."""
    runs = services.checks.run_now(
        key.organization_id, id, family=Family.JOURNEY, trigger=Trigger.MANUAL, overrides=run_overrides(body)
    )
    return Answer(data=begun(runs))


@router.get("/{id}/runs", operation_id="listJourneyRuns")
def list_journey_runs(id: str, key: JourneyReader, services: Ask, asked: Asked) -> Timeline[RunOut]:
    """List a journey's runs, newest first."""
    views, more = services.history.of_check(key.organization_id, id, Family.JOURNEY, asked)
    return timeline(views, asked, more=more)


@router.get("/{id}/stats", operation_id="getJourneyStats")
def journey_stats(id: str, key: JourneyReader, services: Ask) -> Answer[StatsOut]:
    """Return a journey's uptime and durations over the last 24 hours, 7, 30 and 90 days."""
    return Answer(data=show_stats(services.statistics.of_check(key.organization_id, id, Family.JOURNEY)))


@router.post("/{id}/pause", operation_id="pauseJourney")
def pause_journey(id: str, key: JourneyWriter, services: Ask) -> Answer[JourneyOut]:
    """Stop scheduling a journey."""
    return Answer(data=show_journey(services.checks.pause(key.organization_id, id, Family.JOURNEY)))


@router.post("/{id}/resume", operation_id="resumeJourney")
def resume_journey(id: str, key: JourneyWriter, services: Ask) -> Answer[JourneyOut]:
    """Schedule a journey again, from its next slot on."""
    return Answer(data=show_journey(services.checks.resume(key.organization_id, id, Family.JOURNEY)))
