"""The reconciler: hints again for what has been waiting too long, because hints may be lost."""

from datetime import timedelta

from outrider_engine.domain.checks import QUEUE_NOTIFY
from outrider_engine.ports.hints import Hints
from outrider_engine.ports.storage import Storage

TOO_LONG = timedelta(seconds=10)


class Reconciler:
    """Repeats hints from what the database says."""

    def __init__(self, *, storage: Storage, hints: Hints) -> None:
        self._storage = storage
        self._hints = hints

    def reconcile(self) -> int:
        """Hint at every queue with something that waits for longer than ten seconds; returns the number of hints."""
        with self._storage.read() as tx:
            waiting = set(tx.runs.waiting(tx.now - TOO_LONG))
            oldest = tx.outbox.oldest_due_at(tx.now)
            if oldest is not None and oldest < tx.now - TOO_LONG:
                waiting.add((QUEUE_NOTIFY, ""))
        for queue, location in sorted(waiting):
            self._hints.send(queue, location)
        return len(waiting)
