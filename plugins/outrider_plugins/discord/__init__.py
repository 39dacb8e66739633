"""The notifier ``discord``: an embed in a Discord channel, through a webhook."""

from outrider_engine.contracts import Notifier
from outrider_engine.hookspecs import hookimpl

from .notifier import DiscordNotifier
from .settings import DiscordSettings


@hookimpl
def outrider_register_notifiers() -> list[Notifier[DiscordSettings]]:
    """Add ``discord``."""
    return [DiscordNotifier()]
