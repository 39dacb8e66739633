"""The proxy: one thread with an event loop, and a listening port on loopback for each slot."""

import asyncio
import threading
from concurrent.futures import Future
from contextlib import suppress

import structlog
import uvloop

from outrider_engine.adapters.http.resolver import GuardedResolver
from outrider_engine.domain.egress import EgressPolicy
from outrider_engine.ports.http import Resolver

from .dialing import BUFFER, Dialer
from .forwarding import ClientConnection
from .records import Records, Report
from .streams import closed

log = structlog.get_logger(__name__)

_CONNECTIONS = 256
_CALL_S = 10.0


class EgressProxy:
    """A deny-by-default HTTP forward proxy.

    Every target is resolved, judged, and connected to at the address that was judged. What is denied is answered with
    403. Ports are opened per slot, so that denials belong to a run.

    Args:
        policy: which addresses may be reached.
        resolver: resolves names under a policy; ``None``: one for ``policy``, with the machine's own rules.
        connect_timeout_s: for resolving and connecting together.
        idle_s: after which a connection on which nothing moves is closed.
        connections: most client connections of a port at a time.
    """

    def __init__(
        self,
        policy: EgressPolicy,
        *,
        resolver: Resolver | None = None,
        connect_timeout_s: float = 15.0,
        idle_s: float = 300.0,
        connections: int = _CONNECTIONS,
    ) -> None:
        self._own_resolver = GuardedResolver(policy)
        self._dialer = Dialer(resolver or self._own_resolver, timeout_s=connect_timeout_s)
        self._idle_s = idle_s
        self._connections = connections
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop: asyncio.Event | None = None
        self._listeners: set[_Listener] = set()

    def start(self) -> None:
        """Start the thread; returns when ports can be opened."""
        started: Future[None] = Future()
        self._thread = threading.Thread(target=self._run, args=(started,), name="egress-proxy", daemon=True)
        self._thread.start()
        started.result(_CALL_S)

    def open_port(self) -> "ProxyPort":
        """Open a port of its own for a slot."""
        if self._loop is None:
            raise RuntimeError("the proxy is not started")
        listener = asyncio.run_coroutine_threadsafe(self._open(), self._loop).result(_CALL_S)
        return ProxyPort(self, listener)

    def close(self) -> None:
        """Close all ports and connections, and end the thread."""
        if self._thread is None or self._loop is None or self._stop is None:
            return
        with suppress(RuntimeError):  # the loop has ended already
            self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(_CALL_S)
        self._own_resolver.close()
        self._thread = self._loop = self._stop = None

    def close_port(self, listener: "_Listener") -> None:
        """Close one port with its connections."""
        if self._loop is not None:
            asyncio.run_coroutine_threadsafe(self._close(listener), self._loop).result(_CALL_S)

    def _run(self, started: Future[None]) -> None:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(self._main(started))

    async def _main(self, started: Future[None]) -> None:
        self._loop = asyncio.get_running_loop()
        self._stop = asyncio.Event()
        started.set_result(None)
        await self._stop.wait()
        for listener in list(self._listeners):
            await self._close(listener)

    async def _open(self) -> "_Listener":
        listener = _Listener(self._dialer, idle_s=self._idle_s, most=self._connections)
        await listener.open()
        self._listeners.add(listener)
        self._dialer.own_ports.add(listener.number)
        return listener

    async def _close(self, listener: "_Listener") -> None:
        if listener in self._listeners:
            self._listeners.discard(listener)
            self._dialer.own_ports.discard(listener.number)
            await listener.close()


class ProxyPort:
    """The port of one slot, as the slot's thread sees it."""

    def __init__(self, proxy: EgressProxy, listener: "_Listener") -> None:
        self._proxy = proxy
        self._listener = listener
        self.url = f"http://127.0.0.1:{listener.number}"

    def report(self) -> Report:
        """Return what was denied or unreachable since the last ``forget``."""
        return self._listener.records.report()

    def forget(self) -> None:
        """Begin a new run."""
        self._listener.records.forget()

    def close(self) -> None:
        """Close the port and all its connections."""
        self._proxy.close_port(self._listener)


class _Listener:
    """A listening socket and the connections that came through it; lives on the proxy's loop."""

    def __init__(self, dialer: Dialer, *, idle_s: float, most: int) -> None:
        self.records = Records()
        self.number = 0
        self._dialer = dialer
        self._idle_s = idle_s
        self._most = most
        self._server: asyncio.Server | None = None
        self._serving: set[asyncio.Task[None]] = set()

    async def open(self) -> None:
        self._server = await asyncio.start_server(self._accepted, "127.0.0.1", 0, limit=BUFFER)
        self.number = self._server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        if self._server is not None:
            self._server.close()
        for task in self._serving:
            task.cancel()
        await asyncio.gather(*self._serving, return_exceptions=True)

    def _accepted(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if len(self._serving) >= self._most:
            log.warning("too many connections of one run", most=self._most)
            writer.transport.abort()
            return
        task = asyncio.create_task(self._serve(reader, writer))
        self._serving.add(task)
        task.add_done_callback(self._serving.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await ClientConnection((reader, writer), self._dialer, self.records, idle_s=self._idle_s).serve()
        finally:
            await closed(writer)
