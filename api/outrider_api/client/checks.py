"""Monitors and journeys, and how they are run."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeVar
from urllib.parse import quote

from .objects import Check, Run, Stats
from .resources import PAGE, ChangedSort, Named, Order, etag_of, id_of, paged
from .runs import History
from .transport import Transport
from .versions import Difference, Version

CheckT = TypeVar("CheckT", bound=Check)

_AGENT = "/api/agent"


class Checks(Named[CheckT]):
    """Definitions of what is run by schedule and on demand.

    Args:
        run_word: what the API calls running one now (``check``, ``trigger``, ``run-now``).
        runs_word: what it calls the runs of one.
    """

    def __init__(
        self, transport: Transport, path: str, kind: type[CheckT], noun: str, *, run_word: str, runs_word: str
    ) -> None:
        super().__init__(transport, path, kind, noun)
        self._run_word = run_word
        self._runs_word = runs_word

    def list(
        self,
        *,
        page_size: int = PAGE,
        q: str | None = None,
        type: str | None = None,
        status: str | None = None,
        tag: str | None = None,
        location: str | None = None,
        project_id: str | None = None,
        sort: ChangedSort | None = None,
        order: Order | None = None,
    ) -> Iterator[CheckT]:
        """Walk through checks, oldest first unless ``sort`` and ``order`` say otherwise.

        Args:
            page_size: how many are asked for at a time.
            q: only those that have this in their name.
            type: only those of this type.
            status: only those that are ``active`` or ``paused``.
            tag: only those that have this tag.
            location: only those that run at this location.
            project_id: only those of this project.
            sort: ``name``, ``created_at`` or ``updated_at``.
            order: ``asc`` or ``desc``.
        """
        where = {"q": q, "type": type, "status": status, "tag": tag, "location": location, "project_id": project_id}
        return self._pages(page_size, {**where, "sort": sort, "order": order})

    def run(self, id: str) -> Run:
        """Run it now, at each of its locations; returns the first of the runs, which may not have begun."""
        return Run.of(self._transport.send("POST", self.path_of(id, self._run_word), {}, repeatable=True)["data"])

    def trigger(
        self,
        id: str,
        *,
        base_url: str | None = None,
        variables: Mapping[str, str] | None = None,
        location: str | None = None,
        environment: str | None = None,
        artifacts: Mapping[str, str] | str | None = None,
    ) -> Run:
        """Run it now for a pipeline, otherwise than it is defined; returns the first of the runs.

        ``artifacts`` says when files are kept: ``always``, ``on_failure`` or ``never``, or one of these by kind.
        """
        given: dict[str, Any] = {
            "base_url": base_url,
            "variables": dict(variables or {}),
            "location": location,
            "environment": environment,
            "artifacts": artifacts,
        }
        body = {name: value for name, value in given.items() if value}
        family = self._path.rpartition("/")[2]
        path = f"{_AGENT}/{family}/{quote(id, safe='')}/trigger"
        return Run.of(self._transport.send("POST", path, body, repeatable=True)["data"])

    def runs(self, id: str, **filters: str | Sequence[str] | None) -> Iterator[Run]:
        """Walk through its runs, newest first."""
        return History(self._transport, self.path_of(id, self._runs_word)).walk(filters)

    def versions(self, id: str) -> Iterator[Version]:
        """Walk through what it was, newest first."""
        return paged(self._transport, self.path_of(id, "versions"), Version, {})

    def version(self, id: str, number: int) -> Version:
        """Return one version with its definition."""
        return Version.of(self._transport.send("GET", self.path_of(id, "versions", str(number)))["data"])

    def diff(self, id: str, number: int, from_number: int | None = None) -> Difference:
        """Return what a version changed, of the one before it or of another one."""
        path = self.path_of(id, "versions", str(number), "diff")
        return Difference.of(self._transport.send("GET", path, query={"from": from_number})["data"])

    def restore(self, which: CheckT | str, /, number: int, message: str = "") -> CheckT:
        """Let it be again what it was, which makes a new version.

        Raises:
            ChangedMeanwhile: it is not what was read any more.
        """
        path = self.path_of(id_of(which), "versions", str(number), "restore")
        return self._one("POST", path, {"message": message}, repeatable=True, if_match=etag_of(which))

    def pause(self, id: str) -> CheckT:
        """Stop scheduling it."""
        return self._kind.of(self._transport.send("POST", self.path_of(id, "pause"))["data"])

    def resume(self, id: str) -> CheckT:
        """Schedule it again, from its next slot on."""
        return self._kind.of(self._transport.send("POST", self.path_of(id, "resume"))["data"])


class Measured(Checks[CheckT]):
    """Checks whose uptime and response times are kept."""

    def stats(self, id: str) -> Stats:
        """Return its uptime and response times, by period."""
        return Stats.of(self._transport.send("GET", self.path_of(id, "stats"))["data"])
