"""Versions of checks, and what differs between them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from .objects import _MOMENT, Shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Version(Shown):
    """What a check was after one of its changes; ``definition`` where it was read by its number."""

    number: int
    digest: str = ""
    source: str = ""
    message: str = ""
    restored_from: int | None = None
    made_at: datetime | None = field(default=None, metadata=_MOMENT)
    made_by: Mapping[str, Any] = field(default_factory=dict)
    definition: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference(Shown):
    """What differs between two versions: ``changes`` for programs, ``text`` for people."""

    text: str = ""
    changes: tuple[Mapping[str, Any], ...] = ()
