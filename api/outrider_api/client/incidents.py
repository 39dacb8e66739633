"""Incidents, with what can be done to them besides, and releases."""

from collections.abc import Iterator

from .errors import Ambiguous, NoSuchName
from .objects import Incident, Release
from .resources import PAGE, Dated, is_id


class Incidents(Dated[Incident]):
    """What people are told of troubles."""

    def list(
        self,
        *,
        page_size: int = PAGE,
        state: str | None = None,
        severity: str | None = None,
        check_id: str | None = None,
        project_id: str | None = None,
        since: str | None = None,
        until: str | None = None,
    ) -> Iterator[Incident]:
        """Walk through incidents, newest first.

        Args:
            page_size: how many are asked for at a time.
            state: only those in this state; ``open`` is all but ``resolved``.
            severity: only those of this severity, ``p1`` to ``p3``.
            check_id: only those about this check.
            project_id: only those of this project.
            since: only those that started then or later, as ISO 8601.
            until: only those that started then or earlier.
        """
        about = {"state": state, "severity": severity, "check_id": check_id, "project_id": project_id}
        return self._walk(page_size, {**about, "from": since, "to": until})

    def find(self, title_or_id: str) -> Incident:
        """Return the incident of an id, or the open one of a title.

        Raises:
            NoSuchName: nothing that is open is called so.
            Ambiguous: several are called so.
        """
        if is_id(title_or_id):
            return self.get(title_or_id)
        found = [each for each in self.list(state="open") if each.title == title_or_id]
        if len(found) > 1:
            raise Ambiguous(title_or_id, [each.id for each in found])
        if not found:
            raise NoSuchName("open incident", title_or_id)
        return found[0]

    def post(self, id: str, state: str, body: str) -> Incident:
        """Tell what is known by now; the incident takes that state."""
        told = {"state": state, "body": body}
        return Incident.of(self._transport.send("POST", self.path_of(id, "updates"), told, repeatable=True)["data"])


class Releases(Dated[Release]):
    """What was deployed when."""

    def list(
        self,
        *,
        page_size: int = PAGE,
        environment: str | None = None,
        project_id: str | None = None,
        since: str | None = None,
        until: str | None = None,
    ) -> Iterator[Release]:
        """Walk through releases, newest first: those to an environment, of a project, that started in a time."""
        filters = {"environment": environment, "project_id": project_id, "from": since, "to": until}
        return self._walk(page_size, filters)
