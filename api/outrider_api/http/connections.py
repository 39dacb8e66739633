"""Connections that nobody can hold for nothing: a request's head is bounded in size and in the time it may take."""

import asyncio
import socket

import h11
from starlette.responses import Response
from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle

from .errors import envelope

HEAD_WITHIN_S = 15.0
"""Seconds from the first byte of a request's head, or from the opening of the connection, to the last."""
READ_WITHIN_MS = 60_000
"""Milliseconds for which a client may leave what it is sent unread; then the system closes the connection (Linux)."""
LARGEST_HEAD = 65_536
"""Bytes that are kept of a head that does not end; what is smaller is judged by ``bounds``, in the dialect's words."""


class GuardedConnection(H11Protocol):
    """Answers heads that are endless, slow or no HTTP at all with an error in the native shape, and hangs up."""

    _patience: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for a request."""
        super().connection_made(transport)
        if (sock := transport.get_extra_info("socket")) is not None and hasattr(socket, "TCP_USER_TIMEOUT"):
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, READ_WITHIN_MS)
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop waiting."""
        self._stop_waiting()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read; the wait ends when a whole head has arrived, and begins anew with the next request."""
        super().data_received(data)
        under_way: RequestResponseCycle | None = self.cycle  # None before the first request, whatever uvicorn declares
        if under_way is not None and not under_way.response_complete:
            self._stop_waiting()
        elif self._patience is None:
            self._wait()

    def send_400_response(self, msg: str) -> None:
        """Refuse what can't be read."""
        if len(self.conn.trailing_data[0]) > LARGEST_HEAD:
            self._refuse(envelope(431, "headers_too_large", "the request's head is too large", request_id=None))
        else:
            self._refuse(envelope(400, "invalid_input", "this is not HTTP", request_id=None))

    def _wait(self) -> None:
        self._patience = self.loop.call_later(HEAD_WITHIN_S, self._too_slow)

    def _stop_waiting(self) -> None:
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None

    def _too_slow(self) -> None:
        problem = f"the head of a request must arrive within {HEAD_WITHIN_S:g} s"
        self._refuse(envelope(408, "request_timeout", problem, request_id=None))

    def _refuse(self, answer: Response) -> None:
        if self.transport.is_closing():
            return
        if self.conn.our_state in (h11.IDLE, h11.SEND_RESPONSE):
            headers = [*answer.raw_headers, (b"connection", b"close")]
            for event in (
                h11.Response(status_code=answer.status_code, headers=headers),
                h11.Data(data=bytes(answer.body)),
                h11.EndOfMessage(),
            ):
                self.transport.write(self.conn.send(event) or b"")
        self.transport.close()
