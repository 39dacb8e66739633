"""The notifier ``ms_teams``: an Adaptive Card in a channel of Microsoft Teams, through a workflow."""

from outrider_engine.contracts import Notifier
from outrider_engine.hookspecs import hookimpl

from .notifier import TeamsNotifier
from .settings import TeamsSettings


@hookimpl
def outrider_register_notifiers() -> list[Notifier[TeamsSettings]]:
    """Add ``ms_teams``."""
    return [TeamsNotifier()]
