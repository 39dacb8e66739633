"""What a caller expects of something before it is changed; asked in the transaction that changes it."""

from collections.abc import Callable
from typing import TypeVar

ThingT = TypeVar("ThingT")

Expecting = Callable[[ThingT], None]
"""Is given what is there now, and raises ``PreconditionFailed`` when that is not what the caller expects."""


def anything(_current: object) -> None:
    """Expect nothing in particular."""
