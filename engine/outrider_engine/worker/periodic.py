"""Something that is done again and again, on a thread of its own."""

import threading
import time
from collections.abc import Callable

import structlog

from outrider_engine.errors import StorageError

log = structlog.get_logger(__name__)


class Periodic:
    """Calls an action every so often until it is stopped; an error is logged and does not end it."""

    def __init__(self, name: str, every_s: float, action: Callable[[], object]) -> None:
        self._name = name
        self._every_s = every_s
        self._action = action
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._serve, name=name, daemon=True)

    def start(self) -> None:
        """Begin, with a first call at once."""
        self._thread.start()

    def stop(self, timeout_s: float = 5.0) -> None:
        """Call no more; waits for the call under way."""
        self._stopped.set()
        self._thread.join(timeout_s)

    def _serve(self) -> None:
        while True:
            try:
                self._action()
            except StorageError as error:
                log.warning("skipped, the database is away", task=self._name, error=str(error))
            except Exception:
                log.exception("periodic task failed", task=self._name)
            # Together with the others of the same rhythm: what one of them changes wakes nobody a second time.
            if self._stopped.wait(self._every_s - time.monotonic() % self._every_s):
                return
