"""One visit to a port, phase by phase."""

import asyncio
import ssl
import time
from dataclasses import dataclass
from typing import NamedTuple

from outrider_engine.contracts import LightContext, read_certificate
from outrider_engine.domain.json_values import JsonValue
from outrider_engine.domain.observations import Failure, Observation
from outrider_engine.domain.verdicts import Reason, Verdict
from outrider_engine.errors import EgressDenied

from .line import Line, ProtocolProblem
from .settings import Dialect, TlsSettings
from .starttls import BY_PORT, TlsRefused, ask_for_tls

MOST_READ = 65_536
"""Bytes in which the expected text must be found."""
_SHOWN = 200
_DOING = {
    "dns": "resolving the name",
    "connect": "connecting",
    "starttls": "asking for TLS",
    "tls": "shaking hands (TLS)",
    "transfer": "waiting for the expected text",
}
_REASON = {"dns": Reason.DNS, "connect": Reason.CONNECT, "tls": Reason.TLS}


class Trust(NamedTuple):
    """The two ways to shake hands: only with a certificate that holds, or with any."""

    verifying: ssl.SSLContext
    trusting: ssl.SSLContext


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is to be visited, its variables filled in."""

    host: str
    port: int
    tls: TlsSettings
    send: str | None
    expect: str | None

    @property
    def dialect(self) -> Dialect | None:
        """The protocol in which TLS is asked for; ``None`` when the handshake comes first."""
        if self.tls.starttls == "auto":
            return BY_PORT.get(self.port)
        return None if self.tls.starttls == "none" else self.tls.starttls


class Visit:
    """Gathers what one visit learns. ``trust`` is ``None`` for a visit without TLS."""

    def __init__(self, wanted: Wanted, context: LightContext, trust: Trust | None) -> None:
        self._wanted = wanted
        self._context = context
        self._trust = trust
        self._phase = "dns"
        self._since = time.perf_counter()
        self._phases: dict[str, float] = {}
        self._facts: dict[str, JsonValue] = {"port": wanted.port}
        self._body: bytes | None = None
        self._failure: Failure | None = None
        self._untrusted: str | None = None
        """Why the certificate does not hold."""

    async def make(self) -> None:
        """Visit; a failure of the target is kept for ``observation``.

        Raises:
            EgressDenied: the host may not be reached.
            TimeoutError: the name did not resolve in time.
        """
        try:
            addresses = await self._context.resolver.resolve(self._wanted.host, timeout_s=self._context.timeout_s)
            line = await self._connected(addresses)
            try:
                if self._trust is not None:
                    line = await self._secured(line, self._trust)
                await self._talk(line)
            finally:
                line.close()
        except (EgressDenied, TimeoutError):
            raise
        except TlsRefused as refusal:
            self._fail(Reason.TLS, str(refusal))
        except ProtocolProblem as problem:
            self._fail(Reason.PROTOCOL, str(problem))
        except OSError as error:
            self._fail(_REASON.get(self._phase, Reason.PROTOCOL), self._told(error))

    def timed_out(self) -> None:
        """Note that the time was over."""
        message = f"timed out after {self._context.timeout_s:g} s while {_DOING[self._phase]}"
        self._failure = Failure(Verdict.TIMED_OUT, Reason.TIMEOUT, message)

    def observation(self) -> Observation:
        """Return what was seen."""
        self._enter("")
        return Observation(
            duration_ms=round(sum(self._phases.values()), 3),
            phases={name: round(spent, 3) for name, spent in self._phases.items()},
            facts=self._facts,
            body=self._body,
            failure=self._certificate_failure() or self._failure,
        )

    async def _connected(self, addresses: tuple[str, ...]) -> Line:
        """Connect to the first address that answers; each but the last gets its share of the time only."""
        self._enter("connect")
        problem: OSError = ConnectionError("no address")
        for left, address in zip(range(len(addresses), 0, -1), addresses, strict=True):
            try:
                async with asyncio.timeout(self._context.timeout_s / 4 if left > 1 else None):
                    line = await Line.open(address, self._wanted.port)
            except OSError as error:
                problem = error
                continue
            self._facts["ip"] = address
            return line
        raise problem

    async def _secured(self, line: Line, trust: Trust) -> Line:
        """Return the connection, secured.

        A certificate that does not hold is looked at over a second connection, which is then the one that is told of:
        the first ends with its handshake, and shows nothing.
        """
        try:
            await self._handshake(line, trust.verifying)
            self._facts["chain_valid"] = True
        except ssl.SSLCertVerificationError as error:
            self._untrusted = error.verify_message
            self._facts |= {"chain_valid": False, "chain_problem": self._untrusted}
            line.close()
            self._phases = {name: spent for name, spent in self._phases.items() if name == "dns"}
            self._phase = ""
            line = await self._connected((str(self._facts["ip"]),))
            await self._handshake(line, trust.trusting)
        return line

    async def _handshake(self, line: Line, context: ssl.SSLContext) -> None:
        try:
            if self._wanted.dialect is not None:
                self._enter("starttls")
                await ask_for_tls(self._wanted.dialect, line)
            self._enter("tls")
            await line.secure(context, self._wanted.host)
        except BaseException:
            line.close()
            raise
        self._take_session(line)

    def _take_session(self, line: Line) -> None:
        session = line.tls
        encoded = session.getpeercert(binary_form=True) if session else None
        if session is None or encoded is None:
            return
        cipher = session.cipher()
        self._facts |= {
            "protocol": (session.version() or "").removeprefix("TLSv"),
            "cipher": cipher[0] if cipher else None,
        }
        certificate = read_certificate(encoded, self._context.clock.now())
        if certificate is not None:
            self._facts["certificate"] = certificate.facts()

    async def _talk(self, line: Line) -> None:
        wanted = self._wanted
        if wanted.send is None and wanted.expect is None:
            return
        self._enter("transfer")
        if wanted.send is not None:
            await line.send(wanted.send.encode())
        if wanted.expect is None:
            return
        expected, heard = wanted.expect.encode(), b""
        while expected not in heard:
            data = await line.receive() if len(heard) < MOST_READ else b""
            if not data:
                self._fail(Reason.PROTOCOL, _unheard(wanted.expect, heard))
                break
            heard += data
            self._body = heard[:MOST_READ]

    def _certificate_failure(self) -> Failure | None:
        if self._untrusted is not None and self._wanted.tls.verify:
            return Failure(Verdict.FAILED, Reason.TLS, f"the certificate is not valid: {self._untrusted}")
        certificate, least = self._facts.get("certificate"), self._wanted.tls.alert_before_expiry
        if least is None or self._failure is not None or not isinstance(certificate, dict):
            return None
        left = int(certificate["days_remaining"])
        if left >= least:
            return None
        return Failure(Verdict.FAILED, Reason.TLS, f"the certificate is valid for {left} days, fewer than {least}")

    def _enter(self, phase: str) -> None:
        now = time.perf_counter()
        if self._phase:
            self._phases[self._phase] = self._phases.get(self._phase, 0.0) + (now - self._since) * 1000
        self._phase, self._since = phase, now

    def _fail(self, reason: Reason, message: str) -> None:
        self._failure = Failure(Verdict.FAILED, reason, message)

    def _told(self, error: OSError) -> str:
        why = getattr(error, "reason", "") or error.strerror or str(error) or "the connection was ended"
        if self._phase == "dns":
            return f"{self._wanted.host} does not resolve: {why}"
        return f"{self._wanted.host}:{self._wanted.port}: {str(why).replace('_', ' ').lower()}"


def _unheard(expected: str, heard: bytes) -> str:
    said = repr(heard[:_SHOWN].decode("utf-8", "replace")) if heard else "nothing"
    return f"expected {expected[:_SHOWN]!r}, the server said {said}"
