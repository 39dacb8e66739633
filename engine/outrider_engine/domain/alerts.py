"""Alert rules and alerts: when a check is broken enough to tell somebody, and when it is whole again."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from .checks import CheckState


class RuleType(StrEnum):
    """When a rule's alert opens."""

    CONSECUTIVE_FAILURES = "consecutive_failures"


class AlertStatus(StrEnum):
    """Where an alert is in its life."""

    OPEN = "open"
    RESOLVED = "resolved"


class AlertEvent(StrEnum):
    """What is told about an alert or a check."""

    OPENED = "alert.opened"
    RESOLVED = "alert.resolved"
    CHECK_PAUSED = "check.paused"
    TEST = "channel.test"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """When to alert about one check, and which channels to tell."""

    id: str
    organization_id: str
    check_id: str
    name: str
    type: RuleType
    threshold: int
    channel_ids: tuple[str, ...]
    enabled: bool
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """Whom to tell: a notifier's kind and its settings. Secret settings are not among ``config``.

    Attributes:
        events: what it is told of the whole organization without any rule; then it is told nothing else.
    """

    id: str
    organization_id: str
    name: str
    type: str
    config: dict[str, object]
    enabled: bool
    created_at: datetime
    events: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """One rule and one check being broken: opens once, is resolved by recovery or by hand."""

    id: str
    organization_id: str
    rule_id: str
    check_id: str
    status: AlertStatus
    message: str
    run_id: str | None
    triggered_at: datetime
    resolved_at: datetime | None = None


def is_broken(rule: Rule, states: Iterable[CheckState]) -> bool:
    """Whether a rule's condition holds, given the check's state at each of its locations.

    Every location is judged on its own: one that failed ``threshold`` times in a row is enough, and recovery needs
    all of them to have come back.
    """
    return any(state.consecutive_failures >= rule.threshold for state in states)
