"""The way out of a suite's network: connections that are made inside are carried to the egress proxy outside."""

import asyncio
import socket
import threading
from contextlib import suppress
from urllib.parse import urlsplit

_CHUNK = 65_536
_MOST = 200
"""Connections at a time."""


class Relay:
    """Carries the connections of a listening socket to a proxy, on a thread of its own, until it is closed."""

    def __init__(self, listener: socket.socket, proxy: str) -> None:
        parts = urlsplit(proxy)
        self._listener = listener
        self._target = (parts.hostname or "127.0.0.1", parts.port or 80)
        self._loop = asyncio.new_event_loop()
        self._stop = asyncio.Event()
        self._free = asyncio.Semaphore(_MOST)
        self._thread = threading.Thread(target=self._run, name="suite-relay", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """End all connections."""
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()
        self._loop.close()
        self._listener.close()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._serve())
        for task in asyncio.all_tasks(self._loop):
            task.cancel()
        self._loop.run_until_complete(asyncio.sleep(0))
        self._loop.run_until_complete(self._loop.shutdown_asyncgens())

    async def _serve(self) -> None:
        server = await asyncio.start_server(self._carry, sock=self._listener)
        await self._stop.wait()
        server.close()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        async with self._free:
            try:
                outside_reader, outside_writer = await asyncio.open_connection(*self._target)
            except OSError:
                writer.close()
                return
            try:
                await asyncio.gather(_pumped(reader, outside_writer), _pumped(outside_reader, writer))
            finally:
                writer.close()
                outside_writer.close()


async def _pumped(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Carry bytes until one end has no more; the other is told."""
    with suppress(OSError):
        while data := await reader.read(_CHUNK):
            writer.write(data)
            await writer.drain()
        if writer.can_write_eof():
            writer.write_eof()
