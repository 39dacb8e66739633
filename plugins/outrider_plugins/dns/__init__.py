"""The check type ``dns``: what a name server says of a name."""

from outrider_engine.contracts import AsyncCheckType
from outrider_engine.hookspecs import hookimpl

from .check_type import DnsCheckType
from .settings import DnsSettings


@hookimpl
def outrider_register_check_types() -> list[AsyncCheckType[DnsSettings]]:
    """Add ``dns``."""
    return [DnsCheckType()]
