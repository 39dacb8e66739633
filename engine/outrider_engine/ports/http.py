"""The guarded HTTP client: every plugin's requests go through it, and it through the egress policy."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from outrider_engine.domain.json_values import JsonValue
from outrider_engine.domain.observations import Failure

_COOKIE_COLUMNS = 7


class CookieJar:
    """The cookies of one visitor, from request to request: whoever sends requests keeps it, the client fills it.

    Attributes:
        lines: one cookie each, in the seven columns of Netscape's file format; for the client alone.
    """

    def __init__(self) -> None:
        self.lines: list[str] = []

    def value(self, name: str) -> str | None:
        """Return the value of the newest cookie of a name, whatever its domain and path; ``None`` without one."""
        for line in reversed(self.lines):
            columns = line.split("\t")
            if len(columns) == _COOKIE_COLUMNS and columns[5] == name:
                return columns[6]
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpRequest:
    """One HTTP exchange to make.

    Attributes:
        url: absolute, ``http`` or ``https``; user information in it is refused.
        timeout_s: for everything: resolution, redirects, transfer.
        max_redirects: hops to follow; 0 shows the redirect itself.
        max_body: decoded bytes to read at most; more is a failure with reason ``body``.
        verify_tls: whether certificate and host name must be valid.
        cookies: sent where they belong, at every hop, and filled from every response; ``None`` for a visitor who keeps
            none.
    """

    url: str
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    timeout_s: float = 30.0
    max_redirects: int = 5
    max_body: int = 2_000_000
    verify_tls: bool = True
    cookies: CookieJar | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """The peer's certificate, as the handshake showed it. ``days_remaining`` is negative once it has expired."""

    subject: str
    issuer: str
    valid_from: datetime
    valid_until: datetime
    days_remaining: int
    names: tuple[str, ...] = ()

    def facts(self) -> dict[str, JsonValue]:
        """Return it as check types report it: the fact ``certificate``, which assertions look into."""
        return {
            "subject": self.subject,
            "issuer": self.issuer,
            "valid_from": self.valid_from.isoformat(),
            "valid_until": self.valid_until.isoformat(),
            "days_remaining": self.days_remaining,
            "names": list(self.names),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpExchange:
    """What happened, failed or not: everything that was learned before a failure is there.

    Attributes:
        status: status code of the last hop, ``None`` when no response was read.
        headers: of the last hop, names in lower case, repeated ones joined by ``", "``.
        phases: milliseconds of ``dns``, ``connect``, ``tls``, ``first_byte`` and ``transfer``, summed over the hops.
        hops: the URLs requested, in order.
        failure: why no complete response was read, ``None`` when one was.
    """

    status: int | None
    headers: Mapping[str, str]
    body: bytes
    phases: Mapping[str, float]
    duration_ms: float
    ip: str | None
    http_version: str | None
    certificate: Certificate | None
    hops: tuple[str, ...]
    failure: Failure | None


class HttpClient(Protocol):
    """Sends requests on the running event loop. A cancelled task leaves nothing behind."""

    async def send(self, request: HttpRequest) -> HttpExchange:
        """Make one exchange; failures of the target are in the answer, not raised.

        Raises:
            InvalidInput: the request itself makes no sense (scheme, user information, line breaks in a header).
        """


class Resolver(Protocol):
    """Turns names into addresses that the egress policy allows; one instance serves any number of event loops."""

    async def resolve(self, host: str, *, timeout_s: float) -> tuple[str, ...]:
        """Return the addresses of ``host`` in the order in which they are to be tried.

        Raises:
            EgressDenied: the policy forbids the name or one of its addresses.
            OSError: the name does not resolve (``socket.gaierror``) or not in time (``TimeoutError``).
        """
