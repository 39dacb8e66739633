"""Stored channels, rules and alerts, and the outbox of notifications."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from outrider_engine.domain.alerts import Alert, AlertStatus, Channel, Rule
from outrider_engine.domain.notifications import Notification

from .listing import DefinitionQuery, PageQuery


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelQuery(DefinitionQuery):
    """One page of the channels that meet all of these."""

    enabled: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleQuery(DefinitionQuery):
    """One page of the rules that meet all of these; ``channel_id`` is of one that they tell."""

    enabled: bool | None = None
    check_id: str | None = None
    project_id: str | None = None
    channel_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertQuery(PageQuery):
    """One page of the alerts that meet all of these; ``since`` and ``until`` bound the time of opening, included."""

    status: AlertStatus | None = None
    check_id: str | None = None
    project_id: str | None = None
    rule_id: str | None = None
    since: datetime | None = None
    until: datetime | None = None


class ChannelRepository(Protocol):
    """Channels by organization; their secret settings are stored sealed."""

    def add(self, channel: Channel, sealed_secrets: str | None) -> None:
        """Store a new channel."""

    def get(self, organization_id: str, id: str, *, lock: bool = False) -> Channel | None:
        """Return a channel; with ``lock``, nobody else changes it before this transaction ends."""

    def sealed_secrets(self, organization_id: str, id: str) -> str | None:
        """Return the sealed secret settings of a channel."""

    def existing(self, organization_id: str, ids: Collection[str]) -> set[str]:
        """Return those of ``ids`` that are channels of the organization."""

    def list(self, organization_id: str, query: ChannelQuery) -> tuple[Sequence[Channel], int]:
        """Return one page of channels, and how many there are on all pages."""

    def concerned(self, organization_id: str, ids: Collection[str]) -> Sequence[Channel]:
        """Return the channels with these ids, and all that subscribed to events of the organization, oldest first.

        Those that are switched off are among them.
        """

    def connection(self, organization_id: str, type: str) -> Channel | None:
        """Return the oldest channel of a type that is a connection and switched on."""

    def replace(self, channel: Channel, sealed_secrets: str | None) -> bool:
        """Store a changed channel; ``False`` when there was none."""

    def delete(self, organization_id: str, id: str) -> bool:
        """Delete a channel and take it out of all rules; what waits for it in the outbox ends dead."""


class RuleRepository(Protocol):
    """Alert rules by organization."""

    def add(self, rule: Rule) -> None:
        """Store a new rule."""

    def get(self, organization_id: str, id: str, *, lock: bool = False) -> Rule | None:
        """Return a rule; with ``lock``, nobody else changes it before this transaction ends."""

    def list(self, organization_id: str, query: RuleQuery) -> tuple[Sequence[Rule], int]:
        """Return one page of rules, and how many there are on all pages."""

    def of_checks(self, check_ids: Collection[str]) -> Mapping[str, Sequence[Rule]]:
        """Return the enabled rules of checks, by check id."""

    def replace(self, rule: Rule) -> bool:
        """Store a changed rule; ``False`` when there was none."""

    def delete(self, organization_id: str, id: str) -> bool:
        """Delete a rule; its alerts stay."""

    def delete_of_check(self, organization_id: str, check_id: str) -> int:
        """Delete all rules about a check, enabled or not; returns how many there were."""


class AlertRepository(Protocol):
    """Alerts; at most one is unresolved for a rule and a check, by constraint."""

    def undelivered(self, organization_id: str, id: str, why: str) -> None:
        """Note on an alert what of its policy could not be followed."""

    def open(self, alert: Alert) -> bool:
        """Store a new open alert; ``False`` when the rule has one already that is not resolved."""

    def acknowledge(self, id: str, by: str, now: datetime) -> bool:
        """Note who took an open alert on; ``False`` when it was not open."""

    def escalate(self, now: datetime, limit: int) -> Sequence[Alert]:
        """Take the open alerts whose time to be told once more has come; nobody else gets the same ones."""

    def resolve(self, id: str, now: datetime) -> bool:
        """Resolve an alert; ``False`` when it was resolved already."""

    def get(self, organization_id: str, id: str) -> Alert | None:
        """Return an alert."""

    def projects_of(self, organization_id: str, ids: Collection[str]) -> Mapping[str, str]:
        """Return the projects of those of ``ids`` that are alerts of the organization."""

    def open_of_checks(self, check_ids: Collection[str]) -> Mapping[str, Sequence[Alert]]:
        """Return the unresolved alerts of checks, by check id."""

    def open_of_rule(self, organization_id: str, rule_id: str) -> Alert | None:
        """Return the unresolved alert of a rule."""

    def list(self, organization_id: str, query: AlertQuery) -> tuple[Sequence[Alert], int]:
        """Return one page of alerts, newest first, and how many there are."""


class OutboxRepository(Protocol):
    """Notifications on their way; leases and tokens as for runs."""

    def add(self, notifications: Sequence[Notification]) -> None:
        """Store notifications to be sent."""

    def claim(self, *, token: str, limit: int, lease: timedelta, now: datetime) -> Sequence[Notification]:
        """Take notifications that are due (or whose lease ran out) and raise their attempts.

        One that follows an unsettled one of the same alert and channel is left until that is sent or dead.
        """

    def sent(self, id: str, token: str, now: datetime) -> bool:
        """Settle a notification as sent; ``False`` when the claim was lost."""

    def failed(self, id: str, token: str, error: str, next_attempt_at: datetime | None) -> bool:
        """Plan the next try of a notification, or settle it as dead (``None``)."""

    def release(self, token: str) -> int:
        """Give back what was claimed and not tried, without charging the attempt."""

    def list(self, organization_id: str, *, alert_id: str | None = None, limit: int = 100) -> Sequence[Notification]:
        """Return notifications, newest first."""

    def next_due_at(self) -> datetime | None:
        """Return when the next notification is to be tried, or should have been; ``None`` when none is unsettled."""

    def oldest_due_at(self, now: datetime) -> datetime | None:
        """Return since when the longest-due unsettled notification has been due."""
