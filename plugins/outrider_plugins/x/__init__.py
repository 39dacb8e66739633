"""The notifiers ``x`` and ``twitter``, which are one: a post from an account of one's own."""

from outrider_engine.contracts import Notifier
from outrider_engine.hookspecs import hookimpl

from .notifier import XNotifier
from .settings import XSettings


@hookimpl
def outrider_register_notifiers() -> list[Notifier[XSettings]]:
    """Add ``x``, and ``twitter`` for those who still call it that."""
    return [XNotifier("x", "X"), XNotifier("twitter", "X (Twitter)")]
