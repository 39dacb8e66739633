"""The plugin ``browser``: walks journeys in a real Chromium."""

from collections.abc import Iterable

from outrider_engine.contracts import Extensions
from outrider_engine.hookspecs import hookimpl
from outrider_journeys.actions.registry import StepActions

from .check_type import BrowserCheckType


@hookimpl
def outrider_register_check_types(extensions: Extensions) -> Iterable[BrowserCheckType]:
    """Return the check type ``browser``, whose language is made of all installed step actions."""
    return [BrowserCheckType(StepActions.installed(extensions))]
