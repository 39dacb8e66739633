"""How the pages of a journey should look: its baselines, and making others of what a run has seen."""

from typing import Annotated

from fastapi import Path
from pydantic import BaseModel, ConfigDict, Field

from outrider_api.http.answers import Answer, Done
from outrider_api.http.bodies import OptionalJsonBody
from outrider_api.http.documented import ERRORS, accepts
from outrider_api.http.routing import Routes
from outrider_api.http.security import JourneyReader, JourneyWriter
from outrider_api.http.services import Ask
from outrider_api.http.wire.bodies import Text
from outrider_engine.domain.baselines import baseline_key
from outrider_engine.domain.checks import Family
from outrider_engine.services.validation import validated

router = Routes(prefix="/api/v1/journeys", tags=["Journeys"], responses=ERRORS)


class PromoteBody(BaseModel):
    """Which pictures become baselines."""

    model_config = ConfigDict(extra="forbid")

    run_id: Text = Field(description="The run that took them: it differed from the baselines, or had none.")
    names: list[Text] = Field(default_factory=list, max_length=200, description="Only pictures of these names.")


class BaselinesOut(BaseModel):
    """Pictures of how pages of a journey should look."""

    baselines: list[str] = Field(description="By browser and size, and name: `chromium-1280x720/cart`.")


@router.get("/{id}/baselines", operation_id="listBaselines")
def list_baselines(id: str, key: JourneyReader, services: Ask) -> Answer[BaselinesOut]:
    """List the pictures that runs of a journey are compared with."""
    return Answer(data=BaselinesOut(baselines=list(services.baselines.list(key.organization_id, id))))


@router.post("/{id}/baselines/promote", operation_id="promoteBaselines", openapi_extra=accepts("PromoteBody"))
def promote_baselines(id: str, key: JourneyWriter, services: Ask, body: OptionalJsonBody) -> Answer[BaselinesOut]:
    """Make the pictures of a run those that later runs are compared with; the answer names them."""
    services.checks.get(key.organization_id, id, Family.JOURNEY)  # whose it is goes before what is wrong with the body
    given = validated(PromoteBody, body)
    promoted = services.baselines.promote(key.organization_id, id, given.run_id, given.names)
    return Answer(data=BaselinesOut(baselines=list(promoted)))


@router.delete("/{id}/baselines/{variant}/{name}", operation_id="deleteBaseline")
def delete_baseline(
    id: str,
    variant: Annotated[str, Path(description="Browser and size.", examples=["chromium-1280x720"])],
    name: Annotated[str, Path(description="What the journey calls the picture.", examples=["cart"])],
    key: JourneyWriter,
    services: Ask,
) -> Answer[Done]:
    """Delete a picture that runs of a journey are compared with; the next run that passes makes another."""
    wanted = baseline_key(variant, name)
    services.baselines.delete(key.organization_id, id, wanted)
    return Answer(data=Done(id=wanted))
