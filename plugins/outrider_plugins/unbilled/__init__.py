"""The billing provider ``none``: nothing is sold, the operator assigns plans."""

from outrider_engine.contracts import BillingProvider
from outrider_engine.hookspecs import hookimpl

from .provider import Unbilled


@hookimpl
def outrider_register_billing_providers() -> list[BillingProvider]:
    """Add ``none``."""
    return [Unbilled()]
