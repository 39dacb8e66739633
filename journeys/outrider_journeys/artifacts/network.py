"""What a journey asked of the network: how much, of whom, how fast, and what failed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from outrider_engine.domain.json_values import JsonValue
from outrider_engine.domain.observations import StepResult
from outrider_journeys.sites import is_same_site

MOST_REQUESTS = 2000
"""Requests that are listed one by one; all are counted."""
_SLOWEST = 5
_MOST_HOSTS = 100
_MOST_NAMED = 20
"""Third parties that the run's facts name."""
_LONGEST_URL = 2000
_PHASES = ("blocked", "dns", "connect", "ssl", "send", "wait", "receive")


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and what came of it; times in milliseconds, ``at_ms`` since the journey began."""

    method: str
    url: str
    status: int | None
    failure: str | None
    type: str
    at_ms: float
    duration_ms: float
    bytes: int
    timings: Mapping[str, float]

    @property
    def host(self) -> str:
        """Whom it was sent to."""
        return _host(self.url)

    def as_json(self) -> dict[str, JsonValue]:
        """Return it as it is kept."""
        return {
            "method": self.method,
            "url": self.url[:_LONGEST_URL],
            "status": self.status,
            "failure": self.failure,
            "type": self.type,
            "at_ms": self.at_ms,
            "duration_ms": self.duration_ms,
            "bytes": self.bytes,
            "timings": dict(self.timings),
        }


class NetworkSummary:
    """All exchanges of a journey."""

    def __init__(self, exchanges: Sequence[Exchange], own_host: str) -> None:
        self._exchanges = exchanges
        self._own_host = own_host

    @classmethod
    def of(cls, entries: Iterable[dict[str, Any]], *, own_url: str, began_at: datetime) -> "NetworkSummary":
        """Read the entries of a HAR.

        Args:
            entries: what Playwright recorded, already without secrets.
            own_url: an address of the site itself; what goes elsewhere are third parties.
            began_at: when the journey began.
        """
        found = [exchange for entry in entries if (exchange := _exchange(entry, began_at)) is not None]
        return cls(found, _host(own_url) or (found[0].host if found else ""))

    def facts(self) -> dict[str, JsonValue]:
        """Return the few numbers that are kept with the run itself."""
        thirds = self._third_parties()
        slowest = self._slowest(1)
        return {
            "requests": len(self._exchanges),
            "bytes": sum(each.bytes for each in self._exchanges),
            "failed": len(self._failed()),
            "errors": sum((each.status or 0) >= 400 for each in self._exchanges),
            "third_party_requests": sum(each.host in thirds for each in self._exchanges),
            "third_party_hosts": list(sorted(thirds)[:_MOST_NAMED]),
            "slowest_ms": slowest[0].duration_ms if slowest else None,
        }

    def as_json(self, steps: Sequence[StepResult], began_at: datetime) -> dict[str, JsonValue]:
        """Return everything as it is kept in a file."""
        return {
            "version": 1,
            "began_at": began_at.isoformat(),
            "summary": self.facts(),
            "slowest": [{"url": each.url, "duration_ms": each.duration_ms} for each in self._slowest(_SLOWEST)],
            "failed": [each.as_json() for each in self._failed()[:_MOST_NAMED]],
            "hosts": self._hosts(),
            "steps": [self._of_step(step, began_at) for step in steps],
            "requests": [each.as_json() for each in self._exchanges[:MOST_REQUESTS]],
            "requests_left_out": max(0, len(self._exchanges) - MOST_REQUESTS),
        }

    def _failed(self) -> list[Exchange]:
        return [each for each in self._exchanges if each.failure is not None]

    def _slowest(self, count: int) -> list[Exchange]:
        return sorted(self._exchanges, key=lambda each: each.duration_ms, reverse=True)[:count]

    def _third_parties(self) -> frozenset[str]:
        hosts = {each.host for each in self._exchanges if each.host}
        return frozenset(host for host in hosts if not is_same_site(host, self._own_host))

    def _hosts(self) -> list[JsonValue]:
        thirds = self._third_parties()
        of_hosts: dict[str, list[Exchange]] = {}
        for each in self._exchanges:
            of_hosts.setdefault(each.host, []).append(each)
        told: list[JsonValue] = [
            {
                "host": host,
                "requests": len(those),
                "bytes": sum(each.bytes for each in those),
                "failed": sum(each.failure is not None for each in those),
                "third_party": host in thirds,
            }
            for host, those in sorted(of_hosts.items(), key=lambda pair: (-len(pair[1]), pair[0]))
        ]
        return told[:_MOST_HOSTS]

    def _of_step(self, step: StepResult, began_at: datetime) -> dict[str, JsonValue]:
        at_ms = _since(step.started_at, began_at)
        during = [each for each in self._exchanges if at_ms <= each.at_ms < at_ms + step.duration_ms]
        return {
            "index": step.index,
            "id": step.id,
            "name": step.name,
            "status": step.status.value,
            "at_ms": at_ms,
            "duration_ms": round(step.duration_ms, 1),
            "requests": len(during),
            "bytes": sum(each.bytes for each in during),
        }


def _exchange(entry: dict[str, Any], began_at: datetime) -> Exchange | None:
    request, response = entry.get("request"), entry.get("response")
    if not isinstance(request, dict) or not isinstance(response, dict):
        return None
    url = str(request.get("url", ""))
    if url.partition(":")[0] not in ("http", "https", "ws", "wss"):
        return None
    status = response.get("status")
    failure = response.get("_failureText")
    return Exchange(
        method=str(request.get("method", "")),
        url=url,
        status=status if isinstance(status, int) and status > 0 else None,
        failure=str(failure) if failure else None,
        type=str(entry.get("_resourceType") or "other"),
        at_ms=_since(_moment(entry.get("startedDateTime"), began_at), began_at),
        duration_ms=_ms(entry.get("time")),
        bytes=int(_ms(response.get("_transferSize"))),
        timings={
            phase: _ms(value)
            for phase, value in (entry.get("timings") or {}).items()
            if phase in _PHASES and isinstance(value, int | float) and value >= 0
        },
    )


def _moment(value: object, otherwise: datetime) -> datetime:
    try:
        return datetime.fromisoformat(str(value))
    except ValueError:
        return otherwise


def _ms(value: object) -> float:
    return round(max(0.0, float(value)), 1) if isinstance(value, int | float) else 0.0


def _since(moment: datetime, began_at: datetime) -> float:
    return round((moment - began_at).total_seconds() * 1000, 1)


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""
