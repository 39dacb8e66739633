"""Whether the parts of Outrider on this host are alive."""

import socket
from datetime import timedelta

import typer

from outrider_engine.bootstrap.tools import open_storage
from outrider_engine.errors import InvalidInput, OutriderError
from outrider_engine.services.serving import WORKER
from outrider_engine.services.status import COMPONENTS
from outrider_engine.settings import Settings

ALIVE_FOR = timedelta(seconds=30)


def require_alive(settings: Settings, part: str) -> None:
    """Succeed when a part on this host is alive.

    Raises:
        InvalidInput: there is no such part.
        OutriderError: it gave no sign of life.
    """
    parts = (*COMPONENTS, WORKER)
    if part not in parts:
        raise InvalidInput("there is no such part", field="PART", allowed=parts, given=part)
    with open_storage(settings) as storage, storage.read() as tx:
        beats = tx.heartbeats.list(seen_after=tx.now - ALIVE_FOR)
    here = f"{socket.gethostname()}-"
    if not any(beat.component == part and beat.instance.startswith(here) for beat in beats):
        seconds = int(ALIVE_FOR.total_seconds())
        raise OutriderError(f"no {part} on this host gave a sign of life in the last {seconds} s")
    typer.echo(f"The {part} is alive.")
