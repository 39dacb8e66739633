"""What a ``discord`` channel needs."""

from pydantic import BaseModel, ConfigDict, Field, field_validator

from outrider_engine.contracts import MessageTemplate, SecretUrl, Visibility

_RESERVED = ("clyde", "discord")


class DiscordSettings(BaseModel):
    """A webhook of a Discord channel, and what is said there."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    webhook_url: SecretUrl = Field(
        description="Webhook of the channel; never shown, because whoever knows it may post.",
        examples=["https://discord.com/api/webhooks/1234/abcd"],
    )
    template: MessageTemplate | None = Field(
        default=None,
        description="The message in Discord's Markdown, with placeholders.",
        examples=["{monitorName} is {status}"],
    )
    visibility: Visibility = Field(
        default="private", description="`public` leaves out addresses, errors, locations and links into Outrider."
    )
    username: str | None = Field(
        default=None, min_length=1, max_length=80, description="Name of the sender.", examples=["Outrider"]
    )

    @field_validator("username")
    @classmethod
    def _acceptable(cls, name: str | None) -> str | None:
        if name is not None and any(word in name.lower() for word in _RESERVED):
            raise ValueError(f"must not contain {' or '.join(_RESERVED)}: the service refuses such names")
        return name
