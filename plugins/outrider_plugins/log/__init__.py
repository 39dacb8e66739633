"""The notifier ``log``, and one line in the log for each thing that plugins are told."""

import structlog

from outrider_engine.contracts import Notifier
from outrider_engine.domain.alerts import Alert
from outrider_engine.domain.checks import Check
from outrider_engine.domain.runs import Outcome
from outrider_engine.domain.verdicts import Verdict
from outrider_engine.hookspecs import hookimpl

from .notifier import LogNotifier, LogSettings

log = structlog.get_logger(__name__)


@hookimpl
def outrider_register_notifiers() -> list[Notifier[LogSettings]]:
    """Add ``log``."""
    return [LogNotifier()]


@hookimpl
def outrider_run_finished(check: Check, run_id: str, location: str, outcome: Outcome) -> None:
    """Write how a run ended; one that passed only at level ``debug``, because most do."""
    write = log.debug if outcome.verdict is Verdict.PASSED else log.info
    write(
        "run finished",
        check=check.id,
        name=check.definition.name,
        run=run_id,
        location=location,
        verdict=outcome.verdict.value,
        reason=outcome.reason.value if outcome.reason else None,
        duration_ms=round(outcome.duration_ms),
        error=outcome.error,
    )


@hookimpl
def outrider_alert_opened(alert: Alert, check: Check) -> None:
    """Write that an alert has opened."""
    log.warning("alert opened", alert=alert.id, check=check.id, name=check.definition.name, message=alert.message)


@hookimpl
def outrider_alert_resolved(alert: Alert, check: Check) -> None:
    """Write that an alert is over."""
    log.info("alert resolved", alert=alert.id, check=check.id, name=check.definition.name)


@hookimpl
def outrider_check_paused(check: Check, reason: str) -> None:
    """Write that the engine paused a check."""
    log.warning("check paused", check=check.id, name=check.definition.name, reason=reason)
