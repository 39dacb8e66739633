"""Which locations are served: what the workers' signs of life say."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from outrider_engine.ports.identity_repository import Heartbeat
from outrider_engine.ports.storage import Transaction

ALIVE_FOR = timedelta(seconds=60)
"""How long after its last sign of life a part of the engine counts as alive."""

EVERYWHERE = "*"
"""The location of a worker that serves all of them."""
WORKER = "worker"


@dataclass(frozen=True, slots=True)
class Serving:
    """The workers that are alive."""

    workers: Sequence[Heartbeat]

    @classmethod
    def of(cls, tx: Transaction) -> "Serving":
        """Read the signs of life of the last minute."""
        beats = tx.heartbeats.list(seen_after=tx.now - ALIVE_FOR)
        return cls([beat for beat in beats if beat.component == WORKER])

    def anything_at(self, location: str) -> bool:
        """Whether a worker serves a location."""
        return any(beat.location in (location, EVERYWHERE) for beat in self.workers)

    def default(self, known: Sequence[str], preferred: str) -> Sequence[str]:
        """Return where a check runs that names no location: at ``preferred`` if it is served, else at one that is."""
        served = [name for name in known if self.anything_at(name)] or list(known)
        return [preferred] if preferred in served else served[:1]

    def unserved(self, queue: str, locations: Sequence[str]) -> tuple[str, ...]:
        """Return those of ``locations`` at which nobody takes runs of ``queue``."""
        taking = {beat.location for beat in self.workers if queue in beat.queues}
        return () if EVERYWHERE in taking else tuple(name for name in locations if name not in taking)
