"""Escalation: what nobody has taken on is told once more. Any number of schedulers may do it side by side."""

from outrider_engine.ports.hints import Hints
from outrider_engine.ports.storage import Storage

from .own_alerts import escalate


class Escalator:
    """Tells again of alerts that were left open for longer than their policy allows."""

    def __init__(self, *, storage: Storage, hints: Hints) -> None:
        self._storage = storage
        self._hints = hints

    def escalate(self) -> int:
        """Tell what is due; returns how many messages that came to.

        Raises:
            StorageError: the database is away.
        """
        with self._storage.begin() as tx:
            told = escalate(tx)
        if told:
            self._hints.send("notify", "")
        return len(told)
