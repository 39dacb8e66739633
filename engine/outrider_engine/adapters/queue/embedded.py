"""Hints within one process: Dramatiq's in-memory broker and a worker beside it."""

import threading
from collections.abc import Callable

import dramatiq
from dramatiq.brokers.stub import StubBroker

from .dramatiq_hints import DramatiqHints

_THREADS = 2
_LOOK_EVERY_MS = 1000
"""How often Dramatiq's threads look whether they are to stop; a message wakes them at once."""


class _LocalPending:
    def __init__(self) -> None:
        self._names: set[str] = set()
        self._lock = threading.Lock()

    def begin(self, name: str) -> bool:
        with self._lock:
            if name in self._names:
                return False
            self._names.add(name)
            return True

    def arrived(self, name: str) -> None:
        with self._lock:
            self._names.discard(name)


class EmbeddedQueue:
    """Broker, hints and Dramatiq worker of a single process."""

    def __init__(self, woken: Callable[[str, str], None]) -> None:
        self._broker = StubBroker(middleware=[])
        self.hints = DramatiqHints(self._broker, _LocalPending(), woken)
        self._worker: dramatiq.Worker | None = None

    def start(self) -> None:
        """Begin to receive hints."""
        self._worker = dramatiq.Worker(self._broker, worker_threads=_THREADS, worker_timeout=_LOOK_EVERY_MS)
        self._worker.start()

    def stop(self) -> None:
        """Receive no more hints."""
        if self._worker is not None:
            self._worker.stop(timeout=2000)
            self._worker = None
        self._broker.close()
