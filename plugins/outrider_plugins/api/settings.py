"""What an ``api`` check needs: its steps, each with a request, what to take from the answer and what must hold."""

from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from outrider_engine.assertions import Extraction, WrittenAssertion, read_assertion
from outrider_engine.contracts import wrong_field
from outrider_engine.contracts.http_requests import Headers, Method, UrlOrPath
from outrider_engine.domain.assertions import Assertion
from outrider_engine.domain.templates import names_in
from outrider_engine.errors import InvalidInput

from . import bodies

MOST_STEPS = 50
MOST_OF_A_STEP = 50
_STRICT = ConfigDict(extra="forbid", frozen=True)


class ApiRequest(BaseModel):
    """The request of a step. ``{{name}}`` stands for a variable, a secret or an extracted value in all its texts."""

    model_config = _STRICT

    url: UrlOrPath = Field(
        description="What to request: http:// or https://, or a path where there is a base URL.",
        examples=["https://shop.example.com/api/login"],
    )
    method: Method = Field(default="GET", description="The request's method.")
    headers: Headers = Field(
        default_factory=dict,
        description="Headers to send besides the client's own.",
        examples=[{"Authorization": "Bearer {{accessToken}}"}],
    )
    body: Any = Field(
        default=None,
        description="What to send: an object or list as JSON, a text as it is, or `{type, content}` with the type "
        "`json`, `form`, `raw` or `multipart`.",
        examples=[{"email": "{{USER_EMAIL}}"}, {"type": "form", "content": {"q": "socks"}}],
    )
    follow_redirects: bool = Field(default=True, description="Whether to follow redirects, or judge the first one.")
    max_redirects: int = Field(default=5, ge=0, le=20, description="Redirects to follow at most.")
    verify_tls: bool = Field(default=True, description="Whether certificate and host name must be valid.")
    max_body: int = Field(
        default=2_000_000, ge=1, le=20_000_000, description="Bytes of the decoded body to accept at most."
    )

    @field_validator("body")
    @classmethod
    def _sendable(cls, body: Any) -> Any:
        try:
            bodies.check(body)
        except InvalidInput as error:
            raise wrong_field(error) from None
        return body

    @model_validator(mode="after")
    def _no_body_for_head(self) -> Self:
        if self.method == "HEAD" and self.body is not None:
            raise wrong_field(InvalidInput("a HEAD request has no body", field="body"))
        return self


class ApiStep(BaseModel):
    """One request, what is taken from its answer, and what must hold of it."""

    model_config = _STRICT

    id: str | None = Field(
        default=None,
        pattern=r"^[A-Za-z0-9_.-]{1,100}$",
        description="A stable name for programs; its number otherwise.",
    )
    name: str = Field(min_length=1, max_length=200, description="What people call it.", examples=["Login"])
    request: ApiRequest = Field(description="What to send.")
    extract: list[Extraction] = Field(
        default_factory=list, max_length=MOST_OF_A_STEP, description="What to take from the answer."
    )
    assertions: list[WrittenAssertion] = Field(
        default_factory=list,
        max_length=MOST_OF_A_STEP,
        description="What must hold of the answer; a status from 200 to 399 when left out.",
        examples=[[{"type": "status_code", "equals": 200}]],
    )
    timeout: float | None = Field(
        default=None, ge=0.1, le=3600, description="Seconds for this step; what is left of the check's when left out."
    )

    def judged(self) -> list[Assertion]:
        """Return its own assertions."""
        return [read_assertion(one) for one in self.assertions]


class ApiSettings(BaseModel):
    """Requests that are made in order, as one visitor; the first that fails ends the run."""

    model_config = _STRICT

    base_url: UrlOrPath | None = Field(
        default=None,
        description="What paths in the steps are relative to; a run may be given another.",
        examples=["https://shop.example.com"],
    )
    steps: list[ApiStep] = Field(min_length=1, max_length=MOST_STEPS, description="What to do, in order.")

    @field_validator("base_url")
    @classmethod
    def _whole(cls, base_url: str | None) -> str | None:
        if base_url is not None and "://" not in base_url and not names_in(base_url):
            raise ValueError("must begin with http:// or https://")
        return base_url

    @model_validator(mode="after")
    def _ids_are_unique(self) -> Self:
        seen: set[str] = set()
        for index, step in enumerate(self.steps):
            if step.id is not None and step.id in seen:
                raise wrong_field(InvalidInput("is the id of another step", field=f"steps[{index}].id"))
            seen |= {step.id} if step.id is not None else set()
        return self
