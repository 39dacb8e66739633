"""The check type ``api``: several HTTP requests in a row, each judged, with values handed from one to the next."""

from outrider_engine.contracts import AsyncCheckType
from outrider_engine.hookspecs import hookimpl

from .check_type import ApiCheckType
from .settings import ApiSettings


@hookimpl
def outrider_register_check_types() -> list[AsyncCheckType[ApiSettings]]:
    """Add ``api``."""
    return [ApiCheckType()]
