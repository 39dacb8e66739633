"""What a ``slack`` channel needs."""

import re
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, model_validator

from outrider_engine.contracts import MessageTemplate, ReceiverUrl, SecretUrl, Visibility, wrong_field
from outrider_engine.errors import InvalidInput

_BOT_TOKEN = re.compile(r"(xoxe\.)?xoxb-[A-Za-z0-9-]{8,500}")


def _bot_token(token: SecretStr) -> SecretStr:
    if not _BOT_TOKEN.fullmatch(token.get_secret_value()):
        raise ValueError("must be the token of a bot, which begins with xoxb-")
    return token


class SlackSettings(BaseModel):
    """An incoming webhook or the bot of an app in a Slack workspace, and what is said there."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    webhook_url: SecretUrl | None = Field(
        default=None,
        description="Incoming webhook of the workspace; never shown, because whoever knows it may post.",
        examples=["https://hooks.slack.com/services/T000/B000/XXXX"],
    )
    bot_token: Annotated[SecretStr, AfterValidator(_bot_token)] | None = Field(
        default=None,
        description="Instead of a webhook, the token of an app's bot with the scope `chat:write`; never shown. It may "
        "post to many channels, so `alert_policy.slack_channel` of checks works with it.",
        examples=["xoxb-0000000000-XXXX"],
    )
    api_url: ReceiverUrl = Field(
        default="https://slack.com/api",
        description="Address of the Web API, which bots use, for those who reach it through a proxy.",
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
        description="Of a bot: where rules tell, by name or id. Of a webhook: another channel than its own, which only "
        "older webhooks allow.",
        examples=["#ops"],
    )
    username: str | None = Field(
        default=None,
        min_length=1,
        max_length=80,
        description="Name of the sender; bots need the scope `chat:write.customize`.",
        examples=["Outrider"],
    )

    @model_validator(mode="after")
    def _either_webhook_or_bot(self) -> "SlackSettings":
        if self.webhook_url is None and self.bot_token is None:
            raise wrong_field(InvalidInput("is required, unless there is a bot_token", field="webhook_url"))
        if self.webhook_url is not None and self.bot_token is not None:
            problem = "can't be given beside webhook_url: a channel posts by one or the other; null takes one away"
            raise wrong_field(InvalidInput(problem, field="bot_token"))
        return self
