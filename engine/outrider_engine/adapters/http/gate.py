"""The last gate before the network: curl may open sockets to the checked addresses and to no others."""

import hashlib
import socket
from collections.abc import Sequence
from typing import Any

import pycurl

MOST_ADDRESSES = 8
"""Addresses of one name that are tried, by Happy Eyeballs (RFC 8305)."""


class _Handed(socket.socket):
    """A socket for curl, which takes a duplicate of its descriptor: ours ends with its last reference, unwarned."""

    __slots__ = ()

    def __del__(self) -> None:
        self.close()


class Gate:
    """Opens the sockets of one transfer; ``refused`` is the address that was not let through."""

    __slots__ = ("_allowed", "refused")

    def __init__(self, addresses: Sequence[str]) -> None:
        self._allowed = {_packed(address) for address in addresses}
        self.refused: str | None = None

    def open(self, _purpose: int, address: Any) -> Any:
        """Return a socket for curl to connect, or its sign for "no"."""
        host = str(address.addr[0])
        if address.family in {socket.AF_INET, socket.AF_INET6} and _packed(host) in self._allowed:
            return _Handed(address.family, address.socktype, address.protocol)
        self.refused = host
        return pycurl.SOCKET_BAD


def pin(handle: Any, addresses: Sequence[str], port: int) -> None:
    """Make a handle connect to ``addresses`` in place of its URL's host, whose name stays in SNI and ``Host``.

    Several addresses go under a name of their own into curl's DNS cache: the cache is shared by all transfers, and the
    real name in it would answer for checks that resolved otherwise. ``+`` lets the entry expire.
    """
    shown = [f"[{address}]" if ":" in address else address for address in addresses]
    if len(shown) == 1:
        handle.setopt(pycurl.CONNECT_TO, [f"::{shown[0]}:"])
        return
    name = f"{hashlib.blake2b(repr(shown).encode(), digest_size=12).hexdigest()}.invalid"
    handle.setopt(pycurl.RESOLVE, [f"+{name}:{port}:{','.join(shown)}"])
    handle.setopt(pycurl.CONNECT_TO, [f"::{name}:"])


def _packed(address: str) -> bytes:
    return socket.inet_pton(socket.AF_INET6 if ":" in address else socket.AF_INET, address)
