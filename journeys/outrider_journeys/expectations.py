"""``expects``: what a step has to cause besides doing what it does."""

from typing import Annotated, Literal, Self

from pydantic import ConfigDict, Field, model_validator

from .comparing import TextTest
from .strict_model import Alias, StrictModel
from .url_tests import UrlTest

Method = Annotated[str, Field(pattern=r"^[A-Z]{1,20}$", examples=["POST"])]
DialogAnswer = Literal["accept", "dismiss"]


class ExpectedNavigation(StrictModel):
    """The page goes to another address, or to another place of the same document."""

    url: TextTest | None = None
    """What its address is like then."""
    title: TextTest | None = None
    """What its title is like then."""


class ExpectedDownload(StrictModel):
    """A file is downloaded. It is kept for later steps, under a cap, and never opened."""

    as_: Alias = Field(default="download", alias="as")
    """What later steps call it."""
    file_name: TextTest | None = None
    """What the name is like that the site proposes."""


class ExpectedDialog(StrictModel):
    """The page shows an alert, a question or a prompt."""

    answer: DialogAnswer = "accept"
    """How it is answered."""
    text: str | None = Field(default=None, max_length=10_000)
    """What is typed into a prompt."""
    message: TextTest | None = None
    """What it says."""


class ExpectedRequest(StrictModel):
    """A request is sent."""

    url: UrlTest
    """Where to."""
    method: Method | None = None
    """By which method."""


class ExpectedResponse(StrictModel):
    """A request is answered."""

    url: UrlTest
    """Where it was sent to."""
    method: Method | None = None
    """By which method."""
    status: int | None = Field(default=None, ge=100, le=599)
    """With which status."""
    as_: Alias | None = Field(default=None, alias="as")
    """What later steps call it; without this its content is not kept."""


class Expectation(StrictModel):
    """One thing that the step has to cause, within its time: exactly one of the fields."""

    model_config = ConfigDict(
        json_schema_extra={
            "oneOf": [
                {"required": [kind]} for kind in ("navigation", "popup", "download", "dialog", "request", "response")
            ],
            "examples": [{"popup": "receipt"}, {"response": {"url": "**/api/cart", "status": 200}}],
        }
    )

    navigation: ExpectedNavigation | None = None
    """The page goes elsewhere; `{}` if it does not matter where."""
    popup: Alias | None = None
    """Another page opens; later steps call it by this name."""
    download: ExpectedDownload | None = None
    """A file is downloaded."""
    dialog: ExpectedDialog | None = None
    """The page shows an alert, a question or a prompt."""
    request: ExpectedRequest | None = None
    """A request is sent."""
    response: ExpectedResponse | None = None
    """A request is answered."""

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        given = [kind for kind in type(self).model_fields if getattr(self, kind) is not None]
        if len(given) != 1:
            found = f"{' and '.join(given)} are given" if given else "none is"
            raise ValueError(f"exactly one of {', '.join(type(self).model_fields)} is needed; {found}")
        return self
