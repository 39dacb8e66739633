"""The notifier ``slack``: a message in a Slack channel, through an incoming webhook or an app's bot."""

from outrider_engine.contracts import Notifier
from outrider_engine.hookspecs import hookimpl

from .notifier import SlackNotifier
from .settings import SlackSettings


@hookimpl
def outrider_register_notifiers() -> list[Notifier[SlackSettings]]:
    """Add ``slack``."""
    return [SlackNotifier()]
