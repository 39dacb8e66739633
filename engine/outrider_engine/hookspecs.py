"""The hooks of the engine.

``outrider_register_…`` hooks return what a plugin adds and are called once, at start. ``outrider_<thing>_<happened>``
hooks are only told: at most once per event, after it has been stored, on a thread of their own with a time limit.
"""

from collections.abc import Iterable
from typing import Any

import pluggy

from .contracts import BillingProvider, CheckType, Extensions, Notifier
from .domain.alerts import Alert
from .domain.checks import Check
from .domain.incidents import Incident
from .domain.runs import Outcome

hookspec = pluggy.HookspecMarker("outrider")
hookimpl = pluggy.HookimplMarker("outrider")
"""Marks a plugin's implementation: ``from outrider_engine.hookspecs import hookimpl``."""


@hookspec
def outrider_register_check_types(extensions: Extensions) -> Iterable[CheckType[Any]]:
    """Return the check types that this plugin adds.

    Called once, at start. ``extensions`` reads what other plugins offer to hooks of this plugin's own. Two plugins
    that offer the same kind stop the start.
    """
    raise NotImplementedError


@hookspec
def outrider_register_notifiers() -> Iterable[Notifier[Any]]:
    """Return the notifiers that this plugin adds.

    Called once, at start. Two plugins that offer the same kind stop the start.
    """
    raise NotImplementedError


@hookspec
def outrider_register_billing_providers() -> Iterable[BillingProvider]:
    """Return the billing providers that this plugin adds.

    Called once, at start. `OUTRIDER_BILLING_PROVIDER` names the one in use. Two plugins that offer the same kind stop
    the start.
    """
    raise NotImplementedError


@hookspec
def outrider_run_finished(check: Check, run_id: str, location: str, outcome: Outcome) -> None:
    """Told when a run has ended and its outcome has been stored.

    Of runs that were never begun (``missed``, ``cancelled``) plugins are told too.
    """
    raise NotImplementedError


@hookspec
def outrider_alert_opened(alert: Alert, check: Check) -> None:
    """Told when an alert has opened, after it has been stored together with its notifications."""
    raise NotImplementedError


@hookspec
def outrider_alert_resolved(alert: Alert, check: Check) -> None:
    """Told when an alert has been resolved, by recovery or by hand."""
    raise NotImplementedError


@hookspec
def outrider_check_paused(check: Check, reason: str) -> None:
    """Told when the engine paused a check by itself, because its runs kept losing their worker."""
    raise NotImplementedError


@hookspec
def outrider_incident_opened(incident: Incident) -> None:
    """Told when an incident has opened, by an alert or by hand.

    `incident.alerting_check_id` names the check whose alert opened it; `None` for one that a person wrote.
    """
    raise NotImplementedError


@hookspec
def outrider_incident_updated(incident: Incident) -> None:
    """Told when an update was posted on an incident, or its fields were changed; the newest update is the last one."""
    raise NotImplementedError


@hookspec
def outrider_incident_resolved(incident: Incident) -> None:
    """Told when an incident has been resolved, by recovery of its check or by hand."""
    raise NotImplementedError
