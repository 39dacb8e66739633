"""The check type ``heartbeat``: it waits to be pinged by what it watches, and fails when nothing comes."""

from outrider_engine.contracts import PassiveCheckType
from outrider_engine.hookspecs import hookimpl

from .check_type import HeartbeatCheckType
from .settings import HeartbeatSettings


@hookimpl
def outrider_register_check_types() -> list[PassiveCheckType[HeartbeatSettings]]:
    """Add ``heartbeat``."""
    return [HeartbeatCheckType()]
