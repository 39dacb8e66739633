"""What a ``slack`` channel needs."""

from pydantic import BaseModel, ConfigDict, Field

from outrider_engine.contracts import MessageTemplate, SecretUrl, Visibility


class SlackSettings(BaseModel):
    """An incoming webhook of a Slack workspace, and what is said there."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    webhook_url: SecretUrl = Field(
        description="Incoming webhook of the workspace; never shown, because whoever knows it may post.",
        examples=["https://hooks.slack.com/services/T000/B000/XXXX"],
    )
    template: MessageTemplate | None = Field(
        default=None,
        description="The message in Slack's mrkdwn, with placeholders.",
        examples=["{monitorName}: {status}"],
    )
    visibility: Visibility = Field(
        default="private", description="`public` leaves out addresses, errors, locations and links into Outrider."
    )
    channel: str | None = Field(
        default=None,
        pattern=r"^[#@]?[^\s<>&@#]{1,80}$",
        description="Another channel than the webhook's own; only older webhooks allow that.",
        examples=["#ops"],
    )
    username: str | None = Field(
        default=None, min_length=1, max_length=80, description="Name of the sender, likewise.", examples=["Outrider"]
    )
