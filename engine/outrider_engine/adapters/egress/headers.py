"""What a proxy reads and changes in the heads of messages (RFC 9110 section 7.6, RFC 9112 section 3.2)."""

import re
from collections.abc import Iterable

from .dialing import Target

MARKER = b"X-Outrider-Proxy"
"""Header of the proxy's own answers; its value tells why: ``egress-denied``, ``dns``, ``connect``, ``protocol``."""

Header = tuple[bytes, bytes]

_ABSOLUTE = re.compile(rb"(?i:http)://(?P<authority>[^/?#@]+)(?P<rest>[/?][^#]*)?")
_AUTHORITY = re.compile(r"(?:\[(?P<v6>[0-9A-Fa-f:.]+)\]|(?P<name>[^\[\]:@/\s]+))(?::(?P<port>[0-9]{1,5}))?")
_HOP_BY_HOP = frozenset(
    {b"connection", b"proxy-connection", b"keep-alive", b"te", b"trailer", b"upgrade", b"proxy-authorization"}
    | {b"proxy-authenticate", b"proxy-authentication-info"}
)


def absolute_target(target: bytes) -> tuple[Target, bytes, bytes] | None:
    """Return target, authority and path of a request target in absolute form, ``None`` when it is not one."""
    match = _ABSOLUTE.fullmatch(target)
    if match is None:
        return None
    where = authority_target(match["authority"], default_port=80)
    path = match["rest"] or b"/"
    return (where, match["authority"], path if path.startswith(b"/") else b"/" + path) if where else None


def authority_target(authority: bytes, *, default_port: int | None = None) -> Target | None:
    """Return the target that an authority names, ``None`` when it names none."""
    match = _AUTHORITY.fullmatch(authority.decode("latin-1"))
    if match is None:
        return None
    port = int(match["port"]) if match["port"] else default_port
    if port is None or not 0 < port <= 65_535:
        return None
    return Target(match["v6"] or match["name"], port)


def forwarded(headers: Iterable[Header]) -> list[Header]:
    """Return the headers that travel on: without those of the connection, and without our own marker."""
    pairs = list(headers)
    named = {
        token.strip().lower()
        for name, value in pairs
        if name.lower() in {b"connection", b"proxy-connection"}
        for token in value.split(b",")
    }
    dropped = _HOP_BY_HOP | named | {MARKER.lower()}
    return [(name, value) for name, value in pairs if name.lower() not in dropped]


def for_origin(headers: Iterable[Header], authority: bytes) -> list[Header]:
    """Return the headers for the target itself; ``Host`` is what the request target says, not what the client says."""
    rest = [(name, value) for name, value in forwarded(headers) if name.lower() != b"host"]
    return [(b"Host", authority), *rest]
