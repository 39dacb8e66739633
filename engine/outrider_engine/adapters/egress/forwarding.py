"""One client connection of the proxy: plain requests are forwarded one after another, ``CONNECT`` opens a tunnel."""

import asyncio
import json
from contextlib import suppress
from dataclasses import dataclass

import h11

from .dialing import BUFFER, Connection, Dialer, Refused, Target
from .headers import MARKER, absolute_target, authority_target, for_origin, forwarded
from .records import Records
from .streams import closed, splice

LONGEST_HEAD = 262_144
"""Bytes of a request's or response's head, many times what servers take."""

_KEEP_ALIVE_S = 75.0

_Event = h11.Event | type[h11.NEED_DATA] | type[h11.PAUSED]


@dataclass(slots=True)
class _Origin:
    """The open connection to the target of the last plain request."""

    target: Target
    stream: Connection
    state: h11.Connection


class ClientConnection:
    """Serves one connection of a browser until either side ends it."""

    def __init__(self, client: Connection, dialer: Dialer, records: Records, *, idle_s: float) -> None:
        self._client = client
        self._reader, self._writer = client
        self._dialer = dialer
        self._records = records
        self._idle_s = idle_s
        self._state = h11.Connection(h11.SERVER, max_incomplete_event_size=LONGEST_HEAD)
        self._origin: _Origin | None = None

    async def serve(self) -> None:
        """Serve request after request."""
        try:
            while await self._serve_one():
                self._state.start_next_cycle()
        except h11.RemoteProtocolError as error:
            with suppress(OSError, h11.LocalProtocolError):
                await self._answer(error.error_status_hint, "protocol", str(error))
        except OSError:
            return  # the browser went away, or was silent for too long
        finally:
            await self._leave_origin()

    async def _serve_one(self) -> bool:
        """Serve one request; returns whether another may follow on this connection."""
        request = await self._event(self._state, self._reader, _KEEP_ALIVE_S)
        if not isinstance(request, h11.Request):
            return False
        if request.method == b"CONNECT":
            await self._tunnel(request)
            return False
        if request.target.startswith(b"/"):
            await self._show_report(request)
        else:
            await self._forward(request)
        return self._state.our_state is h11.DONE and self._state.their_state is h11.DONE

    async def _tunnel(self, request: h11.Request) -> None:
        target = authority_target(request.target)
        if target is None:
            await self._answer(400, "protocol", "CONNECT needs host:port")
            return
        try:
            origin = await self._dialer.dial(target, self._records)
        except Refused as refused:
            await self._answer(refused.status, refused.sort, str(refused))
            return
        try:
            self._writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            origin[1].write(self._state.trailing_data[0])
            await splice(self._client, origin, idle_s=self._idle_s)
        finally:
            await closed(origin[1])

    async def _show_report(self, request: h11.Request) -> None:
        """Answer to the runner itself, which asks for what was denied; a page can't: it would have to come through."""
        if request.target == b"/report" and request.method == b"GET":
            body = json.dumps(self._records.report().as_json()).encode()
            await self._respond(200, [(b"Content-Type", b"application/json")], body)
        else:
            await self._answer(404, "protocol", "this is a forward proxy")

    async def _forward(self, request: h11.Request) -> None:
        where = absolute_target(request.target)
        if where is None:
            await self._answer(400, "protocol", "only http:// targets and CONNECT are forwarded")
            return
        target, authority, path = where
        head = h11.Request(
            method=request.method, target=path, headers=for_origin(request.headers.raw_items(), authority)
        )
        try:
            await self._exchange(head, target)
        except Refused as refused:
            await self._answer(refused.status, refused.sort, str(refused))
        except (OSError, h11.ProtocolError, EOFError) as error:
            await self._leave_origin()
            if self._state.our_state is not h11.SEND_RESPONSE:
                raise ConnectionAbortedError("the target broke off within its response") from None
            why = str(error) or "it closed the connection"
            self._records.unreachable(target.host, target.port, "protocol", why)
            await self._answer(502, "protocol", f"{target.host}:{target.port}: {why}")

    async def _exchange(self, head: h11.Request, target: Target) -> None:
        """Send one request and hand back its response, once more when a kept connection turns out to be dead."""
        has_body = self._has_body(head)
        reused = await self._reach(target)
        upload: asyncio.Task[None] | None = None
        try:
            try:
                await self._send(head)
                if has_body:
                    upload = asyncio.create_task(self._upload())
                else:
                    await self._upload()
                first = await self._first_event()
            except (OSError, h11.ProtocolError, EOFError):
                if not reused or has_body:
                    raise
                await self._leave_origin()
                await self._reach(target)
                await self._send(head)
                await self._send(h11.EndOfMessage())
                first = await self._first_event()
            await self._download(first)
        finally:
            if upload is not None:
                upload.cancel()
                await asyncio.gather(upload, return_exceptions=True)
        await self._finish_origin()

    def _has_body(self, head: h11.Request) -> bool:
        return any(name in {b"content-length", b"transfer-encoding"} and value != b"0" for name, value in head.headers)

    async def _reach(self, target: Target) -> bool:
        """Make sure of a connection to the target; returns whether it is one that was kept."""
        if self._origin is not None and self._origin.target == target:
            return True
        await self._leave_origin()
        stream = await self._dialer.dial(target, self._records)
        self._origin = _Origin(target, stream, h11.Connection(h11.CLIENT, max_incomplete_event_size=LONGEST_HEAD))
        return False

    async def _upload(self) -> None:
        """Carry the body of the client's request to the target."""
        while not isinstance(event := await self._event(self._state, self._reader, self._idle_s), h11.EndOfMessage):
            if not isinstance(event, h11.Data):
                raise ConnectionAbortedError("the client broke off within its request")
            await self._send(event)
        await self._send(h11.EndOfMessage())

    async def _first_event(self) -> h11.Response:
        """Wait for the response, passing over 1xx ones."""
        while True:
            match await self._origin_event():
                case h11.Response() as response:
                    return response
                case h11.InformationalResponse():
                    continue
                case _:
                    raise EOFError("it closed the connection without a response")

    async def _download(self, response: h11.Response) -> None:
        """Carry the response to the client."""
        await self._reply(
            h11.Response(
                status_code=response.status_code,
                headers=forwarded(response.headers.raw_items()),
                reason=response.reason,
            )
        )
        while True:
            match await self._origin_event():
                case h11.Data() as data:
                    await self._reply(data)
                case h11.EndOfMessage():
                    await self._reply(h11.EndOfMessage())
                    return
                case _:
                    raise EOFError("it closed the connection within its response")

    async def _finish_origin(self) -> None:
        """Keep the connection to the target when it may carry another request."""
        state = self._current().state
        if state.our_state is h11.DONE and state.their_state is h11.DONE:
            state.start_next_cycle()
        else:
            await self._leave_origin()

    async def _leave_origin(self) -> None:
        if self._origin is not None:
            origin, self._origin = self._origin, None
            await closed(origin.stream[1])

    def _current(self) -> _Origin:
        if self._origin is None:
            raise ConnectionAbortedError("the connection to the target is gone")
        return self._origin

    async def _send(self, event: h11.Request | h11.Data | h11.EndOfMessage) -> None:
        origin = self._current()
        await _written(origin.stream[1], origin.state.send(event), self._idle_s)

    async def _origin_event(self) -> _Event:
        origin = self._current()
        return await self._event(origin.state, origin.stream[0], self._idle_s)

    async def _reply(self, event: h11.Response | h11.Data | h11.EndOfMessage) -> None:
        await _written(self._writer, self._state.send(event), self._idle_s)

    async def _answer(self, status: int, sort: str, message: str) -> None:
        """Answer in the proxy's own name, and end the connection after it."""
        headers = [(MARKER, sort.encode()), (b"Content-Type", b"text/plain; charset=utf-8"), (b"Connection", b"close")]
        await self._respond(status, headers, f"Outrider's proxy: {message}\n".encode())

    async def _respond(self, status: int, headers: list[tuple[bytes, bytes]], body: bytes) -> None:
        """Answer in one piece: a client that asked for a tunnel looks at no more than comes with the head."""
        length = (b"Content-Length", str(len(body)).encode())
        head = h11.Response(status_code=status, headers=[*headers, (b"Cache-Control", b"no-store"), length])
        pieces = [self._state.send(event) for event in (head, h11.Data(data=body), h11.EndOfMessage())]
        await _written(self._writer, b"".join(piece for piece in pieces if piece), self._idle_s)

    async def _event(self, state: h11.Connection, reader: asyncio.StreamReader, timeout_s: float) -> _Event:
        while True:
            event = state.next_event()
            if event is not h11.NEED_DATA:
                return event
            async with asyncio.timeout(timeout_s):
                state.receive_data(await reader.read(BUFFER))


async def _written(writer: asyncio.StreamWriter, data: bytes | None, timeout_s: float) -> None:
    if data:
        writer.write(data)
        async with asyncio.timeout(timeout_s):
            await writer.drain()
