"""Alert rules and alerts: when a check is broken enough to tell somebody, and when it is whole again."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from .json_values import JsonObject


class RuleType(StrEnum):
    """When a rule's alert opens."""

    CONSECUTIVE_FAILURES = "consecutive_failures"
    ERROR_RATE = "error_rate"
    LATENCY_THRESHOLD = "latency_threshold"
    VISUAL_DIFF_THRESHOLD = "visual_diff_threshold"
    SSL_EXPIRY = "ssl_expiry"


class AlertStatus(StrEnum):
    """Where an alert is in its life: open until somebody takes it on, over when it is resolved."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    RESOLVED = "resolved"


class AlertEvent(StrEnum):
    """What is told: about alerts, checks, incidents and releases."""

    OPENED = "alert.opened"
    RESOLVED = "alert.resolved"
    ESCALATED = "alert.escalated"
    CHECK_PAUSED = "check.paused"
    INCIDENT_CREATED = "incident.created"
    INCIDENT_UPDATED = "incident.updated"
    INCIDENT_RESOLVED = "incident.resolved"
    RELEASE_CREATED = "release.created"
    TEST = "channel.test"


class Occasion(StrEnum):
    """On which occasions of an alert's life a channel is told."""

    ALERT = "alert"
    """It opened, or is still open and nobody has taken it on."""
    RECOVERY = "recovery"
    """It is resolved."""


_OCCASIONS = {
    AlertEvent.OPENED: Occasion.ALERT,
    AlertEvent.ESCALATED: Occasion.ALERT,
    AlertEvent.RESOLVED: Occasion.RECOVERY,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """When to alert about one check, and which channels to tell.

    Attributes:
        threshold: what its type counts: failures, percent, milliseconds; ``None`` for types that have none.
        days_before: days before a certificate ends; ``None`` but for ``ssl_expiry``.
        window_seconds: how far back runs are counted; ``None`` but for ``error_rate``.
        min_samples: with fewer runs in the window nothing is decided; ``None`` but for ``error_rate``.
    """

    id: str
    organization_id: str
    check_id: str
    name: str
    type: RuleType
    threshold: float | None = None
    days_before: int | None = None
    window_seconds: int | None = None
    min_samples: int | None = None
    channel_ids: tuple[str, ...]
    enabled: bool
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """Whom to tell: a notifier's kind and its settings. Secret settings are not among ``config``.

    Attributes:
        events: what it is told of the whole organization without any rule; then it is told nothing else.
        notify_on: of alerts, it is told on these occasions.
        is_connection: it leads to many places, which checks name.
    """

    id: str
    organization_id: str
    name: str
    type: str
    config: JsonObject
    enabled: bool
    created_at: datetime
    events: tuple[str, ...] = ()
    notify_on: tuple[Occasion, ...] = tuple(Occasion)
    is_connection: bool = False

    def hears_of(self, event: AlertEvent) -> bool:
        """Whether it is told of an event, when its rule or subscription says so."""
        return event not in _OCCASIONS or _OCCASIONS[event] in self.notify_on


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """One rule and one check being broken: opens once, is resolved by recovery or by hand.

    Attributes:
        rule_id: ``None`` for the alert that a check opens by itself, by its quorum and policy.
        severity: ``p1`` to ``p3``; ``None`` when nobody said.
        acknowledged_by: names who took it on.
        escalate_at: when it is told once more unless somebody takes it on; ``None``: never, or told already.
        undelivered: what of its policy could not be followed, in a sentence.
        incident_id: the incident that it opened or joined.
    """

    id: str
    organization_id: str
    rule_id: str | None
    check_id: str
    status: AlertStatus
    message: str
    run_id: str | None
    triggered_at: datetime
    severity: str | None = None
    escalate_at: datetime | None = None
    escalated_at: datetime | None = None
    undelivered: str | None = None
    acknowledged_at: datetime | None = None
    acknowledged_by: str | None = None
    resolved_at: datetime | None = None
    incident_id: str | None = None
