"""Rules and alerts in the database."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, Update, delete, insert, select, update

from outrider_engine.domain.alerts import Alert, AlertStatus, Rule, RuleType
from outrider_engine.domain.events import EventType
from outrider_engine.ports.alert_repository import AlertQuery, RuleQuery

from .listing import listed
from .narrowing import in_project, of_checks_in_project
from .run_events import LONGEST_ERROR
from .schema import (
    ESCALATING,
    UNRESOLVED,
    alerts,
    checks,
    rule_channels,
    rules,
    where,
)
from .session import Session


class SqlRules:
    """Implements ``RuleRepository``."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, rule: Rule) -> None:
        """Store a new rule."""
        self._session.run(insert(rules).values(**_rule_values(rule)))
        self._connect(rule)

    def get(self, organization_id: str, id: str, *, lock: bool = False) -> Rule | None:
        """Return a rule; with ``lock``, nobody else changes it before this transaction ends."""
        wanted = self._mine(organization_id).where(rules.c.id == id)
        found = self._complete(self._session.all(self._session.locked(wanted) if lock else wanted))
        return found[0] if found else None

    def list(self, organization_id: str, query: RuleQuery) -> tuple[Sequence[Rule], int]:
        """Return one page of rules, and how many there are on all pages."""
        wanted = self._mine(organization_id, query.project_id)
        if query.enabled is not None:
            wanted = wanted.where(rules.c.enabled == query.enabled)
        if query.check_id is not None:
            wanted = wanted.where(rules.c.check_id == query.check_id)
        if query.channel_id is not None:
            telling = select(rule_channels.c.rule_id).where(
                rule_channels.c.organization_id == organization_id, rule_channels.c.channel_id == query.channel_id
            )
            wanted = wanted.where(rules.c.id.in_(telling))
        rows, total = self._session.page(listed(wanted, rules, query), query.page, query.per_page)
        return self._complete(rows), total

    def of_checks(self, check_ids: Collection[str]) -> Mapping[str, Sequence[Rule]]:
        """Return the enabled rules of checks, by check id."""
        found: dict[str, list[Rule]] = {}
        if check_ids:
            wanted = select(rules).where(rules.c.check_id.in_(check_ids), rules.c.enabled).order_by(rules.c.id)
            for rule in self._complete(self._session.all(wanted)):
                found.setdefault(rule.check_id, []).append(rule)
        return found

    def replace(self, rule: Rule) -> bool:
        """Store a changed rule; ``False`` when there was none."""
        mine = (rules.c.organization_id == rule.organization_id, rules.c.id == rule.id)
        if self._session.changes(update(rules).where(*mine).values(**_rule_values(rule))) == 0:
            return False
        self._session.run(delete(rule_channels).where(rule_channels.c.rule_id == rule.id))
        self._connect(rule)
        return True

    def delete(self, organization_id: str, id: str) -> bool:
        """Delete a rule; its alerts stay."""
        mine = (rules.c.organization_id == organization_id, rules.c.id == id)
        return self._session.changes(delete(rules).where(*mine)) == 1

    def delete_of_check(self, organization_id: str, check_id: str) -> int:
        """Delete all rules about a check; returns how many there were."""
        about = (rules.c.organization_id == organization_id, rules.c.check_id == check_id)
        return self._session.changes(delete(rules).where(*about))

    def _mine(self, organization_id: str, project_id: str | None = None) -> Select[Any]:
        within = of_checks_in_project(self._session, rules.c.check_id, project_id)
        return select(rules).where(rules.c.organization_id == organization_id, *within)

    def _connect(self, rule: Rule) -> None:
        owned = {"organization_id": rule.organization_id, "rule_id": rule.id}
        told = [
            {**owned, "channel_id": channel_id, "position": position}
            for position, channel_id in enumerate(dict.fromkeys(rule.channel_ids))
        ]
        if told:
            self._session.run(insert(rule_channels), told)

    def _complete(self, rows: Sequence[Row[Any]]) -> Sequence[Rule]:
        """Return rules with their channels, which one more query brings."""
        told: dict[str, list[str]] = {row.id: [] for row in rows}
        if told:
            wanted = select(rule_channels).where(rule_channels.c.rule_id.in_(told)).order_by(rule_channels.c.position)
            for row in self._session.all(wanted):
                told[row.rule_id].append(row.channel_id)
        return [_rule_of(row, tuple(told[row.id])) for row in rows]


