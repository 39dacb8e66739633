"""The notifier ``email``: a mail through the mail server of the installation."""

from outrider_engine.contracts import Notifier
from outrider_engine.hookspecs import hookimpl

from .notifier import EmailNotifier
from .settings import EmailSettings


@hookimpl
def outrider_register_notifiers() -> list[Notifier[EmailSettings]]:
    """Add ``email``."""
    return [EmailNotifier()]
