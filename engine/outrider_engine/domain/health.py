"""Whether a check's target is up, from the states at its locations."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from .checks import CheckState


class Health(StrEnum):
    """What is known of a target."""

    UP = "up"
    DOWN = "down"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class HealthSince:
    """What is known of a target, and since when; ``since`` is ``None`` while nothing is known."""

    health: Health
    since: datetime | None


def health_of(states: Iterable[CheckState], locations: Collection[str]) -> HealthSince:
    """Return what the states at a check's present locations say: down as soon as one of them sees it down.

    It is up since the last of the locations saw it come up, and down since the first saw it go down.
    """
    known = [state for state in states if state.location in locations and state.verdict is not None]
    down = [state.since for state in known if state.verdict is not None and not state.verdict.is_up]
    if down:
        return HealthSince(Health.DOWN, min((since for since in down if since is not None), default=None))
    if not known:
        return HealthSince(Health.UNKNOWN, None)
    return HealthSince(Health.UP, max((state.since for state in known if state.since is not None), default=None))
