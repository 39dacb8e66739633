"""Channels, rules and alerts as clients write and read them."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from outrider_engine.domain.alerts import Alert, AlertStatus, Channel, Occasion, Rule, RuleType
from outrider_engine.domain.checks import Family
from outrider_engine.domain.ids import PREFIXES
from outrider_engine.errors import InvalidInput
from outrider_engine.services.alerting import RuleFields, Target
from outrider_engine.services.channels import ChannelMade, TestDelivery

from .bodies import Flag, Text
from .moments import Moment

Occasions = Annotated[
    list[Occasion],
    Field(description="Of alerts, it is told when they open (`alert`), when they are over (`recovery`)."),
]
Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]
_TARGETS = {f"{family.value}_id": family for family in Family}


def family_of(check_id: str) -> Family:
    """Return the family of a check by its id."""
    prefix = check_id.partition("_")[0]
    return next((family for family in Family if PREFIXES[family.value] == prefix), Family.MONITOR)


class ChannelChanges(BaseModel):
    """What can be changed of a channel; absent fields keep their value."""

    model_config = ConfigDict(extra="forbid")

    name: Text | None = Field(default=None, min_length=1, max_length=200)
    config: dict[str, Any] | None = Field(
        default=None, description="Settings of the notifier; secret ones are never shown, and stay when left out."
    )
    enabled: Flag | None = Field(default=None, description="Whether it is told anything.")
    notify_on: Occasions | None = None


class ChannelBody(BaseModel):
    """A channel to be made."""

    model_config = ConfigDict(extra="forbid")

    name: Text = Field(min_length=1, max_length=200)
    type: Text = Field(description="A notifier, such as `webhook`, `slack`, or one that a plugin adds.")
    config: dict[str, Any] = Field(default_factory=dict, description="Settings of the notifier.")
    enabled: Flag = True
    notify_on: Occasions = Field(default_factory=lambda: list(Occasion))


class ChannelOut(BaseModel):
    """A channel, without its secrets."""

    id: str
    name: str
    type: str
    config: dict[str, Any]
    enabled: bool
    notify_on: Occasions
    created_at: Moment

    @classmethod
    def of(cls, channel: Channel) -> "ChannelOut":
        """Show a channel."""
        return cls(
            id=channel.id,
            name=channel.name,
            type=channel.type,
            config=dict(channel.config),
            enabled=channel.enabled,
            notify_on=list(channel.notify_on),
            created_at=channel.created_at,
        )


class ChannelMadeOut(ChannelOut):
    """A new channel; secrets that its notifier made up (`secret`) stand beside the other fields, this once."""

    model_config = ConfigDict(extra="allow")

    warnings: list[str] = Field(description="What keeps it from telling anybody yet.")

    @classmethod
    def made(cls, made: ChannelMade) -> "ChannelMadeOut":
        """Show a new channel."""
        return cls.model_validate(
            {**made.generated, **ChannelOut.of(made.channel).model_dump(), "warnings": list(made.warnings)}
        )


class TestOut(BaseModel):
    """How a test message fared."""

    delivered: bool
    status_code: int | None = Field(description="The receiver's HTTP status.")
    error: str | None

    @classmethod
    def of(cls, delivery: TestDelivery) -> "TestOut":
        """Show a delivery."""
        return cls(delivered=delivery.delivered, status_code=delivery.status_code, error=delivery.error)


class RuleChanges(BaseModel):
    """What can be changed of a rule; absent fields keep their value."""

    model_config = ConfigDict(extra="forbid")

    name: Text = Field(default="", min_length=1, max_length=200)
    threshold: Number | None = Field(
        default=None,
        description="`consecutive_failures`: runs in a row at one location (1 to 1000). `error_rate`: percent of runs "
        "(0.1 to 100). `latency_threshold`: milliseconds (1 to 3600000). `visual_diff_threshold`: percent (0 to 100).",
    )
    days_before: Number | None = Field(
        default=None, description="`ssl_expiry`: days before the certificate ends (1 to 365)."
    )
    window_seconds: Number | None = Field(
        default=None, description="`error_rate`: how far back runs are counted (60 to 86400; 3600)."
    )
    min_samples: Number | None = Field(
        default=None, description="`error_rate`: runs that the window needs to be judged (1 to 1000; 10)."
    )
    channel_ids: list[Text] = Field(default_factory=list, max_length=50, description="Whom to tell.")
    enabled: Flag = True

    def fields(self) -> RuleFields:
        """Return what was sent."""
        fields: RuleFields = {}
        sent = self.model_fields_set
        if "name" in sent:
            fields["name"] = self.name
        if "threshold" in sent:
            fields["threshold"] = self.threshold
        if "days_before" in sent:
            fields["days_before"] = self.days_before
        if "window_seconds" in sent:
            fields["window_seconds"] = self.window_seconds
        if "min_samples" in sent:
            fields["min_samples"] = self.min_samples
        if "channel_ids" in sent:
            fields["channel_ids"] = self.channel_ids
        if "enabled" in sent:
            fields["enabled"] = self.enabled
        return fields


class RuleBody(RuleChanges):
    """A rule to be made, about exactly one monitor, API monitor or journey."""

    name: Text = Field(min_length=1, max_length=200)
    type: RuleType = Field(description="When its alert opens, and which of the numbers it takes.")
    monitor_id: Text | None = None
    api_monitor_id: Text | None = None
    journey_id: Text | None = None

    def target(self) -> Target:
        """Return the check that the rule is about.

        Raises:
            InvalidInput: none is named, or several are.
        """
        named = {name: id for name in _TARGETS if (id := getattr(self, name)) is not None}
        if len(named) != 1:
            raise InvalidInput(
                "exactly one of them is needed", field=list(named)[1] if named else "monitor_id", allowed=list(_TARGETS)
            )
        name, id = next(iter(named.items()))
        return Target(family=_TARGETS[name], check_id=id)


class RuleOut(BaseModel):
    """A stored rule."""

    id: str
    name: str
    type: RuleType
    threshold: int | float | None
    days_before: int | None
    window_seconds: int | None
    min_samples: int | None
    channel_ids: list[str]
    enabled: bool
    monitor_id: str | None
    api_monitor_id: str | None
    journey_id: str | None
    created_at: Moment

    @classmethod
    def of(cls, rule: Rule) -> "RuleOut":
        """Show a rule."""
        about = {f"{family.value}_id": None for family in Family} | {f"{family_of(rule.check_id)}_id": rule.check_id}
        return cls(
            id=rule.id,
            name=rule.name,
            type=rule.type,
            threshold=shortest(rule.threshold),
            days_before=rule.days_before,
            window_seconds=rule.window_seconds,
            min_samples=rule.min_samples,
            channel_ids=list(rule.channel_ids),
            enabled=rule.enabled,
            monitor_id=about["monitor_id"],
            api_monitor_id=about["api_monitor_id"],
            journey_id=about["journey_id"],
            created_at=rule.created_at,
        )


def shortest(number: float | None) -> float | int | None:
    """Return a number without false decimals."""
    return int(number) if number is not None and int(number) == number else number


class AlertOut(BaseModel):
    """An alert: one rule and one check being broken."""

    id: str
    rule_id: str | None = Field(description="None for the alert that a check opens by its own quorum and policy.")
    status: AlertStatus
    resource_type: Family
    resource_id: str
    message: str
    severity: str | None = Field(description="`p1` to `p3`, from the check's policy.")
    run_id: str | None = Field(description="The run that showed it.")
    triggered_at: Moment
    acknowledged_at: Moment | None
    acknowledged_by: str | None = Field(description="The name of the key with which it was acknowledged.")
    escalated_at: Moment | None = Field(description="When it was told once more, because nobody had taken it on.")
    incident_id: str | None = Field(description="The incident that it opened or joined.")
    delivery_problem: str | None = Field(description="What of the check's policy could not be followed.")
    resolved_at: Moment | None

    @classmethod
    def of(cls, alert: Alert) -> "AlertOut":
        """Show an alert."""
        return cls(
            id=alert.id,
            rule_id=alert.rule_id,
            status=alert.status,
            resource_type=family_of(alert.check_id),
            resource_id=alert.check_id,
            severity=alert.severity,
            message=alert.message,
            run_id=alert.run_id,
            triggered_at=alert.triggered_at,
            escalated_at=alert.escalated_at,
            incident_id=alert.incident_id,
            delivery_problem=alert.undelivered,
            acknowledged_at=alert.acknowledged_at,
            acknowledged_by=alert.acknowledged_by,
            resolved_at=alert.resolved_at,
        )
