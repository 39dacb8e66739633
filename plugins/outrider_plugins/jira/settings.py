"""What a ``jira`` channel needs."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field, field_validator

from outrider_engine.contracts import MailAddress, MessageTemplate, ReceiverUrl, Token, Visibility

_OWN_FIELDS = frozenset({"project", "issuetype", "summary", "description", "labels"})


class JiraSettings(BaseModel):
    """A project of a Jira site, and how its issues look."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    site: ReceiverUrl = Field(description="Address of the site.", examples=["https://acme.atlassian.net"])
    email: MailAddress | None = Field(
        default=None, description="Account of the API token; without it the token is sent as a bearer token."
    )
    api_token: Token = Field(description="API token of the account, or a bearer token; never shown.")
    project: str = Field(pattern=r"^[A-Z][A-Z0-9_]{1,19}$", description="Key of the project.", examples=["OPS"])
    issue_type: str = Field(
        default="Task", min_length=1, max_length=100, description="Name of the type of issues.", examples=["Incident"]
    )
    labels: tuple[str, ...] = Field(
        default=(), max_length=20, description="Labels beside our own, without spaces.", examples=[["outage"]]
    )
    fields: dict[str, Any] = Field(
        default_factory=dict,
        max_length=50,
        description="Further fields of issues, as Jira's API takes them.",
        examples=[{"priority": {"name": "High"}}],
    )
    transition: str | None = Field(
        default=None,
        min_length=1,
        max_length=100,
        description="Transition, or status, that an issue gets when its alert is over; left out: it stays open.",
        examples=["Done"],
    )
    template: MessageTemplate | None = Field(
        default=None, description="Text of the issue, with placeholders.", examples=["{monitorName}: {error}"]
    )
    visibility: Visibility = Field(
        default="private", description="`public` leaves out addresses, errors, locations and links into Outrider."
    )

    @field_validator("labels")
    @classmethod
    def _without_spaces(cls, labels: tuple[str, ...]) -> tuple[str, ...]:
        for label in labels:
            if not 1 <= len(label) <= 255 or any(character.isspace() for character in label):
                raise ValueError("must be made of 1 to 255 characters without spaces each")
        return labels

    @field_validator("fields")
    @classmethod
    def _not_ours(cls, fields: dict[str, Any]) -> dict[str, Any]:
        if taken := sorted(_OWN_FIELDS & set(fields)):
            raise ValueError(f"must not have {taken[0]!r}, which has its own setting or is written by Outrider")
        return fields
