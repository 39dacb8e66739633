"""How the pages of a journey should look: its baselines, and making others of what a run has seen."""

from pydantic import BaseModel, ConfigDict, Field

from outrider_api.http.answers import Answer
from outrider_api.http.bodies import OptionalJsonBody
from outrider_api.http.documented import ERRORS, accepts
from outrider_api.http.routing import Routes
from outrider_api.http.security import JourneyReader, JourneyWriter
from outrider_api.http.services import Ask
from outrider_api.http.wire.bodies import Text
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
