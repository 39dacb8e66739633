"""What people are told: titles, texts and facts of messages."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from outrider_engine.domain.alerts import Alert, AlertEvent, Channel, RuleType
from outrider_engine.domain.checks import Check, CheckState
from outrider_engine.domain.ids import new_id
from outrider_engine.domain.json_values import JsonObject, JsonValue
from outrider_engine.domain.notifications import DeliveryState, Message, Notification

_BROKEN = {
    RuleType.CONSECUTIVE_FAILURES: "{name} is failing",
    RuleType.ERROR_RATE: "{name} fails too often",
    RuleType.LATENCY_THRESHOLD: "{name} is slow",
    RuleType.VISUAL_DIFF_THRESHOLD: "{name} looks different",
    RuleType.SSL_EXPIRY: "The certificate of {name} ends soon",
}
_WHOLE = {
    RuleType.CONSECUTIVE_FAILURES: ("{name} is back", "passed again"),
    RuleType.ERROR_RATE: ("{name} fails less often", "fails less often again"),
    RuleType.LATENCY_THRESHOLD: ("{name} is quick again", "is quick enough again"),
    RuleType.VISUAL_DIFF_THRESHOLD: ("{name} looks as it should", "looks as it should again"),
    RuleType.SSL_EXPIRY: ("The certificate of {name} was renewed", "has a certificate that lasts"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Failing:
    """How a check fails at the moment an alert opens.

    Attributes:
        failures: runs in a row, where it is worst.
        since: when the first of the places stopped working.
    """

    regions: tuple[str, ...]
    failures: int
    since: datetime

    @classmethod
    def of(cls, states: Iterable[CheckState], now: datetime) -> "Failing":
        """Return what the states of a check at its locations add up to."""
        failing = sorted((one for one in states if one.consecutive_failures), key=lambda one: one.location)
        return cls(
            regions=tuple(one.location for one in failing),
            failures=max((one.consecutive_failures for one in failing), default=0),
            since=min((one.since for one in failing if one.since is not None), default=now),
        )

    def shown(self) -> JsonObject:
        """Return it as a part of a message."""
        return {"failures": self.failures, "regions": list(self.regions), "since": self.since.isoformat()}


def alert_opened(
    alert: Alert,
    check: Check,
    run: JsonObject,
    failing: Failing,
    type: RuleType = RuleType.CONSECUTIVE_FAILURES,
) -> Message:
    """Return the message that a check is broken; ``run`` is a summary of the run that showed it."""
    return Message(
        id=new_id("notification", alert.triggered_at),
        event=AlertEvent.OPENED,
        title=_BROKEN[type].format_map({"name": check.definition.name}),
        text=f"{alert.message}. Seen by run {alert.run_id}." if alert.run_id else f"{alert.message}.",
        occurred_at=alert.triggered_at,
        data={**_data(check, run, alert, "open"), "failing": failing.shown()},
    )


def alert_escalated(alert: Alert, check: Check, now: datetime, failing: Failing) -> Message:
    """Return the message that an alert is still open and that nobody has taken it on."""
    lasted = timedelta(seconds=round((now - alert.triggered_at).total_seconds()))
    return Message(
        id=new_id("notification", now),
        event=AlertEvent.ESCALATED,
        title=f"{check.definition.name} is still failing",
        text=f"{alert.message}. Nobody has acknowledged it for {lasted}.",
        occurred_at=now,
        data={**_data(check, None, alert, "open"), "failing": failing.shown()},
    )


def alert_resolved(
    alert: Alert,
    check: Check,
    now: datetime,
    run: JsonObject | None = None,
    type: RuleType = RuleType.CONSECUTIVE_FAILURES,
) -> Message:
    """Return the message that an alert is over; ``run`` is a summary of the run that passed, if one did."""
    title, recovered = _WHOLE[type]
    how = recovered if run else "was resolved by hand"
    lasted = timedelta(seconds=round((now - alert.triggered_at).total_seconds()))
    return Message(
        id=new_id("notification", now),
        event=AlertEvent.RESOLVED,
        title=title.format_map({"name": check.definition.name}),
        text=f"{check.definition.name} {how} after {lasted}.",
        occurred_at=now,
        data=_data(check, run, alert, "resolved"),
    )


def check_paused(check: Check, reason: str, now: datetime) -> Message:
    """Return the message that the engine paused a check."""
    return Message(
        id=new_id("notification", now),
        event=AlertEvent.CHECK_PAUSED,
        title=f"{check.definition.name} has been paused",
        text=f"{reason}.",
        occurred_at=now,
        data=_data(check, None),
    )


def channel_test(channel: Channel, now: datetime) -> Message:
    """Return the message with which a channel is tried out."""
    return Message(
        id=new_id("notification", now),
        event=AlertEvent.TEST,
        title="Test message from Outrider",
        text=f"The channel {channel.name} works.",
        occurred_at=now,
        data={"channel": {"id": channel.id, "name": channel.name, "type": channel.type}},
    )


def notifications(
    message: Message, *, organization_id: str, channel_ids: Iterable[str], alert_id: str | None, now: datetime
) -> list[Notification]:
    """Return the outbox rows that tell ``message`` to channels; each gets a stable id of its own."""
    rows = []
    for channel_id in channel_ids:
        identifier = new_id("notification", now)
        rows.append(
            Notification(
                id=identifier,
                organization_id=organization_id,
                channel_id=channel_id,
                alert_id=alert_id,
                message=replace(message, id=identifier),
                state=DeliveryState.PENDING,
                attempts=0,
                next_attempt_at=now,
                created_at=now,
            )
        )
    return rows


def _data(check: Check, run: JsonObject | None, alert: Alert | None = None, status: str = "") -> JsonObject:
    definition = check.definition
    url = definition.config.get("url")
    data: dict[str, JsonValue] = {
        "check": {
            "id": check.id,
            "name": definition.name,
            "type": definition.type,
            "family": definition.family.value,
            "url": url if isinstance(url, str) else None,
        },
        "organization": {"id": check.organization_id},
        "project": {"id": check.project_id},
    }
    if alert is not None:
        data["alert"] = {
            "id": alert.id,
            "rule_id": alert.rule_id,
            "status": status,
            "severity": alert.severity,
            "message": alert.message,
            "triggered_at": alert.triggered_at.isoformat(),
        }
    if run is not None:
        data["run"] = run
    return data
