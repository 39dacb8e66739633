"""Versions of checks: what a definition was after each of its changes."""

import json
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from .audit import Actor, described
from .checks import CheckDefinition, CheckStatus

VERSIONS_KEPT = 100
"""The newest versions of a check that are kept; with a new one, the oldest goes."""
FEWEST_KEPT = 5
SPACE = 50_000_000
"""Characters that the versions of a check may take up: of large ones fewer are kept, but never less than five."""

LONGEST_MESSAGE = 500
"""Characters of what is said about a change."""


class VersionSource(StrEnum):
    """What made a version."""

    CREATED = "created"
    CHANGED = "changed"
    IMPORTED = "imported"
    RESTORED = "restored"
    MIGRATED = "migrated"
    """The check was there before its versions were kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a change of a definition comes from; ``source`` is ``None`` when it is one as any other."""

    source: VersionSource | None = None
    message: str = ""
    restored_from: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckVersion:
    """A definition as it was from one change to the next; never changed.

    Attributes:
        number: counts the versions of the check, from 1.
        digest: SHA-256 of the definition in hex, the same for the same definition. Empty until it is stored.
        message: what whoever made it said about it.
        restored_from: the number of the version that it repeats.
        definition: all that the owner decides but the status, which is none of its versions' business.
    """

    organization_id: str
    check_id: str
    number: int
    source: VersionSource
    message: str
    restored_from: int | None
    made_at: datetime
    actor: Actor
    definition: CheckDefinition
    digest: str = ""


def same_content(one: CheckDefinition, other: CheckDefinition) -> bool:
    """Whether two definitions say the same, but for whether the check is paused."""
    return _content(one) == _content(other)


def kept_with(definition: CheckDefinition) -> int:
    """Return how many versions are kept of a check whose newest is of the size of a definition."""
    return max(FEWEST_KEPT, min(VERSIONS_KEPT, SPACE // len(_content(definition))))


def _content(definition: CheckDefinition) -> str:
    # As text, for Python holds True and 1 for equal.
    return json.dumps(described(replace(definition, status=CheckStatus.ACTIVE)), sort_keys=True)
