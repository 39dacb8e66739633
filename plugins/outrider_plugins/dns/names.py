"""Names to ask about, and name servers to ask, as people write them."""

import ipaddress
from typing import NamedTuple

import dns.exception
import dns.name
import dns.reversename

from outrider_engine.domain.templates import names_in

DNS_PORT = 53


class NameServer(NamedTuple):
    """Whom to ask."""

    host: str
    port: int


def parsed_name(text: str, record_type: str) -> dns.name.Name:
    """Return the absolute name that a text means; for ``PTR`` an address is turned into its reverse name.

    Raises:
        ValueError: it is no name of a domain.
    """
    try:
        if record_type == "PTR" and _is_address(text):
            return dns.reversename.from_address(text)
        return dns.name.from_text(text, idna_codec=dns.name.IDNA_2008_Practical)
    except (dns.exception.DNSException, UnicodeError) as error:
        raise ValueError(f"is not a name of a domain: {error}") from None


def parsed_server(text: str) -> NameServer:
    """Return the server that ``host``, ``host:port``, ``[IPv6]:port`` or an address means.

    Raises:
        ValueError: it is none of these.
    """
    host, port = text.strip(), ""
    if host.startswith("["):
        host, bracket, rest = host[1:].partition("]")
        if not bracket or (rest and not rest.startswith(":")):
            raise ValueError("must be host:port, with an IPv6 address in brackets")
        port = rest[1:]
        if not _is_address(host) or rest == ":":
            raise ValueError("must be host:port, with an IPv6 address in brackets")
    elif host.count(":") == 1:
        host, _, port = host.partition(":")
        if not port:
            raise ValueError("has no port after the colon")
    elif ":" in host and not _is_address(host):
        raise ValueError("must be host:port, with an IPv6 address in brackets")
    if not host or set(host) & set(" /@\\?#"):
        raise ValueError("has no host")
    if port and not (port.isascii() and port.isdigit() and 0 < int(port) <= 65_535):
        raise ValueError("has a port that is not between 1 and 65535")
    return NameServer(host, int(port) if port else DNS_PORT)


def is_settled(text: str) -> bool:
    """Whether a text is known before variables are filled in."""
    return not names_in(text)


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
