"""A check's own alert: how many of its locations must fail, how grave that is, and when to tell again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from .checks import CheckDefinition, CheckState
from .rule_conditions import Judgement, Standing
from .schedules import IntervalSchedule

STALE_INTERVALS = 3
"""Intervals without any result after which a location no longer counts."""
SHORTEST_STALENESS = timedelta(minutes=5)


class Severity(StrEnum):
    """How grave it is: core down, degraded with a way around it, minor."""

    P1 = "p1"
    P2 = "p2"
    P3 = "p3"


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertPolicy:
    """What becomes of a check's own alert.

    Attributes:
        slack_channel: where a Slack connection of the organization is to tell it.
        escalate_after_minutes: when an alert that nobody has taken on is told once more; ``None``: never.
        consecutive_failures: runs in a row that make a location a failing one.
    """

    severity: Severity = Severity.P2
    slack_channel: str | None = None
    escalate_after_minutes: int | None = None
    consecutive_failures: int = 1


def has_own_alert(definition: CheckDefinition) -> bool:
    """Whether a check opens an alert by itself, without a rule."""
    return definition.quorum is not None or definition.alert_policy is not None


def majority(locations: int) -> int:
    """Return how many of so many locations are more than half of them."""
    return locations // 2 + 1


def quorum_of(definition: CheckDefinition) -> int:
    """Return how many locations must be failing: what the owner said, else the majority."""
    return definition.quorum or majority(len(definition.locations))


def failing(
    definition: CheckDefinition, policy: AlertPolicy, states: Sequence[CheckState], now: datetime
) -> list[CheckState]:
    """Return the states of the locations that are failing now, by name.

    A location from which nothing has come for some intervals is stale and does not count.
    """
    stale_after = _stale_after(definition)
    return sorted(
        (
            state
            for state in states
            if state.consecutive_failures >= policy.consecutive_failures
            and (stale_after is None or state.as_of is None or now - state.as_of <= stale_after)
        ),
        key=lambda state: state.location,
    )


def judge_quorum(
    definition: CheckDefinition, policy: AlertPolicy, states: Sequence[CheckState], now: datetime
) -> Judgement:
    """Return whether so many locations are failing that the check's own alert is to be open."""
    ill = failing(definition, policy, states, now)
    if len(ill) < quorum_of(definition):
        return Judgement(Standing.WHOLE)
    places = ", ".join(state.location for state in ill)
    return Judgement(Standing.BROKEN, f"fails at {len(ill)} of {len(definition.locations)} locations ({places})")


def _stale_after(definition: CheckDefinition) -> timedelta | None:
    """Return how old a location's newest result may be; ``None`` where results come when somebody asks."""
    if not isinstance(definition.schedule, IntervalSchedule):
        return None
    pause = timedelta(seconds=STALE_INTERVALS * definition.schedule.seconds + definition.timeout_s)
    return max(pause, SHORTEST_STALENESS)
