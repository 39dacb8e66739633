"""A connection, byte for byte: plain at first, secured in its midst when that is wanted.

Sockets and TLS are driven here rather than by the event loop's transports, for whose buffers nobody can tell whether a
server said something before TLS began that would pass for something said within.
"""

import asyncio
import socket
import ssl
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

_CHUNK = 65_536
_LONGEST_LINE = 8192


class ProtocolProblem(Exception):
    """The other side does not speak as its protocol demands, or ended the connection."""


class Line:
    """One open connection; ``close`` it in any case."""

    def __init__(self, connected: socket.socket) -> None:
        self._socket = connected
        self._loop = asyncio.get_running_loop()
        self._unread = bytearray()
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls: ssl.SSLObject | None = None

    @classmethod
    async def open(cls, address: str, port: int) -> "Line":
        """Connect to an address.

        Raises:
            OSError: nobody answers there.
        """
        opened = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_STREAM)
        try:
            opened.setblocking(False)
            await asyncio.get_running_loop().sock_connect(opened, (address, port))
        except BaseException:
            opened.close()
            raise
        return cls(opened)

    @property
    def tls(self) -> ssl.SSLObject | None:
        """The session, once secured."""
        return self._tls

    def close(self) -> None:
        """End the connection."""
        self._socket.close()

    async def secure(self, context: ssl.SSLContext, name: str) -> None:
        """Go on in TLS, with a server that is called ``name``.

        Raises:
            ProtocolProblem: the server said more than it was asked before.
            ssl.SSLError, OSError: the handshake failed.
        """
        if self._unread:
            raise ProtocolProblem("the server spoke on before TLS began")
        self._tls = context.wrap_bio(self._incoming, self._outgoing, server_hostname=name)
        try:
            await self._pumped(self._tls.do_handshake)
        except ssl.SSLError:
            await self._flush()  # the alert, so that the server can tell what was wrong
            raise

    async def send(self, data: bytes) -> None:
        """Send everything."""
        if self._tls is None:
            await self._loop.sock_sendall(self._socket, data)
            return
        session, rest = self._tls, memoryview(data)
        while rest:
            rest = rest[await self._pumped(lambda part=rest: session.write(part)) :]  # type: ignore[misc]

    async def receive(self) -> bytes:
        """Return some of what came; nothing when the other side has ended."""
        if self._unread:
            data = bytes(self._unread)
            self._unread.clear()
            return data
        if self._tls is None:
            return await self._loop.sock_recv(self._socket, _CHUNK)
        session = self._tls
        try:
            return await self._pumped(lambda: session.read(_CHUNK))
        except (ssl.SSLZeroReturnError, ssl.SSLEOFError):
            return b""

    async def exactly(self, count: int) -> bytes:
        """Return that many bytes.

        Raises:
            ProtocolProblem: the other side ended before.
        """
        while len(self._unread) < count:
            await self._more()
        data = bytes(self._unread[:count])
        del self._unread[:count]
        return data

    async def line(self) -> str:
        """Return the next line, without its end.

        Raises:
            ProtocolProblem: the other side ended before, or the line is too long.
        """
        while b"\n" not in self._unread:
            if len(self._unread) > _LONGEST_LINE:
                raise ProtocolProblem(f"the server sent a line of more than {_LONGEST_LINE} bytes")
            await self._more()
        end = self._unread.index(b"\n") + 1
        return (await self.exactly(end)).decode("utf-8", "replace").rstrip("\r\n")

    async def _more(self) -> None:
        before = bytes(self._unread)
        self._unread.clear()
        data = await self.receive()
        if not data:
            raise ProtocolProblem("the server ended the connection")
        self._unread += before + data

    async def _pumped(self, action: Callable[[], T]) -> T:
        """Do something with the session, carrying bytes between it and the socket for as long as it wants."""
        while True:
            try:
                result = action()
            except ssl.SSLWantReadError:
                await self._flush()
                data = await self._loop.sock_recv(self._socket, _CHUNK)
                if data:
                    self._incoming.write(data)
                else:
                    self._incoming.write_eof()
                continue
            await self._flush()
            return result

    async def _flush(self) -> None:
        if self._outgoing.pending:
            await self._loop.sock_sendall(self._socket, self._outgoing.read())
