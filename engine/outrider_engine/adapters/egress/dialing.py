"""Connecting to a target: resolved and judged first, then to the judged address and to no other."""

import asyncio
import socket
from dataclasses import dataclass

from outrider_engine.errors import EgressDenied, OutriderError
from outrider_engine.ports.http import Resolver

from .records import Records

BUFFER = 65_536
"""Bytes that are read ahead per direction; then the sender has to wait."""

Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Refused(OutriderError):
    """No connection to the target; ``status`` is what the client is answered."""

    def __init__(self, status: int, sort: str, message: str) -> None:
        self.status = status
        self.sort = sort
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class Target:
    """Where a client wants to go."""

    host: str
    port: int


class Dialer:
    """Opens the connections of one proxy. ``own_ports`` are those it listens on: it never connects to itself."""

    def __init__(self, resolver: Resolver, *, timeout_s: float) -> None:
        self._resolver = resolver
        self._timeout_s = timeout_s
        self.own_ports: set[int] = set()

    async def dial(self, target: Target, records: Records) -> Connection:
        """Connect to a target.

        Raises:
            Refused: it is denied (403), does not resolve (502) or can't be reached (502, 504); it is in ``records``.
        """
        try:
            async with asyncio.timeout(self._timeout_s):
                addresses = await self._resolver.resolve(target.host, timeout_s=self._timeout_s)
                self._refuse_ourselves(target, addresses)
                return await self._first(target, addresses)
        except EgressDenied as error:
            records.denied(target.host, target.port, str(error))
            raise Refused(403, "egress-denied", str(error)) from None
        except socket.gaierror as error:
            raise self._unreachable(502, "dns", target, records, error) from None
        except TimeoutError as error:
            raise self._unreachable(504, "connect", target, records, error) from None
        except OSError as error:
            raise self._unreachable(502, "connect", target, records, error) from None

    def _refuse_ourselves(self, target: Target, addresses: tuple[str, ...]) -> None:
        if target.port in self.own_ports and any(address.startswith(("127.", "::1")) for address in addresses):
            raise EgressDenied(target.host, addresses[0], "it is Outrider's own proxy")

    async def _first(self, target: Target, addresses: tuple[str, ...]) -> Connection:
        """Try the addresses in turn; each but the last gets its share of the time only."""
        problem: OSError = ConnectionError("no address")
        for left, address in zip(range(len(addresses), 0, -1), addresses, strict=True):
            try:
                async with asyncio.timeout(self._timeout_s / 4 if left > 1 else None):
                    return await asyncio.open_connection(address, target.port, limit=BUFFER)
            except OSError as error:
                problem = error
        raise problem

    def _unreachable(self, status: int, reason: str, target: Target, records: Records, error: OSError) -> Refused:
        why = error.strerror or str(error) or "no answer in time"
        records.unreachable(target.host, target.port, reason, why)
        return Refused(status, reason, f"{target.host}:{target.port}: {why}")
