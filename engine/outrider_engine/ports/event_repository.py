"""Stored events. They are written by the repositories whose rows they tell of, in the same transaction."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from outrider_engine.domain.events import EventBatch, Position


class EventRepository(Protocol):
    """Events in the order of commits."""

    def newest(self) -> Position:
        """Return the position after all that is committed now and can be read."""

    def after(self, position: Position, limit: int, *, organization_id: str | None = None) -> Sequence[EventBatch]:
        """Return the batches after a position, of one organization or of all; the one that it lies in too.

        Left out are those beside which an older transaction is still open: that one's events come before them.
        """

    def drop(self, before: datetime, limit: int) -> int:
        """Delete events that are older; returns how many batches."""
