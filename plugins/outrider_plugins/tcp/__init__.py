"""The check type ``tcp``: a connection, with TLS or STARTTLS and a short dialogue where they are asked for."""

from outrider_engine.contracts import AsyncCheckType
from outrider_engine.hookspecs import hookimpl

from .check_type import TcpCheckType
from .settings import TcpSettings


@hookimpl
def outrider_register_check_types() -> list[AsyncCheckType[TcpSettings]]:
    """Add ``tcp``."""
    return [TcpCheckType()]
