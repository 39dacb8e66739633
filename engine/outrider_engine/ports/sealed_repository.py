"""Everything that is stored sealed, whatever it is, for sealing it anew."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedText:
    """A stored text that is sealed. ``key`` is where it stands among those of its place, in their order."""

    key: tuple[str, ...]
    text: str = field(repr=False)


class SealedRepository(Protocol):
    """Sealed texts by place: one place for each table that has some."""

    def places(self) -> Sequence[str]:
        """Return the names of all places."""

    def after(self, place: str, key: tuple[str, ...] | None, limit: int) -> Sequence[SealedText]:
        """Return the texts that come after a key (``None``: from the beginning), in the order of their keys."""

    def put(self, place: str, sealed: SealedText, text: str) -> bool:
        """Store a text in place of ``sealed``; ``False`` when somebody else changed it meanwhile."""
