"""Telling plugins what happened."""

from typing import Protocol


class Told(Protocol):
    """Calls ``outrider_<thing>_<happened>`` hooks: at most once, apart from the work, and never raising."""

    def tell(self, hook: str, **facts: object) -> None:
        """Queue the call of a told hook by its full name; returns at once."""
