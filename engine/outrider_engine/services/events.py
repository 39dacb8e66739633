"""What has just happened in organizations, read in the order of commits."""

from collections.abc import Sequence

from outrider_engine.domain.events import KEPT, Event, EventBatch, Position
from outrider_engine.ports.storage import Storage


class EventLog:
    """The events of the last hour."""

    def __init__(self, *, storage: Storage) -> None:
        self._storage = storage

    def newest(self) -> Position:
        """Return the position after everything that has happened so far."""
        with self._storage.read() as tx:
            return tx.events.newest()

    def resumed(self, position: Position) -> Position | None:
        """Return where to go on for whoever read up to a position; ``None`` when what follows it is not kept any more.

        That is so after an hour, and when the position is of another database, such as one restored from a copy.
        """
        with self._storage.read() as tx:
            is_kept = position.at_s >= (tx.now - KEPT).timestamp()
            return position if is_kept and position <= tx.events.newest() else None

    def after(self, position: Position, limit: int, *, organization_id: str | None = None) -> Sequence[EventBatch]:
        """Return batches after a position, of one organization or of all, and the one that it lies in."""
        with self._storage.read() as tx:
            return tx.events.after(position, limit, organization_id=organization_id)

    def in_project(self, organization_id: str, project_id: str, events: Sequence[Event]) -> Sequence[Event]:
        """Return those of an organization's events that are about one project: about it itself, or a check of it."""
        ids = {event.check_id for event in events if event.check_id is not None}
        with self._storage.read() as tx:
            projects = tx.checks.projects_of(organization_id, ids, deleted_too=True)
        return [
            event for event in events if event.facts.get("project_id", projects.get(event.check_id or "")) == project_id
        ]
