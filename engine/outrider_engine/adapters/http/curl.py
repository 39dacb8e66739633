"""The guarded HTTP client: libcurl on the running event loop.

Every exchange opens connections of its own and makes full TLS handshakes, so that what is measured is what a new
visitor meets, and so that the egress gate sees every connect (a pooled connection would pass it by).
"""

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pycurl

from outrider_engine.domain.observations import Failure
from outrider_engine.domain.verdicts import Reason, Verdict
from outrider_engine.errors import EgressDenied
from outrider_engine.ports.http import HttpExchange, HttpRequest, Resolver

from .authorities import system_ca_file
from .cookies import put_in, take_out
from .failures import failure_of, timed_out
from .gate import MOST_ADDRESSES, Gate, pin
from .hops import Hop, first_hop
from .hosts import is_address
from .reading import Reading
from .trip import Trip

_IDLE_HANDLES = 256
_CURVES = "X25519:P-256:P-384:P-521:X25519MLKEM768"
"""X25519 first: OpenSSL otherwise makes a post-quantum key for every handshake, a tenth of its cost, which few
servers use; it stays reachable by a retry of the handshake."""
_USER_AGENT = "Outrider/0.1 (synthetic monitoring)"


def _utc_now() -> datetime:
    return datetime.now(UTC)


class CurlHttpClient:
    """Implements ``outrider_engine.ports.http.HttpClient``; belongs to the event loop of its first ``send``.

    Args:
        resolver: turns names into addresses that may be reached.
        ca_file: certificate authorities in PEM form; the machine's own by default. One client, one file: curl parses
            the file once (about 20 ms) and keeps it.
        now: wall time, for the days that a certificate has left.

    Raises:
        ConfigurationError: no certificate authorities were found.
    """

    def __init__(
        self, resolver: Resolver, *, ca_file: Path | None = None, now: Callable[[], datetime] = _utc_now
    ) -> None:
        self._resolver = resolver
        self._ca_file = str(ca_file or system_ca_file())
        self._now = now
        self._multi = pycurl.AsyncCurlMulti()
        self._idle: list[Any] = []

    async def send(self, request: HttpRequest) -> HttpExchange:
        """Make one exchange; failures of the target are in the answer, not raised.

        Raises:
            InvalidInput: the request itself makes no sense (scheme, user information, line breaks in a header).
        """
        trip = Trip(request)
        hop: Hop | None = first_hop(request)
        while hop is not None:
            trip.begin(hop)
            addresses = await self._addresses(hop, trip)
            if not addresses:
                break
            await self._transfer(hop, addresses, trip)
            hop = trip.next_hop(hop)
        return trip.exchange()

    async def aclose(self) -> None:
        """End the exchanges under way (their tasks are cancelled) and free everything."""
        await self._multi.aclose()
        for handle in self._idle:
            handle.close()
        self._idle.clear()

    async def _addresses(self, hop: Hop, trip: Trip) -> tuple[str, ...]:
        """Return where a hop may connect to, or nothing and leave the failure with the trip."""
        began = time.perf_counter()
        try:
            return await self._resolver.resolve(hop.target.host, timeout_s=max(0.0, trip.remaining_s))
        except EgressDenied as denial:
            message = f"egress to {denial.host} is denied: {denial.why}"
            trip.failure = Failure(Verdict.ERROR, Reason.EGRESS_DENIED, message)
        except TimeoutError:
            trip.failure = timed_out("dns", trip.request.timeout_s)
        except OSError as error:
            message = f"{hop.target.host} does not resolve: {error.strerror or error}"
            trip.failure = Failure(Verdict.FAILED, Reason.DNS, message)
        finally:
            trip.spend("dns", time.perf_counter() - began)
        return ()

    async def _transfer(self, hop: Hop, addresses: tuple[str, ...], trip: Trip) -> None:
        handle = self._idle.pop() if self._idle else pycurl.Curl()
        reading, gate = Reading(trip.request.max_body), Gate(addresses[:MOST_ADDRESSES])
        try:
            self._prepare(handle, hop, trip, addresses)
            if trip.request.cookies is not None:
                put_in(handle, trip.request.cookies)
            handle.setopt(pycurl.WRITEFUNCTION, reading.on_body)
            handle.setopt(pycurl.HEADERFUNCTION, reading.on_header)
            handle.setopt(pycurl.OPENSOCKETFUNCTION, gate.open)
            code, message = await self._outcome(handle)
        except asyncio.CancelledError:
            handle.close()
            raise
        phase = trip.take(handle, reading, hop, self._now())
        if code:
            told = failure_of(code, message, phase=phase, timeout_s=trip.request.timeout_s)
            trip.failure = trip.own_failure(gate) or told
        if trip.request.cookies is not None:
            take_out(handle, trip.request.cookies)
        self._give_back(handle, reusable=trip.request.cookies is None)

    def _give_back(self, handle: Any, *, reusable: bool) -> None:
        """Keep a handle for another exchange, unless it holds cookies: curl's reset does not make it forget them."""
        if not reusable:
            handle.close()
            return
        handle.reset()
        if len(self._idle) < _IDLE_HANDLES:
            self._idle.append(handle)

    async def _outcome(self, handle: Any) -> tuple[int, str]:
        try:
            await self._multi.perform(handle)
        except pycurl.error as error:
            code, message = error.args
            return int(code), str(message)
        return 0, ""

    def _prepare(self, handle: Any, hop: Hop, trip: Trip, addresses: tuple[str, ...]) -> None:
        set_option = handle.setopt
        set_option(pycurl.URL, hop.target.url)
        set_option(pycurl.PROTOCOLS, pycurl.PROTO_HTTP | pycurl.PROTO_HTTPS)
        set_option(pycurl.NOSIGNAL, 1)
        set_option(pycurl.PROXY, "")
        set_option(pycurl.FRESH_CONNECT, 1)
        set_option(pycurl.FORBID_REUSE, 1)
        set_option(pycurl.ACCEPT_ENCODING, "")
        set_option(pycurl.USERAGENT, _USER_AGENT)
        set_option(pycurl.TIMEOUT_MS, max(1, int(trip.remaining_s * 1000)))
        if not is_address(hop.target.host):
            pin(handle, addresses[:MOST_ADDRESSES], hop.target.port)
        if hop.target.scheme == "https":
            self._prepare_tls(handle, verify=trip.request.verify_tls)
        _prepare_message(handle, hop, keeps_cookies=trip.request.cookies is not None)

    def _prepare_tls(self, handle: Any, *, verify: bool) -> None:
        handle.setopt(pycurl.CAINFO, self._ca_file)
        handle.setopt(pycurl.SSL_VERIFYPEER, 1 if verify else 0)
        handle.setopt(pycurl.SSL_VERIFYHOST, 2 if verify else 0)
        handle.setopt(pycurl.SSL_SESSIONID_CACHE, 0)  # a resumed session shows no certificate
        handle.setopt(pycurl.SSL_EC_CURVES, _CURVES)
        handle.setopt(pycurl.OPT_CERTINFO, 1)


