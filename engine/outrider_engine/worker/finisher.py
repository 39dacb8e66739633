"""Collects outcomes and stores them in batches: one transaction for what ends within a few milliseconds."""

import queue
import threading
from collections.abc import Callable, Sequence

from outrider_engine.services.finishing import Finished, Finishing

BATCH = 200
GATHER_S = 0.02


class Finisher:
    """Stores what is put into it, in order of arrival, on a thread of its own."""

    def __init__(self, finishing: Finishing, stored: Callable[[Sequence[Finished]], None]) -> None:
        """``stored`` is called after each batch, whatever became of its claims."""
        self._finishing = finishing
        self._stored = stored
        self._waiting: queue.Queue[Finished | None] = queue.Queue()
        self._thread = threading.Thread(target=self._serve, name="finisher", daemon=True)

    def start(self) -> None:
        """Begin to store."""
        self._thread.start()

    def put(self, finished: Finished) -> None:
        """Hand over an outcome; returns at once."""
        self._waiting.put(finished)

    def stop(self) -> None:
        """Store what is left, and end."""
        self._waiting.put(None)
        self._thread.join()

    def _serve(self) -> None:
        last = False
        while not last:
            batch, last = self._gather()
            if batch:
                self._finishing.finish(batch)
                self._stored(batch)

    def _gather(self) -> tuple[list[Finished], bool]:
        first = self._waiting.get()
        if first is None:
            return [], True
        batch = [first]
        while len(batch) < BATCH:
            try:
                following = self._waiting.get(timeout=GATHER_S)
            except queue.Empty:
                break
            if following is None:
                return batch, True
            batch.append(following)
        return batch, False
