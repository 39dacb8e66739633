"""Runs that nobody executes: they are reported, and stored ended from the start."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from outrider_engine.domain.checks import QUEUE_LIGHT, Check
from outrider_engine.domain.ids import new_id
from outrider_engine.domain.runs import NewRun, Outcome, Trigger
from outrider_engine.ports.hints import Hints
from outrider_engine.ports.run_repository import FinishedRun
from outrider_engine.ports.storage import Transaction
from outrider_engine.ports.told import Told

from .alert_changes import apply_results
from .changes import Changes
from .finishing import announce, tell_finished


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What is reported of a check: at its first location, as of ``due_at``."""

    check: Check
    due_at: datetime
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Reported:
    """What was stored, for those who are told after the commit."""

    reports: Sequence[Report]
    rows: Sequence[FinishedRun]
    changes: Changes

    def tell(self, *, hints: Hints, told: Told) -> None:
        """Tell plugins and wake the notifiers, as after any other run."""
        announce(self.changes, hints=hints, told=told)
        tell_finished(self.rows, {report.check.id: report.check for report in self.reports}, told)


def store_reports(tx: Transaction, reports: Sequence[Report]) -> Reported:
    """Store reports as finished runs, with all that the end of a run changes: states, statistics, alerts, messages."""
    new = [_new_run(report, tx.now) for report in reports]
    rows = [_row(report, run.id) for report, run in zip(reports, new, strict=True)]
    tx.runs.add_begun(new, tx.now)
    tx.runs.finish(rows)
    return Reported(reports, rows, apply_results(tx, rows, {report.check.id: report.check for report in reports}))


def _new_run(report: Report, now: datetime) -> NewRun:
    check = report.check
    return NewRun(
        id=new_id("run", now),
        organization_id=check.organization_id,
        check_id=check.id,
        family=check.definition.family,
        location=check.definition.locations[0],
        queue=QUEUE_LIGHT,
        trigger=Trigger.HEARTBEAT,
        slot=None,
        due_at=report.due_at,
        not_after=now,
        max_attempts=1,
    )


def _row(report: Report, run_id: str) -> FinishedRun:
    check = report.check
    return FinishedRun(
        run_id=run_id,
        organization_id=check.organization_id,
        check_id=check.id,
        check_revision=check.revision,
        check_version=check.version,
        location=check.definition.locations[0],
        due_at=report.due_at,
        outcome=report.outcome,
    )
