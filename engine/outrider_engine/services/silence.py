"""Silence: what a check that is pinged comes to when no ping comes in time."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog

from outrider_engine.domain.checks import Check
from outrider_engine.domain.runs import MADE_WITHIN, Outcome
from outrider_engine.domain.verdicts import Reason, Verdict
from outrider_engine.plugin_manager import Plugins

from .check_types import allowed_silence
from .reported_runs import Report

log = structlog.get_logger(__name__)


def silences(checks: Sequence[Check], plugins: Plugins, now: datetime) -> list[Report]:
    """Return the failed runs of checks whose deadlines have passed without a ping."""
    reports = []
    for check in checks:
        allowed = allowed_silence(check.definition, plugins)
        if allowed is None or check.next_due_at is None:
            continue
        log.info("no ping came in time", check=check.id, since=str(check.next_due_at - allowed))
        due_at = max(check.next_due_at, now - MADE_WITHIN)
        reports.append(Report(check=check, due_at=due_at, outcome=_silent(allowed, now)))
    return reports


def _silent(allowed: timedelta, now: datetime) -> Outcome:
    return Outcome(
        verdict=Verdict.FAILED,
        reason=Reason.TIMEOUT,
        error=f"no ping came within {allowed.total_seconds():g} s of the last one",
        started_at=now,
        completed_at=now,
        duration_ms=0.0,
    )
