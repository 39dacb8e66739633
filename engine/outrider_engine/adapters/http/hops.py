"""What is sent at each hop of an exchange: checked headers, and what a redirect makes of them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from outrider_engine.errors import InvalidInput
from outrider_engine.ports.http import HttpRequest

from .urls import Target, join, parse_url

_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_FORBIDDEN = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_CREDENTIAL = re.compile(r"authorization|cookie|token|secret|password|api-?key|auth-?key|x-auth")
_COMPUTED = frozenset({"content-length", "transfer-encoding"})
"""Headers that follow from the body: the client writes them, whatever the request says."""
_OF_BODY = frozenset({"content-type", "content-encoding", "content-language", "content-location"})
REDIRECTS = frozenset({301, 302, 303, 307, 308})


class RedirectRefused(Exception):
    """A redirect that is not followed; the message says why."""


@dataclass(frozen=True, slots=True)
class Hop:
    """One request of an exchange; ``headers`` are (name, value) as given, checked."""

    target: Target
    method: str
    headers: tuple[tuple[str, str], ...]
    body: bytes | None

    @property
    def has_credentials(self) -> bool:
        """Whether a header carries something that only this origin should see."""
        return any(_is_credential(name) for name, _ in self.headers)


def first_hop(request: HttpRequest) -> Hop:
    """Return the first hop of a request.

    Raises:
        InvalidInput: names the field that can't be sent.
    """
    method = request.method.upper()
    if not _TOKEN.fullmatch(method) or method == "CONNECT":
        raise InvalidInput("is not a method that can be sent", field="method")
    if method == "HEAD" and request.body:
        raise InvalidInput("a HEAD request has no body", field="body")
    return Hop(parse_url(request.url), method, _checked(request.headers), request.body)


def redirected(hop: Hop, status: int, location: str) -> Hop:
    """Return the hop that follows a redirect, by the rules of RFC 9110 section 15.4.

    On another origin, credentials and ``Host`` stay behind.

    Raises:
        RedirectRefused: an unusable location, or one that would carry a protected request on in the clear.
    """
    try:
        target = join(hop.target, location)
    except InvalidInput as error:
        raise RedirectRefused(f"redirected to a location that {error.problem}") from None
    if target.origin != hop.target.origin:
        if hop.target.scheme == "https" and target.scheme == "http" and hop.has_credentials:
            raise RedirectRefused("redirected from https to http although the request carries credentials")
        kept = tuple(item for item in hop.headers if item[0].lower() != "host" and not _is_credential(item[0]))
        hop = replace(hop, headers=kept)
    hop = replace(hop, target=target)
    if (status == 303 and hop.method != "HEAD") or (status in (301, 302) and hop.method == "POST"):
        kept = tuple(item for item in hop.headers if item[0].lower() not in _OF_BODY)
        return replace(hop, method="GET", headers=kept, body=None)
    return hop


def _checked(headers: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    for name, value in headers.items():
        if not _TOKEN.fullmatch(name):
            raise InvalidInput("is not a header name", field=f"headers.{name[:100]!r}")
        if _FORBIDDEN.search(value):
            raise InvalidInput("contains a line break or another control character", field=f"headers.{name}")
    return tuple((name, value) for name, value in headers.items() if name.lower() not in _COMPUTED)


def _is_credential(name: str) -> bool:
    return _CREDENTIAL.search(name.lower()) is not None
