"""One spelling for every host, so that what the policy judges is what is connected to."""

import functools
import ipaddress
import re
import socket

import idna

_NAME = re.compile(
    r"(?=.{1,253}\Z)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
)
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
_LONGEST = 1000
"""Characters; no spelling of a valid host is longer, and IDNA's work grows with it."""


@functools.lru_cache(maxsize=4096)
def canonical_host(host: str) -> str:
    """Return the one spelling of a host: an address in its usual form, or a lower-case ASCII name.

    Numbers are read as the platform's sockets read them (``127.1``, ``0x7f.1``, ``2130706433``), letters and digits
    of other scripts as browsers do (UTS 46), a trailing dot is dropped. A host whose last label is a number is an IPv4
    address or nothing (WHATWG URL, "ends in a number").

    Raises:
        ValueError: it can be neither a name nor an address.
    """
    if len(host) > _LONGEST:
        raise ValueError("the host is too long")
    if ":" in host:
        return _ipv6(host)
    name = _ascii(host).removesuffix(".")
    if _NUMBER.fullmatch(name.rpartition(".")[2]):
        return _ipv4(name)
    if not _NAME.fullmatch(name):
        raise ValueError("it is neither a host name nor an address")
    return name


def is_address(host: str) -> bool:
    """Whether a canonical host is an address; names never end in a number."""
    return ":" in host or (host[-1:].isdigit() and host.rpartition(".")[2].isdigit())


def _ascii(host: str) -> str:
    if host.isascii():
        return host.lower()
    try:
        return idna.encode(host, uts46=True).decode("ascii").lower()
    except idna.IDNAError as error:
        raise ValueError(f"it is not a valid international host name: {error}") from None


def _ipv4(text: str) -> str:
    try:
        return socket.inet_ntoa(socket.inet_aton(text))
    except OSError:
        raise ValueError("it ends in a number, but is no IPv4 address") from None


def _ipv6(text: str) -> str:
    """Drop the zone: it only means something for link-local addresses, and those are denied."""
    try:
        return ipaddress.IPv6Address(text.partition("%")[0]).compressed
    except ValueError:
        raise ValueError("it is no IPv6 address") from None