class SqlAlerts:
    """Implements ``AlertRepository``."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def open(self, alert: Alert) -> bool:
        """Store a new open alert; ``False`` when the rule has one already that is not resolved."""
        values = {
            "id": alert.id,
            "organization_id": alert.organization_id,
            "rule_id": alert.rule_id,
            "check_id": alert.check_id,
            "status": alert.status.value,
            "message": alert.message,
            "run_id": alert.run_id,
            "severity": alert.severity,
            "escalate_at": alert.escalate_at,
            "escalated_at": alert.escalated_at,
            "undelivered": alert.undelivered,
            "triggered_at": alert.triggered_at,
            "acknowledged_at": alert.acknowledged_at,
            "acknowledged_by": alert.acknowledged_by,
            "resolved_at": alert.resolved_at,
            "incident_id": alert.incident_id,
        }
        if not self._session.inserts(self._session.insert(alerts).values(**values).on_conflict_do_nothing()):
            return False
        self._note(EventType.ALERT_OPENED, alert)
        return True

    def undelivered(self, organization_id: str, id: str, why: str) -> None:
        """Note on an alert what of its policy could not be followed."""
        mine = (alerts.c.organization_id == organization_id, alerts.c.id == id)
        self._session.run(update(alerts).where(*mine).values(undelivered=why))

    def acknowledge(self, id: str, by: str, now: datetime) -> bool:
        """Note who took an open alert on; ``False`` when it was not open."""
        taken = {"status": AlertStatus.ACKNOWLEDGED.value, "acknowledged_at": now, "acknowledged_by": by}
        is_open = (alerts.c.id == id, alerts.c.status == AlertStatus.OPEN.value)
        return self._changed(EventType.ALERT_ACKNOWLEDGED, update(alerts).where(*is_open).values(**taken))

    def escalate(self, now: datetime, limit: int) -> Sequence[Alert]:
        """Take the open alerts whose time to be told once more has come; nobody else gets the same ones."""
        due = select(alerts.c.id).where(where(ESCALATING), alerts.c.escalate_at <= now).order_by(alerts.c.escalate_at)
        picked = self._session.locked(due.limit(limit), skip_locked=True).cte("picked")
        taken = (
            update(alerts)
            .where(alerts.c.id.in_(select(picked.c.id)))
            .values(escalate_at=None, escalated_at=now)
            .returning(alerts)
        )
        escalated = sorted((_alert_of(row) for row in self._session.all(taken)), key=lambda alert: alert.id)
        for alert in escalated:
            self._note(EventType.ALERT_ESCALATED, alert)
        return escalated

    def resolve(self, id: str, now: datetime) -> bool:
        """Resolve an alert; ``False`` when it was resolved already."""
        ended = {"status": AlertStatus.RESOLVED.value, "resolved_at": now}
        unresolved = (alerts.c.id == id, where(UNRESOLVED))
        return self._changed(EventType.ALERT_RESOLVED, update(alerts).where(*unresolved).values(**ended))

    def get(self, organization_id: str, id: str) -> Alert | None:
        """Return an alert."""
        row = self._session.first(self._mine(organization_id).where(alerts.c.id == id))
        return None if row is None else _alert_of(row)

    def projects_of(self, organization_id: str, ids: Collection[str]) -> Mapping[str, str]:
        """Return the projects of those of ``ids`` that are alerts of the organization."""
        if not ids:
            return {}
        both = select(alerts.c.id, checks.c.project_id).join(checks, checks.c.id == alerts.c.check_id)
        within = in_project(self._session, checks.c.project_id)
        mine = both.where(alerts.c.organization_id == organization_id, alerts.c.id.in_(ids), *within)
        return {row.id: row.project_id for row in self._session.all(mine)}

    def open_of_checks(self, check_ids: Collection[str]) -> Mapping[str, Sequence[Alert]]:
        """Return the unresolved alerts of checks, by check id."""
        found: dict[str, list[Alert]] = {}
        if check_ids:
            wanted = select(alerts).where(where(UNRESOLVED), alerts.c.check_id.in_(check_ids))
            for row in sorted(self._session.all(wanted), key=lambda row: row.id):
                found.setdefault(row.check_id, []).append(_alert_of(row))
        return found

    def open_of_rule(self, organization_id: str, rule_id: str) -> Alert | None:
        """Return the unresolved alert of a rule."""
        mine = self._mine(organization_id).where(where(UNRESOLVED), alerts.c.rule_id == rule_id)
        row = self._session.first(mine)
        return None if row is None else _alert_of(row)

    def list(self, organization_id: str, query: AlertQuery) -> tuple[Sequence[Alert], int]:
        """Return one page of alerts, newest first, and how many there are."""
        wanted = self._mine(organization_id, query.project_id).order_by(alerts.c.id.desc())
        if query.status is not None:
            wanted = wanted.where(alerts.c.status == query.status.value)
        if query.check_id is not None:
            wanted = wanted.where(alerts.c.check_id == query.check_id)
        if query.rule_id is not None:
            wanted = wanted.where(alerts.c.rule_id == query.rule_id)
        if query.since is not None:
            wanted = wanted.where(alerts.c.triggered_at >= query.since)
        if query.until is not None:
            wanted = wanted.where(alerts.c.triggered_at <= query.until)
        rows, total = self._session.page(wanted, query.page, query.per_page)
        return [_alert_of(row) for row in rows], total

    def _mine(self, organization_id: str, project_id: str | None = None) -> Select[Any]:
        within = of_checks_in_project(self._session, alerts.c.check_id, project_id)
        return select(alerts).where(alerts.c.organization_id == organization_id, *within)

    def _changed(self, type: EventType, change: Update) -> bool:
        """Change one alert and note it; ``False`` when it was not as the change wants it."""
        row = self._session.first(change.returning(alerts))
        if row is None:
            return False
        self._note(type, _alert_of(row))
        return True

    def _note(self, type: EventType, alert: Alert) -> None:
        self._session.note(
            alert.organization_id,
            type,
            alert_id=alert.id,
            check_id=alert.check_id,
            rule_id=alert.rule_id,
            status=alert.status.value,
            severity=alert.severity,
            message=alert.message[:LONGEST_ERROR],
            run_id=alert.run_id,
        )


def _rule_values(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.id,
        "organization_id": rule.organization_id,
        "check_id": rule.check_id,
        "name": rule.name,
        "type": rule.type.value,
        "threshold": rule.threshold,
        "days_before": rule.days_before,
        "window_seconds": rule.window_seconds,
        "min_samples": rule.min_samples,
        "enabled": rule.enabled,
        "created_at": rule.created_at,
    }


def _rule_of(row: Row[Any], channel_ids: tuple[str, ...]) -> Rule:
    return Rule(
        id=row.id,
        organization_id=row.organization_id,
        check_id=row.check_id,
        name=row.name,
        type=RuleType(row.type),
        threshold=row.threshold,
        days_before=row.days_before,
        window_seconds=row.window_seconds,
        min_samples=row.min_samples,
        channel_ids=channel_ids,
        enabled=row.enabled,
        created_at=row.created_at,
    )


def _alert_of(row: Row[Any]) -> Alert:
    return Alert(
        id=row.id,
        organization_id=row.organization_id,
        rule_id=row.rule_id,
        check_id=row.check_id,
        status=AlertStatus(row.status),
        message=row.message,
        run_id=row.run_id,
        severity=row.severity,
        escalate_at=row.escalate_at,
        escalated_at=row.escalated_at,
        undelivered=row.undelivered,
        triggered_at=row.triggered_at,
        acknowledged_at=row.acknowledged_at,
        acknowledged_by=row.acknowledged_by,
        resolved_at=row.resolved_at,
        incident_id=row.incident_id,
    )
