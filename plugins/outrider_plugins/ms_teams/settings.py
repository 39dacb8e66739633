"""What an ``ms_teams`` channel needs."""

from pydantic import BaseModel, ConfigDict, Field

from outrider_engine.contracts import MessageTemplate, SecretUrl, Visibility


class TeamsSettings(BaseModel):
    """A workflow of Microsoft Teams that posts what it receives, and what is said there."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    webhook_url: SecretUrl = Field(
        description="Address of the workflow “When a Teams webhook request is received”; never shown.",
        examples=["https://prod-01.westeurope.logic.azure.com/workflows/abcd/triggers/manual/paths/invoke"],
    )
    template: MessageTemplate | None = Field(
        default=None,
        description="The message in the Markdown of cards, with placeholders.",
        examples=["{monitorName}: {status}"],
    )
    visibility: Visibility = Field(
        default="private", description="`public` leaves out addresses, errors, locations and links into Outrider."
    )
