"""A clock for tests."""

import threading
from datetime import UTC, datetime, timedelta


class FixedClock:
    """A clock that only moves when it is told to."""

    def __init__(self, start: datetime = datetime(2026, 1, 15, 12, 0, tzinfo=UTC)) -> None:
        self._start = start
        self._elapsed = 0.0
        self._lock = threading.Lock()

    def now(self) -> datetime:
        """Return the time it stands at."""
        with self._lock:
            return self._start + timedelta(seconds=self._elapsed)

    def monotonic(self) -> float:
        """Return the seconds it was moved by."""
        with self._lock:
            return self._elapsed

    def advance(self, seconds: float) -> datetime:
        """Move the clock (back, with a negative number) and return its time."""
        with self._lock:
            self._elapsed += seconds
        return self.now()
