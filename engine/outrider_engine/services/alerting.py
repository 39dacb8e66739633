"""Alert rules and alerts, as their owners see and change them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypedDict

from outrider_engine.domain.alerts import Alert, AlertStatus, Rule, RuleType
from outrider_engine.domain.audit import Action
from outrider_engine.domain.checks import Check, Family
from outrider_engine.domain.ids import new_id
from outrider_engine.errors import Conflict, InvalidInput, NotFound
from outrider_engine.ports.alert_repository import AlertQuery, RuleQuery
from outrider_engine.ports.hints import Hints
from outrider_engine.ports.storage import Storage, Transaction
from outrider_engine.ports.told import Told

from . import alert_turns, messages, rule_parameters
from .auditing import record
from .changes import Changes
from .expecting import Expecting, anything
from .finishing import announce
from .validation import refuse_unstorable

LONGEST_NAME = 200
MOST_CHANNELS = 50


class RuleFields(TypedDict, total=False):
    """What is set or changed of a rule; what is absent keeps its value. A parameter of ``None`` has its default."""

    name: str
    threshold: float | None
    days_before: float | None
    window_seconds: float | None
    min_samples: float | None
    channel_ids: Sequence[str]
    enabled: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """The check that a rule is about, and the family in which it must be."""

    family: Family
    check_id: str


class RuleService:
    """Rules of one organization."""

    def __init__(self, *, storage: Storage, hints: Hints, told: Told) -> None:
        self._storage = storage
        self._hints = hints
        self._told = told

    def create(self, organization_id: str, type: str, target: Target, fields: RuleFields) -> Rule:
        """Store a new rule about ``target``.

        Raises:
            InvalidInput: a field is wrong, or the check or a channel does not exist.
        """
        if type not in list(RuleType):
            raise InvalidInput(f"no such type of rule: {type!r}", field="type", allowed=list(RuleType), given=type)
        if "name" not in fields:
            raise InvalidInput("is required", field="name")
        kind = RuleType(type)
        numbers = rule_parameters.checked(kind, fields)
        rule_parameters.refuse_other_families(kind, target.family)
        with self._storage.begin() as tx:
            if tx.checks.get(organization_id, target.check_id, target.family) is None:
                raise InvalidInput("does not exist", field=f"{target.family.value}_id")
            rule = Rule(
                id=new_id("rule", tx.now),
                organization_id=organization_id,
                check_id=target.check_id,
                name=fields["name"],
                type=kind,
                **numbers,
                channel_ids=tuple(fields.get("channel_ids", ())),
                enabled=fields.get("enabled", True),
                created_at=tx.now,
            )
            _validate(tx, rule)
            tx.rules.add(rule)
            record(tx, organization_id, Action.CREATED, "rule", rule.id, after=rule)
        return rule

    def update(
        self, organization_id: str, id: str, fields: RuleFields, *, expecting: Expecting[Rule] = anything
    ) -> Rule:
        """Change some fields of a rule.

        Raises:
            NotFound: there is no such rule.
            PreconditionFailed: it is not what the caller expects.
            InvalidInput: a field is wrong; nothing is changed.
        """
        with self._storage.begin() as tx:
            rule = tx.rules.get(organization_id, id, lock=True)
            if rule is None:
                raise NotFound("rule", id)
            expecting(rule)
            changed = replace(
                rule,
                **rule_parameters.checked(rule.type, fields, before=rule),
                name=fields.get("name", rule.name),
                channel_ids=tuple(fields.get("channel_ids", rule.channel_ids)),
                enabled=fields.get("enabled", rule.enabled),
            )
            _validate(tx, changed)
            tx.rules.replace(changed)
            record(tx, organization_id, Action.UPDATED, "rule", id, before=rule, after=changed)
        return changed

    def get(self, organization_id: str, id: str) -> Rule:
        """Return a rule.

        Raises:
            NotFound: there is none of that id.
        """
        with self._storage.read() as tx:
            rule = tx.rules.get(organization_id, id)
        if rule is None:
            raise NotFound("rule", id)
        return rule

    def list(self, organization_id: str, query: RuleQuery) -> tuple[Sequence[Rule], int]:
        """Return one page of rules, and how many there are on all pages."""
        with self._storage.read() as tx:
            return tx.rules.list(organization_id, query)

    def delete(self, organization_id: str, id: str, *, expecting: Expecting[Rule] = anything) -> None:
        """Delete a rule; its alert is resolved, for nothing would resolve it any more, and its channels are told.

        Raises:
            NotFound: there is none of that id.
            PreconditionFailed: it is not what the caller expects.
        """
        changes = Changes()
        with self._storage.begin() as tx:
            rule = tx.rules.get(organization_id, id, lock=True)
            if rule is None:
                raise NotFound("rule", id)
            expecting(rule)
            alert = tx.alerts.open_of_rule(organization_id, id)
            check = tx.checks.get(organization_id, rule.check_id)
            if alert is not None and check is not None:
                resolve(tx, alert, check, changes)
            tx.rules.delete(organization_id, id)
            record(tx, organization_id, Action.DELETED, "rule", id, before=rule)
            tx.outbox.add(changes.notifications)
        announce(changes, hints=self._hints, told=self._told)


class AlertService:
    """Alerts of one organization."""

    def __init__(self, *, storage: Storage, hints: Hints, told: Told) -> None:
        self._storage = storage
        self._hints = hints
        self._told = told

    def get(self, organization_id: str, id: str) -> Alert:
        """Return an alert.

        Raises:
            NotFound: there is none of that id.
        """
        with self._storage.read() as tx:
            alert = tx.alerts.get(organization_id, id)
        if alert is None:
            raise NotFound("alert", id)
        return alert

    def list(self, organization_id: str, query: AlertQuery) -> tuple[Sequence[Alert], int]:
        """Return one page of alerts, newest first, and how many there are."""
        with self._storage.read() as tx:
            return tx.alerts.list(organization_id, query)

    def acknowledge(self, organization_id: str, id: str, *, by: str) -> Alert:
        """Note that ``by`` has taken an alert on; one that is acknowledged already is returned as it is.

        Raises:
            NotFound: there is none of that id.
            Conflict: it is resolved.
        """
        with self._storage.begin() as tx:
            alert = tx.alerts.get(organization_id, id)
            if alert is None:
                raise NotFound("alert", id)
            if alert.status is AlertStatus.RESOLVED:
                raise Conflict("the alert is resolved; there is nothing to acknowledge any more")
            tx.alerts.acknowledge(id, by, tx.now)
            noted = tx.alerts.get(organization_id, id) or alert
            if noted.status is not alert.status:
                record(tx, organization_id, Action.ACKNOWLEDGED, "alert", id, before=alert, after=noted)
            return noted

    def resolve(self, organization_id: str, id: str) -> Alert:
        """Resolve an alert by hand and tell its channels; one that is resolved already is returned as it is.

        Raises:
            NotFound: there is none of that id.
        """
        changes = Changes()
        with self._storage.begin() as tx:
            alert = tx.alerts.get(organization_id, id)
            if alert is None:
                raise NotFound("alert", id)
            check = tx.checks.get(organization_id, alert.check_id)
            if check is None:
                tx.alerts.resolve(alert.id, tx.now)
            else:
                resolve(tx, alert, check, changes)
            tx.outbox.add(changes.notifications)
            resolved = tx.alerts.get(organization_id, id) or alert
            if resolved.status is not alert.status:
                record(tx, organization_id, Action.RESOLVED, "alert", id, before=alert, after=resolved)
        announce(changes, hints=self._hints, told=self._told)
        return resolved


def resolve(tx: Transaction, alert: Alert, check: Check, changes: Changes) -> None:
    """Resolve an open alert for another reason than a run that passed, and note what is to be told."""
    if not tx.alerts.resolve(alert.id, tx.now):
        return
    rule = tx.rules.get(alert.organization_id, alert.rule_id) if alert.rule_id is not None else None
    type = rule.type if rule is not None else RuleType.CONSECUTIVE_FAILURES
    message = messages.alert_resolved(alert, check, tx.now, type=type)
    alert_turns.resolved(tx, alert, check, message, changes, channel_ids=rule.channel_ids if rule is not None else ())


def _validate(tx: Transaction, rule: Rule) -> None:
    if not 1 <= len(rule.name.strip()) <= LONGEST_NAME:
        raise InvalidInput(f"must have 1 to {LONGEST_NAME} characters", field="name")
    refuse_unstorable(rule.name, "name")
    if len(rule.channel_ids) > MOST_CHANNELS or len(set(rule.channel_ids)) != len(rule.channel_ids):
        raise InvalidInput(f"must be at most {MOST_CHANNELS}, each once", field="channel_ids")
    existing = tx.channels.existing(rule.organization_id, rule.channel_ids)
    for index, channel_id in enumerate(rule.channel_ids):
        if channel_id not in existing:
            raise InvalidInput("is not a channel", field=f"channel_ids[{index}]")
