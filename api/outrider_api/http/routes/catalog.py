"""What this installation offers: check types, notifiers, locations, and the schema of journeys."""

from typing import Any

from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from outrider_api.http.answers import Answer
from outrider_api.http.documented import ERRORS
from outrider_api.http.routing import Routes
from outrider_api.http.security import may_read
from outrider_api.http.services import Ask, Services
from outrider_api.http.wire.spelling import API_MONITORS, JOURNEYS, MONITORS
from outrider_engine.domain.checks import Family
from outrider_engine.errors import NotFound
from outrider_journeys.schema import identified

router = Routes(prefix="/api/v1", tags=["Catalog"], responses=ERRORS)
public = Routes(tags=["Catalog"])


class CheckTypeOut(BaseModel):
    """An installed check type."""

    type: str = Field(description="What monitors and journeys give as their `type`.")
    title: str
    family: Family
    config_schema: dict[str, Any] = Field(description="JSON Schema of its settings.")


class NotifierOut(BaseModel):
    """An installed notifier."""

    type: str = Field(description="What channels give as their `type`.")
    config_schema: dict[str, Any] = Field(description="JSON Schema of its settings.")


class LocationOut(BaseModel):
    """A location."""

    name: str
    served: bool = Field(description="Whether a worker there is alive.")


@router.get("/check-types", dependencies=[may_read("monitors")], operation_id="listCheckTypes")
def list_check_types(services: Ask) -> Answer[list[CheckTypeOut]]:
    """List the installed check types with the JSON Schema of their settings."""
    names = {**MONITORS.kinds, **API_MONITORS.kinds, **JOURNEYS.kinds}
    return Answer(
        data=[
            CheckTypeOut(
                type=names.get(one.kind, one.kind), title=one.title, family=one.family, config_schema=dict(one.schema)
            )
            for one in services.checks.types.described()
        ]
    )


@router.get("/notifiers", dependencies=[may_read("alerts")], operation_id="listNotifiers")
def list_notifiers(services: Ask) -> Answer[list[NotifierOut]]:
    """List the installed notifiers with the JSON Schema of their settings."""
    return Answer(
        data=[NotifierOut(type=kind, config_schema=dict(schema)) for kind, schema in services.channels.kinds().items()]
    )


@router.get("/locations", dependencies=[may_read("monitors")], operation_id="listLocations")
def list_locations(services: Ask) -> Answer[list[LocationOut]]:
    """List the locations, and whether anybody serves them."""
    return Answer(data=[LocationOut(name=name, served=served) for name, served in services.checks.locations().items()])


@router.get("/schemas/journey", dependencies=[may_read("journeys")], operation_id="getJourneySchema")
def journey_schema(services: Ask) -> Answer[dict[str, Any]]:
    """Return the JSON Schema of journeys, built from the installed step actions."""
    return Answer(data=_journey_schema(services))


class SchemaAnswer(JSONResponse):
    """A JSON Schema by itself."""

    media_type = "application/schema+json"


@public.get("/schemas/journey.json", operation_id="getJourneySchemaFile", response_class=SchemaAnswer)
def journey_schema_file(services: Ask) -> SchemaAnswer:
    """Return the same schema bare and without a key, for editors that complete and check journeys."""
    return SchemaAnswer(_journey_schema(services), headers={"Cache-Control": "max-age=300"})


def _journey_schema(services: Services) -> dict[str, Any]:
    kind = JOURNEYS.default_kind
    if kind is None or kind not in services.checks.types.kinds(Family.JOURNEY):
        raise NotFound("check type", str(kind))
    return identified(services.checks.types.schema(kind))
