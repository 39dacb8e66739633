"""Which addresses checks may reach: the one rule behind every socket that Outrider opens for somebody's check."""

import functools
import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from outrider_engine.errors import EgressDenied

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_METADATA_NETWORKS = tuple(
    ipaddress.ip_network(text)
    for text in ("169.254.0.0/16", "100.100.100.200/32", "192.0.0.192/32", "fd00:ec2::254/128", "fe80::/10")
)
_METADATA_NAMES = frozenset({"metadata", "metadata.google.internal", "metadata.goog", "instance-data"})
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_SIX_TO_FOUR = ipaddress.IPv6Network("2002::/16")
_OPAQUE = (
    ipaddress.IPv6Network("2001::/32"),  # Teredo: the target is hidden behind a server and a port
    ipaddress.IPv6Network("64:ff9b:1::/48"),  # local NAT64 (RFC 8215): where the IPv4 sits is the network's own choice
)
_COMPATIBLE = ipaddress.IPv6Network("::/96")
_TRANSLATED = ipaddress.IPv6Network("::ffff:0:0:0/96")
_GLOBAL_UNICAST = ipaddress.IPv6Network("2000::/3")
_SPECIAL = tuple(
    ipaddress.ip_network(text)
    for text in (
        "100.64.0.0/10",
        "192.0.0.0/24",
        "192.88.99.0/24",
        "198.18.0.0/15",
        "2001::/23",
        "2001:db8::/32",
        "3fff::/20",
    )
)
"""Blocks of IANA's special-purpose registries that some versions of ``ipaddress`` call global."""


class EgressMode(StrEnum):
    """``private`` lets checks reach private and loopback addresses, ``public`` does not."""

    PRIVATE = "private"
    PUBLIC = "public"


@dataclass(frozen=True, slots=True)
class EgressPolicy:
    """What may be reached. Cloud metadata is denied in both modes; ``denied`` adds the operator's own networks."""

    mode: EgressMode
    denied: tuple[Network, ...] = ()

    def check_name(self, host: str) -> None:
        """Refuse names that stand for cloud metadata.

        Raises:
            EgressDenied: the name may not be used.
        """
        if host.rstrip(".").lower() in _METADATA_NAMES:
            raise EgressDenied(host, None, "it names a cloud metadata service")

    def check_addresses(self, host: str, addresses: Sequence[str]) -> None:
        """Refuse a host when any address it resolves to is denied (so that a mixed answer gains nothing).

        Raises:
            EgressDenied: at least one address may not be reached.
        """
        for text in addresses:
            why = _objection_to(self, text)
            if why is not None:
                raise EgressDenied(host, text, why)

    def objection(self, address: Address) -> str | None:
        """Return why an address may not be reached, ``None`` when it may."""
        plain = unwrap(address)
        if plain is None:
            return "it is a tunnel address whose target cannot be told"
        if _within(plain, _METADATA_NETWORKS):
            return "it is a link-local or cloud metadata address"
        if _within(plain, self.denied) or _within(address, self.denied):
            return "the operator denies it (OUTRIDER_EGRESS_DENY)"
        if plain.is_multicast or (plain.is_reserved and not (plain.is_loopback or plain.is_unspecified)):
            return "it is a multicast or reserved address"
        if self.mode is EgressMode.PUBLIC and not _is_public(plain):
            return "it is not a public address (OUTRIDER_EGRESS=public)"
        return None


@functools.lru_cache(maxsize=8192)
def _objection_to(policy: EgressPolicy, text: str) -> str | None:
    """Return ``policy.objection`` of an address as text, remembered: checks come back to the same addresses."""
    return policy.objection(ipaddress.ip_address(text.partition("%")[0]))


def unwrap(address: Address) -> Address | None:
    """Return the address that packets really go to: IPv4 behind the IPv6 transition forms.

    ``None`` for forms that do not tell: Teredo, and NAT64 with a prefix of the network's own.
    """
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if _within(address, _OPAQUE):
        return None
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address in _SIX_TO_FOUR:
        return ipaddress.IPv4Address(int(address) >> 80 & 0xFFFFFFFF)
    if address in _NAT64 or address in _TRANSLATED or (address in _COMPATIBLE and int(address) > 1):
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address


def _within(address: Address, networks: Sequence[Network]) -> bool:
    return any(address in network for network in networks if network.version == address.version)


def _is_public(address: Address) -> bool:
    if isinstance(address, ipaddress.IPv6Address) and address not in _GLOBAL_UNICAST:
        return False
    return address.is_global and not _within(address, _SPECIAL)