def _prepare_message(handle: Any, hop: Hop, *, keeps_cookies: bool) -> None:
    lines = [_line(name, value) for name, value in hop.headers if not (keeps_cookies and name.lower() == "cookie")]
    given = {name.lower() for name, _ in hop.headers}
    if "connection" not in given:
        lines.append(b"Connection: close")
    if keeps_cookies and "cookie" in given:
        handle.setopt(
            pycurl.COOKIE, "; ".join(value for name, value in hop.headers if name.lower() == "cookie").encode()
        )
    body = hop.body if hop.body is not None else (b"" if hop.method in {"POST", "PUT", "PATCH"} else None)
    if hop.method == "HEAD":
        handle.setopt(pycurl.NOBODY, 1)
    elif body is not None:
        handle.setopt(pycurl.POSTFIELDS, body)
        lines.append(b"Expect:")
        if "content-type" not in given:
            lines.append(b"Content-Type:")
    if hop.method not in {"GET", "HEAD"} or body is not None:
        handle.setopt(pycurl.CUSTOMREQUEST, hop.method)
    handle.setopt(pycurl.HTTPHEADER, lines)


def _line(name: str, value: str) -> bytes:
    """Return a header as curl wants it: an empty one ends in a semicolon, since a colon would remove it."""
    return f"{name}: {value}".encode() if value.strip() else f"{name};".encode()
