"""What an ``x`` channel needs."""

import re

from pydantic import BaseModel, ConfigDict, Field, field_validator

from outrider_engine.contracts import MessageTemplate, ReceiverUrl, Token, Visibility


class XSettings(BaseModel):
    """An account, and what is posted there."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    handle: str = Field(description="The account, with or without @; kept in lower case.", examples=["@acme_status"])
    bearer_token: Token = Field(description="OAuth 2.0 token of the account that may write posts; never shown.")
    visibility: Visibility = Field(
        default="public", description="`public` leaves out addresses, errors, locations and links into Outrider."
    )
    template: MessageTemplate | None = Field(
        default=None,
        description="The post, with placeholders; the monitor's address is appended when it is not in it.",
        examples=["{monitorName} is {status} ({incidentDuration})"],
    )
    api_url: ReceiverUrl = Field(
        default="https://api.x.com", description="Address of the API, for those who reach it through a proxy."
    )

    @field_validator("handle")
    @classmethod
    def _kept_plain(cls, handle: str) -> str:
        if not re.fullmatch(r"@?[A-Za-z0-9_]{1,15}", handle):
            raise ValueError("must be made of 1 to 15 letters, digits and _, with or without @ before them")
        return handle.removeprefix("@").lower()
