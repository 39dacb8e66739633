"""The notifier ``webhook``: a signed HTTP POST as https://www.standardwebhooks.com describes it."""

from outrider_engine.contracts import Notifier
from outrider_engine.hookspecs import hookimpl

from .notifier import WebhookNotifier
from .settings import WebhookSettings


@hookimpl
def outrider_register_notifiers() -> list[Notifier[WebhookSettings]]:
    """Add ``webhook``."""
    return [WebhookNotifier()]
