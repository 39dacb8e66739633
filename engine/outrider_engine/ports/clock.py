"""Time as the engine sees it."""

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """Wall time for what people read, monotonic time for durations and deadlines."""

    def now(self) -> datetime:
        """Return the wall time, aware, in UTC."""

    def monotonic(self) -> float:
        """Return seconds that never go back; only differences mean anything."""
