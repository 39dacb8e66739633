"""How the engine itself is: who is alive, what waits, and what nobody serves."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from outrider_engine.errors import StorageError
from outrider_engine.plugin_manager import InstalledPlugin, Plugins
from outrider_engine.ports.identity_repository import Heartbeat
from outrider_engine.ports.storage import Storage

from .serving import WORKER, Serving

COMPONENTS = ("scheduler", "reaper", "notifier")


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """Ages in seconds; ``None`` where nothing was ever seen, or nothing waits.

    Attributes:
        ages: since the last sign of life, by part of the engine.
        unserved_locations: locations at which active checks run and that no worker serves.
    """

    now: datetime
    ages: Mapping[str, float | None]
    oldest_queued_run_s: float | None
    oldest_due_notification_s: float | None
    workers: Sequence[Heartbeat]
    unserved_locations: Sequence[str]
    plugins: Sequence[InstalledPlugin]


class StatusService:
    """Reads the state of the engine."""

    def __init__(self, *, storage: Storage, plugins: Plugins) -> None:
        self._storage = storage
        self._plugins = plugins

    def readiness_problem(self) -> str | None:
        """Return why requests can't be served, ``None`` when they can."""
        try:
            return self._storage.schema_problem()
        except StorageError as error:
            return str(error)

    def status(self) -> Status:
        """Return how the engine is."""
        with self._storage.read() as tx:
            now = tx.now
            beats = tx.heartbeats.list()
            queued, due = tx.runs.oldest_queued_at(), tx.outbox.oldest_due_at(now)
            serving = Serving.of(tx)
            unserved = [name for name in sorted(tx.locations.in_use()) if not serving.anything_at(name)]
        newest = {name: [beat.seen_at for beat in beats if beat.component == name] for name in (*COMPONENTS, WORKER)}
        return Status(
            now=now,
            ages={name: _age(max(seen, default=None), now) for name, seen in newest.items()},
            oldest_queued_run_s=_age(queued, now),
            oldest_due_notification_s=_age(due, now),
            workers=serving.workers,
            unserved_locations=unserved,
            plugins=self._plugins.installed,
        )


def _age(moment: datetime | None, now: datetime) -> float | None:
    return None if moment is None else max(0.0, round((now - moment).total_seconds(), 3))
