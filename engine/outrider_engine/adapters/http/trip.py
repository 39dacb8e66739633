"""What one exchange has come to so far, over all its hops."""

import time
from datetime import datetime
from typing import Any

import pycurl

from outrider_engine.domain.observations import Failure
from outrider_engine.domain.verdicts import Reason, Verdict
from outrider_engine.ports.http import Certificate, HttpExchange, HttpRequest

from .certificates import leaf_of
from .gate import Gate
from .hops import REDIRECTS, Hop, RedirectRefused, redirected
from .reading import MAX_HEADER_BYTES, MAX_HEADER_LINES, Reading

_VERSIONS = {
    pycurl.CURL_HTTP_VERSION_1_0: "1.0",
    pycurl.CURL_HTTP_VERSION_1_1: "1.1",
    pycurl.CURL_HTTP_VERSION_2_0: "2",
    pycurl.CURL_HTTP_VERSION_3: "3",
}


class Trip:
    """Gathers phases, hops and the newest response; knows the deadline."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        self.failure: Failure | None = None
        self._started = time.perf_counter()
        self._phases: dict[str, float] = {}
        self._hops: list[str] = []
        self._reading = Reading(0)
        self._status: int | None = None
        self._ip: str | None = None
        self._version: str | None = None
        self._certificate: Certificate | None = None

    @property
    def remaining_s(self) -> float:
        """Seconds until the deadline."""
        return self._started + self.request.timeout_s - time.perf_counter()

    def begin(self, hop: Hop) -> None:
        """Note that a hop is requested."""
        self._hops.append(hop.target.url)

    def spend(self, phase: str, seconds: float) -> None:
        """Add to a phase."""
        self._phases[phase] = self._phases.get(phase, 0.0) + seconds

    def take(self, handle: Any, reading: Reading, hop: Hop, now: datetime) -> str:
        """Take what a finished or failed transfer has learned; return the phase that it ended in."""
        secure = hop.target.scheme == "https"
        info = handle.getinfo
        self._reading = reading
        self._status = info(pycurl.RESPONSE_CODE) or None
        self._ip = info(pycurl.PRIMARY_IP) or self._ip
        self._version = _VERSIONS.get(info(pycurl.INFO_HTTP_VERSION))
        self._certificate = leaf_of(info(pycurl.INFO_CERTINFO), now) if secure else None
        return self._take_phases(handle, secure=secure)

    def _take_phases(self, handle: Any, *, secure: bool) -> str:
        marks = [("connect", pycurl.CONNECT_TIME), ("first_byte", pycurl.STARTTRANSFER_TIME)]
        if secure:
            marks.insert(1, ("tls", pycurl.APPCONNECT_TIME))
        total = handle.getinfo(pycurl.TOTAL_TIME)
        reached = 0.0
        for phase, mark in marks:
            at = handle.getinfo(mark)
            if at <= 0:
                self.spend(phase, total - reached)
                return phase
            self.spend(phase, max(0.0, at - reached))
            reached = at
        self.spend("transfer", max(0.0, total - reached))
        return "transfer"

    def own_failure(self, gate: Gate) -> Failure | None:
        """Return the failure that our own callbacks caused, ``None`` when curl stopped by itself."""
        if gate.refused is not None:
            message = f"egress to {gate.refused} is denied: it is not an address that was checked"
            return Failure(Verdict.ERROR, Reason.EGRESS_DENIED, message)
        if self._reading.headers_too_big:
            message = f"the response has more than {MAX_HEADER_BYTES} bytes or {MAX_HEADER_LINES} lines of headers"
            return Failure(Verdict.FAILED, Reason.PROTOCOL, message)
        if self._reading.body_too_big:
            message = f"the decoded body is larger than {self.request.max_body} bytes"
            return Failure(Verdict.FAILED, Reason.BODY, message)
        return None

    def next_hop(self, hop: Hop) -> Hop | None:
        """Return where the newest response leads, ``None`` when the exchange is over, for good or for bad."""
        location = self._reading.first("location") if self._status in REDIRECTS else None
        if not location or self._status is None or not self.request.max_redirects or not self._may_go_on():
            return None
        self.failure = None
        if len(self._hops) > self.request.max_redirects:
            self.failure = _refused(f"more than {self.request.max_redirects} redirects")
            return None
        try:
            return redirected(hop, self._status, location)
        except RedirectRefused as refusal:
            self.failure = _refused(str(refusal))
            return None

    def _may_go_on(self) -> bool:
        """Whether the response can be followed: its body does not matter, not even a giant one."""
        return self.failure is None or self._reading.body_too_big

    def exchange(self) -> HttpExchange:
        """Return what happened."""
        return HttpExchange(
            status=self._status,
            headers=self._reading.headers(),
            body=self._reading.body,
            phases={phase: round(seconds * 1000, 3) for phase, seconds in self._phases.items()},
            duration_ms=round((time.perf_counter() - self._started) * 1000, 3),
            ip=self._ip,
            http_version=self._version,
            certificate=self._certificate,
            hops=tuple(self._hops),
            failure=self.failure,
        )


def _refused(message: str) -> Failure:
    return Failure(Verdict.FAILED, Reason.REDIRECT, message)
