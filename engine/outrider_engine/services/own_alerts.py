"""The alert that a check opens by itself: by the quorum of its locations, as its policy says."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from outrider_engine.domain.alert_policies import AlertPolicy, failing, has_own_alert, judge_quorum
from outrider_engine.domain.alerts import Alert, AlertStatus
from outrider_engine.domain.checks import Check, CheckState
from outrider_engine.domain.ids import new_id
from outrider_engine.domain.notifications import Notification
from outrider_engine.domain.rule_conditions import Standing
from outrider_engine.ports.storage import Transaction

from . import messages
from .alert_policies import policy_of
from .telling import SLACK, notices

NO_SLACK = "not delivered: no Slack connection"
"""What is shown of an alert whose policy names a Slack channel that nothing leads to."""
BATCH = 100


@dataclass(frozen=True, slots=True)
class OwnAlert:
    """What a check's own alert is to become."""

    standing: Standing
    policy: AlertPolicy
    why: str = ""
    states: Sequence[CheckState] = ()


def judged(check: Check, states: Sequence[CheckState], now: datetime) -> OwnAlert:
    """Return what becomes of a check's own alert; one that is no longer meant to have one is whole."""
    if not has_own_alert(check.definition):
        return OwnAlert(Standing.WHOLE, AlertPolicy())
    policy = policy_of(check.definition.alert_policy)
    judgement = judge_quorum(check.definition, policy, states, now)
    return OwnAlert(judgement.standing, policy, judgement.why, failing(check.definition, policy, states, now))


def new_alert(tx: Transaction, check: Check, own: OwnAlert, run_id: str, error: str | None) -> Alert:
    """Return the alert that a check opens by itself."""
    now = tx.now
    slack_channel = own.policy.slack_channel
    is_connected = slack_channel is None or tx.channels.connection(check.organization_id, SLACK) is not None
    wait = own.policy.escalate_after_minutes
    return Alert(
        id=new_id("alert", now),
        organization_id=check.organization_id,
        rule_id=None,
        check_id=check.id,
        status=AlertStatus.OPEN,
        message=f"{check.definition.name} {own.why}" + (f": {error}" if error else ""),
        run_id=run_id,
        triggered_at=now,
        severity=own.policy.severity.value,
        escalate_at=now + timedelta(minutes=wait) if wait is not None else None,
        undelivered=None if is_connected else NO_SLACK,
    )


def slack_channel_of(alert: Alert, check: Check) -> str | None:
    """Return the Slack channel where an alert is told because its check's policy says so, as it is now."""
    return policy_of(check.definition.alert_policy).slack_channel if alert.rule_id is None else None


def escalate(tx: Transaction) -> list[Notification]:
    """Tell once more of alerts that nobody has taken on in time, to whom they were told before."""
    told: list[Notification] = []
    for alert in tx.alerts.escalate(tx.now, BATCH):
        check = tx.checks.get(alert.organization_id, alert.check_id)
        if check is None:
            continue
        told += notices(
            tx,
            messages.alert_escalated(alert, check, tx.now, _failing_now(tx, check)),
            organization_id=alert.organization_id,
            channel_ids=(),
            alert_id=alert.id,
            slack_channel=slack_channel_of(alert, check),
        )
    tx.outbox.add(told)
    return told


def _failing_now(tx: Transaction, check: Check) -> messages.Failing:
    states = tx.checks.states([check.id]).get(check.id, ())
    return messages.Failing.of((one for one in states if one.location in check.definition.locations), tx.now)
