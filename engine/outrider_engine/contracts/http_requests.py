"""The parts of HTTP requests as settings of check types: refused when saved if they can never be sent."""

import re
import urllib.parse
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from outrider_engine.domain.templates import names_in

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_MOST_HEADERS = 100

Method = Literal["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"]


def _usable(url: str) -> str:
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


def _check_authority(url: str) -> None:
    try:
        parts = urllib.parse.urlsplit(url)
        usable = bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable or " " in parts.netloc:
        raise ValueError("is not a valid URL")


def _sendable(headers: dict[str, str]) -> dict[str, str]:
    for name, value in headers.items():
        if not _HEADER_NAME.fullmatch(name):
            raise ValueError(f"{name[:100]!r} is not a header name")
        if _CONTROL.search(value.replace("\t", " ")):
            raise ValueError(f"{name} contains a line break or another control character")
    return headers


UrlOrPath = Annotated[str, Field(min_length=1, max_length=8192), AfterValidator(_usable)]
Headers = Annotated[dict[str, str], Field(max_length=_MOST_HEADERS), AfterValidator(_sendable)]
