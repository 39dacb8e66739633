"""Names to addresses, with a deadline and under the egress policy."""

import asyncio
import socket
from concurrent.futures import ThreadPoolExecutor

from outrider_engine.domain.egress import EgressPolicy

from .hosts import canonical_host, is_address

_LOOKUPS = 32
"""Lookups at a time: a name server that does not answer holds a thread for as long as libc waits (5 s and more)."""


class GuardedResolver:
    """Resolves with the machine's own rules (hosts file, search list, order of families) and asks the policy.

    Implements ``outrider_engine.ports.http.Resolver``; one instance serves any number of event loops.
    """

    def __init__(self, policy: EgressPolicy) -> None:
        self._policy = policy
        self._threads = ThreadPoolExecutor(_LOOKUPS, thread_name_prefix="lookup")

    async def resolve(self, host: str, *, timeout_s: float) -> tuple[str, ...]:
        """Return the addresses of ``host`` in the order in which they are to be tried.

        Raises:
            EgressDenied: the policy forbids the name or one of its addresses.
            OSError: the name does not resolve (``socket.gaierror``) or not in time (``TimeoutError``).
        """
        name = _canonical(host)
        self._policy.check_name(name)
        addresses = (name,) if is_address(name) else await self._looked_up(name, timeout_s)
        self._policy.check_addresses(host, addresses)
        return addresses

    async def _looked_up(self, name: str, timeout_s: float) -> tuple[str, ...]:
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(timeout_s):
                return await loop.run_in_executor(self._threads, _addresses, name)
        except TimeoutError:
            raise TimeoutError(f"{name} did not resolve within {timeout_s:.3g} s") from None

    def close(self) -> None:
        """End the threads; lookups under way are not waited for."""
        self._threads.shutdown(wait=False, cancel_futures=True)


def _canonical(host: str) -> str:
    try:
        return canonical_host(host)
    except ValueError as error:
        raise socket.gaierror(socket.EAI_NONAME, f"{host[:253]!r} does not resolve: {error}") from None


def _addresses(name: str) -> tuple[str, ...]:
    found = socket.getaddrinfo(name, None, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(sockaddr[0]).partition("%")[0] for *_, sockaddr in found))
