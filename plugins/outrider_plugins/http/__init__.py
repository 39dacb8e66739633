"""The check type ``http``: one request, its phases, certificate and response."""

from outrider_engine.contracts import AsyncCheckType
from outrider_engine.hookspecs import hookimpl

from .check_type import HttpCheckType
from .settings import HttpSettings


@hookimpl
def outrider_register_check_types() -> list[AsyncCheckType[HttpSettings]]:
    """Add ``http``."""
    return [HttpCheckType()]
