"""What an ``email`` channel needs."""

from pydantic import BaseModel, ConfigDict, Field, field_validator

from outrider_engine.contracts import MailAddress, MessageTemplate, Visibility


class EmailSettings(BaseModel):
    """Who gets mail, and what it says."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    recipients: tuple[MailAddress, ...] = Field(
        min_length=1, max_length=50, description="Addresses, up to 50.", examples=[["ops@example.com"]]
    )
    template: MessageTemplate | None = Field(
        default=None, description="The mail's text, with placeholders.", examples=["{monitorName} is {status}"]
    )
    visibility: Visibility = Field(
        default="private", description="`public` leaves out addresses, errors, locations and links into Outrider."
    )

    @field_validator("recipients")
    @classmethod
    def _each_once(cls, recipients: tuple[str, ...]) -> tuple[str, ...]:
        if len({one.lower() for one in recipients}) != len(recipients):
            raise ValueError("must name each address once")
        return recipients
