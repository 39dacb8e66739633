"""Signs of life of the engine's parts."""

from collections.abc import Collection

from outrider_engine.ports.identity_repository import Heartbeat
from outrider_engine.ports.storage import Storage


class Pulse:
    """Records that one part of the engine is alive."""

    def __init__(
        self, *, storage: Storage, component: str, instance: str, location: str = "", queues: Collection[str] = ()
    ) -> None:
        self._storage = storage
        self.component = component
        self._instance = instance
        self._location = location
        self._queues = tuple(queues)

    def beat(self) -> None:
        """Record a sign of life now."""
        with self._storage.begin() as tx:
            tx.heartbeats.beat(
                Heartbeat(
                    component=self.component,
                    instance=self._instance,
                    seen_at=tx.now,
                    location=self._location,
                    queues=self._queues,
                )
            )

    def stop(self) -> None:
        """Forget the part: it ended in order."""
        with self._storage.begin() as tx:
            tx.heartbeats.gone(self.component, self._instance)
