"""What finished runs change: their checks' states and statistics, alerts that open and resolve, and the messages.

Everything happens in the transaction that stores the runs' verdicts, so a result and its alert exist together or not
at all.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from outrider_engine.domain.alerts import Alert, AlertStatus, Rule, RuleType
from outrider_engine.domain.audit import ENGINE, Action
from outrider_engine.domain.check_states import advance, readings_of
from outrider_engine.domain.checks import Check, CheckState, CheckStatus
from outrider_engine.domain.ids import new_id
from outrider_engine.domain.json_values import JsonObject
from outrider_engine.domain.rule_conditions import Standing, Tally, judge
from outrider_engine.domain.verdicts import Cause
from outrider_engine.ports.run_repository import FinishedRun
from outrider_engine.ports.storage import Transaction

from . import alert_turns, messages, own_alerts
from .auditing import record
from .changes import Changes
from .rolling_up import roll_up
from .telling import notices

LOST_WORKERS_LIMIT = 2
"""Runs in a row that may end ``worker_lost`` before their check is paused."""
MOST_COUNTED = 10_000
"""Runs of a window that are counted at most, the newest, so that a window costs no more than that."""


def apply_results(tx: Transaction, finished: Sequence[FinishedRun], checks: Mapping[str, Check]) -> Changes:
    """Apply finished runs to the states and alerts of their checks.

    Left out are checks that are not in ``checks`` (deleted ones) and runs that rehearsed something else.
    """
    counting = (run for run in finished if run.check_id in checks and not run.is_rehearsal)
    relevant = sorted(counting, key=lambda run: run.due_at)
    changes = Changes()
    if not relevant:
        return changes
    ids = sorted({run.check_id for run in relevant})
    states = {check_id: {state.location: state for state in known} for check_id, known in tx.checks.states(ids).items()}
    newest: dict[str, FinishedRun] = {}
    for run in relevant:
        _advance(states.setdefault(run.check_id, {}), run)
        newest[run.check_id] = run
    touched = [states[run.check_id][run.location] for run in relevant]
    unique = {(state.check_id, state.location): state for state in touched}
    tx.checks.save_states(list(unique.values()), {check_id: checks[check_id].organization_id for check_id in ids})
    roll_up(tx, relevant)
    rules = tx.rules.of_checks(ids)
    open_alerts = tx.alerts.open_of_checks(ids)
    for check_id in ids:
        known = {alert.rule_id: alert for alert in open_alerts.get(check_id, ())}
        check = checks[check_id]
        of_check = _OfCheck(check, _where_it_runs(check, states[check_id]), newest[check_id], tx.now)
        for rule in rules.get(check_id, ()):
            _apply_rule(tx, rule, of_check, known.get(rule.id), changes)
        _apply_policy(tx, of_check, known.get(None), changes)
        _pause_if_harmful(tx, of_check, rules.get(check_id, ()), changes)
    tx.outbox.add(changes.notifications)
    return changes


@dataclass(frozen=True, slots=True)
class _OfCheck:
    """A check, its states at the locations that it has now, and the newest of the runs that have just finished."""

    check: Check
    states: Sequence[CheckState]
    newest: FinishedRun
    now: datetime


def _advance(states: dict[str, CheckState], run: FinishedRun) -> None:
    before = states.get(run.location) or CheckState(check_id=run.check_id, location=run.location)
    states[run.location] = advance(
        before,
        verdict=run.outcome.verdict,
        reason=run.outcome.reason,
        run_id=run.run_id,
        due_at=run.due_at,
        completed_at=run.outcome.completed_at,
        readings=readings_of(run.outcome),
    )


def _where_it_runs(check: Check, states: Mapping[str, CheckState]) -> list[CheckState]:
    """Return the states that count: one of a location that the check no longer has would never come back."""
    return [state for location, state in states.items() if location in check.definition.locations]


def _apply_rule(tx: Transaction, rule: Rule, of: _OfCheck, alert: Alert | None, changes: Changes) -> None:
    judgement = judge(rule, of.states, _tally(tx, rule))
    standing = judgement.standing
    if standing is Standing.BROKEN and alert is None and of.check.definition.status is CheckStatus.ACTIVE:
        opened = _new_alert(rule, of, judgement.why)
        if tx.alerts.open(opened):
            failing = messages.Failing.of(of.states, of.now)
            message = messages.alert_opened(opened, of.check, _summary(of.newest), failing, rule.type)
            alert_turns.opened(tx, opened, of.check, message, changes, channel_ids=rule.channel_ids)
    elif alert is not None and standing is Standing.WHOLE and tx.alerts.resolve(alert.id, of.now):
        message = messages.alert_resolved(alert, of.check, of.now, _summary(of.newest), rule.type)
        alert_turns.resolved(tx, alert, of.check, message, changes, channel_ids=rule.channel_ids)


def _apply_policy(tx: Transaction, of: _OfCheck, alert: Alert | None, changes: Changes) -> None:
    check = of.check
    own = own_alerts.judged(check, of.states, of.now)
    if own.standing is Standing.BROKEN and alert is None and check.definition.status is CheckStatus.ACTIVE:
        opened = own_alerts.new_alert(tx, check, own, of.newest.run_id, _error(of.newest))
        if tx.alerts.open(opened):
            failing = messages.Failing.of(own.states, of.now)
            message = messages.alert_opened(opened, check, _summary(of.newest), failing)
            alert_turns.opened(tx, opened, check, message, changes)
    elif alert is not None and own.standing is Standing.WHOLE and tx.alerts.resolve(alert.id, of.now):
        message = messages.alert_resolved(alert, check, of.now, _summary(of.newest))
        alert_turns.resolved(tx, alert, check, message, changes)


def _error(run: FinishedRun) -> str | None:
    """Return what the target did wrong; ``None`` when it is not the target that failed."""
    outcome = run.outcome
    return (outcome.error or outcome.reason) if outcome.cause is Cause.TARGET else None


def _tally(tx: Transaction, rule: Rule) -> Tally | None:
    if rule.type is not RuleType.ERROR_RATE or rule.window_seconds is None:
        return None
    return tx.runs.tally(rule.check_id, tx.now - timedelta(seconds=rule.window_seconds), MOST_COUNTED)


def _new_alert(rule: Rule, of: _OfCheck, why: str) -> Alert:
    error = _error(of.newest)
    return Alert(
        id=new_id("alert", of.now),
        organization_id=rule.organization_id,
        rule_id=rule.id,
        check_id=rule.check_id,
        status=AlertStatus.OPEN,
        message=f"{of.check.definition.name} {why}" + (f": {error}" if error else ""),
        run_id=of.newest.run_id,
        triggered_at=of.now,
    )


def _pause_if_harmful(tx: Transaction, of: _OfCheck, rules: Sequence[Rule], changes: Changes) -> None:
    if not any(state.lost_workers >= LOST_WORKERS_LIMIT for state in of.states):
        return
    reason = f"Paused after {LOST_WORKERS_LIMIT} runs in a row lost their worker"
    if not tx.checks.pause(of.check.id, reason, of.now):
        return
    definition = of.check.definition
    record(
        tx,
        of.check.organization_id,
        Action.UPDATED,
        definition.family.value,
        of.check.id,
        before={"status": definition.status.value},
        after={"status": CheckStatus.PAUSED.value, "paused_reason": reason},
        name=definition.name,
        actor=ENGINE,
    )
    changes.paused.append((of.check, reason))
    channel_ids = sorted({channel_id for rule in rules for channel_id in rule.channel_ids})
    changes.notifications += notices(
        tx,
        messages.check_paused(of.check, reason, of.now),
        organization_id=of.check.organization_id,
        channel_ids=channel_ids,
        alert_id=None,
    )


def _summary(run: FinishedRun) -> JsonObject:
    outcome = run.outcome
    return {
        "id": run.run_id,
        "status": outcome.verdict.value,
        "cause": outcome.cause.value if outcome.cause else None,
        "reason": outcome.reason.value if outcome.reason else None,
        "error": outcome.error,
        "location": run.location,
        "started_at": outcome.started_at.isoformat(),
        "duration_ms": round(outcome.duration_ms, 1),
    }
