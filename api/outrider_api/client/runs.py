"""What came of checks: walked by cursor, newest first, and waited for."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from .errors import RunNotOver
from .objects import Artifact, Run, Shown, TraceLink
from .resources import walked
from .transport import Query, Transport

RUNS = "/api/v1/runs"
_JOURNEYS = "/api/v1/journeys"
_POLLED = "/api/agent/runs"
_PAGE = 100
ASK_FOR_S = 20
"""Seconds of one question; shorter than the client's patience with a server that does not answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunReplay(Shown):
    """What it takes to walk through a run again: ``journey`` is a file, ``variables`` were given to the run."""

    run_id: str
    check_version: int = 0
    status: str = ""
    location: str = ""
    journey: Mapping[str, Any] = field(default_factory=dict, repr=False)
    variables: Mapping[str, str] = field(default_factory=dict, repr=False)
    secrets: tuple[str, ...] = field(default=(), metadata={"read": tuple})
    base_url: str | None = None
    timeout_seconds: float = 60.0
    artifacts: tuple[Artifact, ...] = field(default=(), metadata={"read": Artifact.all_of})


class History:
    """A list that only grows, newest first."""

    def __init__(self, transport: Transport, path: str) -> None:
        self._transport = transport
        self._path = path

    def walk(self, filters: Query, page_size: int = _PAGE) -> Iterator[Run]:
        """Walk from the newest to the oldest; parts are asked for as they are needed."""
        return walked(self._transport, self._path, Run, filters, page_size)


class Runs:
    """Runs of all checks."""

    def __init__(self, transport: Transport, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._transport = transport
        self._history = History(transport, RUNS)
        self._monotonic = monotonic

    def list(
        self,
        *,
        page_size: int = _PAGE,
        check_id: str | None = None,
        family: str | None = None,
        status: str | Sequence[str] | None = None,
        trigger: str | None = None,
        location: str | None = None,
        batch_id: str | None = None,
        project_id: str | None = None,
        since: str | None = None,
        until: str | None = None,
    ) -> Iterator[Run]:
        """Walk through runs, newest first.

        Args:
            page_size: how many are asked for at a time.
            check_id: only those of this check.
            family: only those of ``monitor``, ``api_monitor`` or ``journey``.
            status: only those in this state, or in one of these.
            trigger: only those that began for this reason: ``schedule``, ``manual``, ``ci``, ``heartbeat``.
            location: only those at this location.
            batch_id: only those of this batch.
            project_id: only those of this project.
            since: only those that were due then or later, as ISO 8601.
            until: only those that were due then or earlier.
        """
        what: Query = {"check_id": check_id, "family": family, "batch_id": batch_id, "project_id": project_id}
        how: Query = {"status": status, "trigger": trigger, "location": location, "since": since, "until": until}
        return self._history.walk({**what, **how}, page_size)

    def get(self, id: str) -> Run:
        """Return a run with its steps (so far) and files."""
        return Run.of(self._transport.send("GET", f"{RUNS}/{quote(id, safe='')}")["data"])

    def diff(self, id: str) -> Mapping[str, Any]:
        """Return what a run did otherwise than the last good one before it, as the API shows it."""
        found: Mapping[str, Any] = self._transport.send("GET", f"{RUNS}/{quote(id, safe='')}/diff")["data"]
        return found

    def promote(self, id: str, names: Sequence[str] = ()) -> Sequence[str]:
        """Make pictures of a run (of ``names``, or all that it has kept) the baselines of its journey; returns them."""
        journey = quote(self.get(id).check_id, safe="")
        body = {"run_id": id, "names": list(names)}
        answer = self._transport.send("POST", f"{_JOURNEYS}/{journey}/baselines/promote", body)
        return tuple(answer["data"]["baselines"])

    def trace_link(self, id: str) -> TraceLink:
        """Return a link that opens the trace of a run in a viewer, for an hour and without a key."""
        return TraceLink.of(self._transport.send("GET", f"{RUNS}/{quote(id, safe='')}/trace")["data"])

    def replay(self, id: str) -> RunReplay:
        """Return what it takes to walk through a run of a journey again, without its secrets."""
        return RunReplay.of(self._transport.send("GET", f"{RUNS}/{quote(id, safe='')}/replay")["data"])

    def content(self, file: Artifact) -> bytes:
        """Return the content of a file of a run."""
        return self._transport.content(file.url)

    def cancel(self, id: str) -> Run:
        """Call off a run; returns what it is then, which is what it was when it had ended."""
        return Run.of(self._transport.send("POST", f"{_POLLED}/{quote(id, safe='')}/cancel", {})["data"])

    def wait(self, id: str, *, timeout_s: float = 300) -> Run:
        """Return a run when it has ended.

        Raises:
            RunNotOver: it has not, in that time.
        """
        end = self._monotonic() + timeout_s
        left = timeout_s
        while True:
            wait: Query = {"wait": max(0, min(ASK_FOR_S, round(left, 3)))}
            run = Run.of(self._transport.send("GET", f"{_POLLED}/{quote(id, safe='')}", query=wait)["data"])
            left = end - self._monotonic()
            if run.is_over:
                return run
            if left <= 0:
                raise RunNotOver(run, timeout_s)
