"""How the result of a run changes what is known of a check at one location."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from .checks import CheckState
from .json_values import JsonValue
from .runs import Outcome
from .verdicts import Cause, Reason, Verdict, cause_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Readings:
    """What a run measured, for the rules that compare it; ``None`` for what it did not."""

    duration_ms: float | None = None
    certificate_days: float | None = None
    visual_diff_percent: float | None = None


def readings_of(outcome: Outcome) -> Readings:
    """Return what a run measured.

    The duration is the run's, and only of runs that found the target up: a failure has no latency.
    """
    duration_ms = outcome.duration_ms if outcome.verdict.is_up else None
    observation = outcome.observation
    if observation is None:
        return Readings(duration_ms=duration_ms)
    certificate = observation.facts.get("certificate")
    days = certificate.get("days_remaining") if isinstance(certificate, Mapping) else None
    return Readings(
        duration_ms=duration_ms,
        certificate_days=_number(days),
        visual_diff_percent=_number(observation.facts.get("visual_diff_percent")),
    )


def advance(
    state: CheckState,
    *,
    verdict: Verdict,
    reason: Reason | None,
    run_id: str,
    due_at: datetime,
    completed_at: datetime,
    readings: Readings = Readings(),
) -> CheckState:
    """Return the state after a result.

    A result that is older than one already applied changes nothing, whatever the order of arrival. Only results that
    say something about the target (it passed, or it failed) touch verdict, streak and readings; lost workers are
    counted apart. A failure keeps the readings that it has none of its own of; a pass replaces them all.
    """
    if state.as_of is not None and due_at < state.as_of:
        return state
    lost = state.lost_workers + 1 if reason is Reason.WORKER_LOST else 0
    seen = replace(state, as_of=due_at, last_run_id=run_id, lost_workers=lost)
    failed = cause_of(verdict, reason) is Cause.TARGET
    if not failed and not verdict.is_up:
        return seen
    was_up = state.verdict.is_up if state.verdict is not None else None
    since = state.since if was_up is (not failed) else completed_at
    return replace(
        _measured(seen, readings, is_up=not failed),
        verdict=verdict,
        since=since,
        consecutive_failures=state.consecutive_failures + 1 if failed else 0,
    )


def _measured(state: CheckState, readings: Readings, *, is_up: bool) -> CheckState:
    days, percent = readings.certificate_days, readings.visual_diff_percent
    return replace(
        state,
        duration_ms=readings.duration_ms if is_up else state.duration_ms,
        certificate_days=days if is_up or days is not None else state.certificate_days,
        visual_diff_percent=percent if is_up or percent is not None else state.visual_diff_percent,
    )


def _number(value: JsonValue) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
