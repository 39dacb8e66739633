"""The notifier ``jira``: one issue for each alert, closed when it is over."""

from outrider_engine.contracts import Notifier
from outrider_engine.hookspecs import hookimpl

from .notifier import JiraNotifier
from .settings import JiraSettings


@hookimpl
def outrider_register_notifiers() -> list[Notifier[JiraSettings]]:
    """Add ``jira``."""
    return [JiraNotifier()]
