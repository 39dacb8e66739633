"""URLs taken apart once, strictly, and put together again, so that curl never reads one otherwise than we do."""

import functools
import re
import urllib.parse
from dataclasses import dataclass

from outrider_engine.errors import InvalidInput

from .hosts import canonical_host

_DEFAULT_PORTS = {"http": 80, "https": 443}
_AUTHORITY = re.compile(r"(?:\[(?P<v6>[0-9A-Fa-f:.]+)\]|(?P<name>[^\[\]:@\\]+))(?::(?P<port>[0-9]{0,5}))?")
_FORBIDDEN = re.compile(r"[\x00-\x1f\x7f]")
_BACKSLASH = re.compile(r"[^?#]*\\")
"""Before query and fragment, where browsers read it as a slash and others do not."""
_SAFE = "!$%&'()*+,-./:;=?@[]_~"
"""Characters that stay as they are in path and query; ``%`` among them, so what is escaped is not escaped again."""
LONGEST_URL = 8192


@dataclass(frozen=True, slots=True)
class Target:
    """A URL to request: canonical, without fragment; ``host`` is a name or an address without brackets."""

    url: str
    scheme: str
    host: str
    port: int

    @property
    def origin(self) -> tuple[str, str, int]:
        """What credentials are bound to (RFC 6454)."""
        return self.scheme, self.host, self.port


@functools.lru_cache(maxsize=4096)
def parse_url(url: str) -> Target:
    """Return the target that an absolute URL names.

    Raises:
        InvalidInput: line breaks and other control characters, another scheme than http and https, user information,
            no host or an impossible one, an impossible port.
    """
    if len(url) > LONGEST_URL:
        raise InvalidInput(f"is longer than {LONGEST_URL} characters", field="url")
    if _FORBIDDEN.search(url):
        raise InvalidInput("contains a line break or another control character", field="url")
    if _BACKSLASH.match(url):
        raise InvalidInput("contains a backslash", field="url")
    try:
        parts = urllib.parse.urlsplit(url.strip(" "))
    except ValueError:
        raise InvalidInput("is not a URL", field="url") from None
    if parts.scheme not in _DEFAULT_PORTS:
        raise InvalidInput("must begin with http:// or https://", field="url", allowed=tuple(_DEFAULT_PORTS))
    host, port = _authority(parts.netloc, parts.scheme)
    shown = f"[{host}]" if ":" in host else host
    where = shown if port == _DEFAULT_PORTS[parts.scheme] else f"{shown}:{port}"
    path = urllib.parse.quote(parts.path or "/", safe=_SAFE)
    query = f"?{urllib.parse.quote(parts.query, safe=_SAFE)}" if parts.query else ""
    return Target(f"{parts.scheme}://{where}{path}{query}", parts.scheme, host, port)


def join(base: Target, reference: str) -> Target:
    """Return the target of a ``Location`` seen at ``base`` (RFC 9110, 10.2.2).

    Raises:
        InvalidInput: as ``parse_url``.
    """
    if _BACKSLASH.match(reference):
        raise InvalidInput("contains a backslash", field="url")
    try:
        joined = urllib.parse.urljoin(base.url, reference.strip())
    except ValueError:
        raise InvalidInput("is not a URL", field="url") from None
    return parse_url(joined)


def _authority(netloc: str, scheme: str) -> tuple[str, int]:
    if "@" in netloc:
        raise InvalidInput("contains user information; use an Authorization header", field="url")
    found = _AUTHORITY.fullmatch(netloc)
    if found is None:
        raise InvalidInput("has no valid host", field="url")
    try:
        host = canonical_host(found["v6"] or found["name"])
    except ValueError as error:
        raise InvalidInput(f"has no valid host: {error}", field="url") from None
    port = int(found["port"]) if found["port"] else _DEFAULT_PORTS[scheme]
    if not 0 < port < 65536:
        raise InvalidInput("has an impossible port", field="url")
    return host, port
