"""What an ``http`` check needs."""

import re
import urllib.parse
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from outrider_engine.domain.templates import names_in

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_MOST_HEADERS = 100

Method = Literal["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"]


class HttpSettings(BaseModel):
    """One HTTP request. ``{{name}}`` stands for a variable or secret in URL, headers and body."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    url: str = Field(
        min_length=1,
        max_length=8192,
        description="What to request: http:// or https://, or a path where runs are given a base URL.",
        examples=["https://shop.example.com/health"],
    )
    method: Method = Field(default="GET", description="The request's method.")
    headers: dict[str, str] = Field(
        default_factory=dict,
        max_length=_MOST_HEADERS,
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

    @field_validator("url")
    @classmethod
    def _usable(cls, url: str) -> str:
        """Refuse what can't become a request; what variables stand for is looked at when they are known."""
        if _CONTROL.search(url):
            raise ValueError("contains a line break or another control character")
        if "\\" in re.split(r"[?#]", url, maxsplit=1)[0]:
            raise ValueError("contains a backslash")
        scheme, separator, rest = url.strip().partition("://")
        if separator and not names_in(scheme) and scheme.lower() not in {"http", "https"}:
            raise ValueError("must begin with http:// or https://")
        if not separator and not url.startswith("/") and not names_in(url):
            raise ValueError("must begin with http:// or https://, or with / for a path")
        authority = re.split(r"[/?#]", rest, maxsplit=1)[0]
        if separator and not authority:
            raise ValueError("has no host")
        if "@" in authority:
            raise ValueError("contains user information; use an Authorization header")
        if separator and not names_in(url):
            _check_authority(url.strip())
        return url

    @field_validator("headers")
    @classmethod
    def _sendable(cls, headers: dict[str, str]) -> dict[str, str]:
        for name, value in headers.items():
            if not _HEADER_NAME.fullmatch(name):
                raise ValueError(f"{name[:100]!r} is not a header name")
            if _CONTROL.search(value.replace("\t", " ")):
                raise ValueError(f"{name} contains a line break or another control character")
        return headers

    @model_validator(mode="after")
    def _no_body_for_head(self) -> Self:
        if self.method == "HEAD" and self.body:
            raise ValueError("a HEAD request has no body")
        return self


def _check_authority(url: str) -> None:
    try:
        parts = urllib.parse.urlsplit(url)
        usable = bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable or " " in parts.netloc:
        raise ValueError("is not a valid URL")
