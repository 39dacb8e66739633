"""What a port of the proxy remembers about the run that uses it: targets that were denied or could not be reached."""

import threading
from dataclasses import dataclass

MOST_RECORDS = 100
"""Of each sort; a page that tries thousands of targets is known well enough by then."""


@dataclass(frozen=True, slots=True)
class Denial:
    """A target that the egress policy forbids."""

    host: str
    port: int
    why: str


@dataclass(frozen=True, slots=True)
class Unreachable:
    """A target that could not be connected to. ``reason`` is ``dns``, ``connect`` or ``protocol``."""

    host: str
    port: int
    reason: str
    why: str


@dataclass(frozen=True, slots=True)
class Report:
    """What happened since the run began, in order, each target once."""

    denied: tuple[Denial, ...] = ()
    unreachable: tuple[Unreachable, ...] = ()

    def as_json(self) -> dict[str, list[dict[str, str | int]]]:
        """Return the report as ``GET /report`` shows it."""
        return {
            "denied": [{"host": d.host, "port": d.port, "why": d.why} for d in self.denied],
            "unreachable": [
                {"host": u.host, "port": u.port, "reason": u.reason, "why": u.why} for u in self.unreachable
            ],
        }


class Records:
    """Collects for one port; written by the proxy's thread and read by the slot's."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._denied: dict[tuple[str, int], Denial] = {}
        self._unreachable: dict[tuple[str, int], Unreachable] = {}

    def denied(self, host: str, port: int, why: str) -> None:
        """Note a denied target."""
        with self._lock:
            if len(self._denied) < MOST_RECORDS:
                self._denied.setdefault((host, port), Denial(host, port, why))

    def unreachable(self, host: str, port: int, reason: str, why: str) -> None:
        """Note a target that could not be connected to."""
        with self._lock:
            if len(self._unreachable) < MOST_RECORDS:
                self._unreachable.setdefault((host, port), Unreachable(host, port, reason, why))

    def report(self) -> Report:
        """Return what was noted since the last ``forget``."""
        with self._lock:
            return Report(tuple(self._denied.values()), tuple(self._unreachable.values()))

    def forget(self) -> None:
        """Begin anew, for the next run."""
        with self._lock:
            self._denied.clear()
            self._unreachable.clear()
