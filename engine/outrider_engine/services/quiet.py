"""Not looking where there is nothing new: what keeps an idle server idle.

Whoever looks for work every second, lest a hint was lost or a time has come, need not where the database tells for next
to nothing that nobody has changed it since (SQLite does): then there is nothing before the next time that was known.
"""

from datetime import datetime

from outrider_engine.ports.storage import Glance, Storage


class Quiet:
    """What one who looks for work, in one thread, remembers of a look that found none."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self._glance: Glance | None = None
        self._version: int | None = None
        self._until: datetime | None = None

    def lasts(self) -> bool:
        """Whether a look would find nothing again; else one is to be made, and ``found`` to be called after it."""
        self._glance = self._storage.glance()  # before the look: what changes meanwhile is looked at next time
        if self._glance is None or self._glance.version != self._version:
            return False
        return self._until is None or self._glance.now < self._until

    def found(self, anything: bool, *, until: datetime | None = None) -> None:
        """Note what a look has found; nothing, unless something changes, before ``until`` (``None``: ever)."""
        self._version = None if anything or self._glance is None else self._glance.version
        self._until = until
