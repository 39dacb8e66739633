"""What an ``http`` check needs."""

from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from outrider_engine.contracts.http_requests import Headers, Method, UrlOrPath


class HttpSettings(BaseModel):
    """One HTTP request. ``{{name}}`` stands for a variable or secret in URL, headers and body."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    url: UrlOrPath = Field(
        description="What to request: http:// or https://, or a path where runs are given a base URL.",
        examples=["https://shop.example.com/health"],
    )
    method: Method = Field(default="GET", description="The request's method.")
    headers: Headers = Field(
        default_factory=dict,
        description="Headers to send besides the client's own.",
        examples=[{"Authorization": "Bearer {{API_TOKEN}}"}],
    )
    body: str | dict[str, Any] | list[Any] | None = Field(
        default=None, description="What to send: a text as it is, an object or list as JSON.", examples=['{"ping": 1}']
    )
    follow_redirects: bool = Field(default=True, description="Whether to follow redirects, or judge the first one.")
    max_redirects: int = Field(default=5, ge=0, le=20, description="Redirects to follow at most.")
    verify_tls: bool = Field(default=True, description="Whether certificate and host name must be valid.")
    max_body: int = Field(
        default=2_000_000, ge=1, le=20_000_000, description="Bytes of the decoded body to accept at most."
    )

    @model_validator(mode="after")
    def _no_body_for_head(self) -> Self:
        if self.method == "HEAD" and self.body:
            raise ValueError("a HEAD request has no body")
        return self
