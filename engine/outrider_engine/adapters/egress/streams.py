"""Moving bytes between two connections with back-pressure, and closing connections for good."""

import asyncio
from contextlib import suppress

from .dialing import BUFFER, Connection

_LINGER_S = 10.0
"""How long one direction may stay open in silence after the other has ended."""


async def splice(one: Connection, other: Connection, *, idle_s: float) -> None:
    """Carry bytes both ways until both sides have ended, one fails, or nothing moved for ``idle_s`` seconds."""
    with suppress(TimeoutError):
        async with asyncio.timeout(idle_s) as idle:
            ways = [
                asyncio.create_task(_pump(one[0], other[1], idle, idle_s)),
                asyncio.create_task(_pump(other[0], one[1], idle, idle_s)),
            ]
            try:
                await asyncio.wait(ways, return_when=asyncio.FIRST_EXCEPTION)
            finally:
                for way in ways:
                    way.cancel()
                await asyncio.gather(*ways, return_exceptions=True)


async def _pump(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, idle: asyncio.Timeout, idle_s: float
) -> None:
    now = asyncio.get_running_loop().time
    while data := await reader.read(BUFFER):
        idle.reschedule(now() + idle_s)
        writer.write(data)
        await writer.drain()
    idle.reschedule(now() + min(idle_s, _LINGER_S))
    if writer.can_write_eof():
        writer.write_eof()


async def closed(writer: asyncio.StreamWriter) -> None:
    """Close a connection; what the peer thinks of it no longer matters."""
    writer.close()
    with suppress(OSError):
        await writer.wait_closed()
