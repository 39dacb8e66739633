"""HTTP servers in threads of their own, so that the main thread keeps the signals."""

import asyncio
import errno
import gc
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import Any, Self

import uvicorn

from outrider_api.http.connections import LARGEST_HEAD, GuardedConnection
from outrider_engine.errors import ConfigurationError, OutriderError

_GRACE_S = 5
_TICK_S = 1.0
_START_WITHIN_S = 20.0
_OBJECTS_BETWEEN_COLLECTIONS = 20_000
"""Some ten answers make so many; Python's own 700 would be a collection or two for every answer."""


def listener(host: str, port: int, *, option: str = "--port") -> socket.socket:
    """Return a socket that listens; taken early, so that a port in use is told before anything else is begun.

    Raises:
        ConfigurationError: the port is taken or may not be used, or there is no such address here.
    """
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
    except socket.gaierror as error:
        raise ConfigurationError(f"--host {host}: {error.strerror}") from None
    made = socket.socket(family, socket.SOCK_STREAM)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind(address)
        made.listen(2048)
    except OSError as error:
        made.close()
        if error.errno == errno.EADDRINUSE:
            raise ConfigurationError(
                f"port {port} on {host} is taken by another program; end that one, or choose another with {option}"
            ) from None
        raise ConfigurationError(f"can't listen on {host}, port {port}: {error.strerror}") from None
    return made


def spare_collector() -> None:
    """Let the garbage collector pass over all that is there now, code and routes above all, which stays to the end.

    For processes that serve requests, once they are set up (https://docs.python.org/3/library/gc.html#gc.freeze).
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS)


class _Server(uvicorn.Server):
    """Sleeps between its ticks, of which there are ten a second by default, until there is something to do."""

    _stop_asked: Callable[[], object] | None = None

    async def main_loop(self) -> None:
        """Tick once a second, for the date in answers, until asked to stop."""
        asked = asyncio.Event()
        loop = asyncio.get_running_loop()
        self._stop_asked = lambda: loop.call_soon_threadsafe(asked.set)
        while not await self.on_tick(0):
            with suppress(TimeoutError):
                await asyncio.wait_for(asked.wait(), _TICK_S)

    def ask_to_stop(self) -> None:
        """Have it stop; from any thread."""
        self.should_exit = True
        if self._stop_asked is not None:
            with suppress(RuntimeError):  # it has stopped already
                self._stop_asked()


class WebServer:
    """Serves an application for the length of a ``with`` block.

    Args:
        app: the application.
        sock: where it listens.
        name: what its thread is called.
        before_stop: ends what would not end by itself, before the server waits for requests that are under way.

    Raises:
        OutriderError: on entering: it did not start.
    """

    def __init__(
        self, app: Any, sock: socket.socket, *, name: str = "web", before_stop: Callable[[], None] | None = None
    ) -> None:
        self._socket = sock
        self._before_stop = before_stop
        self._server = _Server(
            uvicorn.Config(
                app,
                http=GuardedConnection,
                h11_max_incomplete_event_size=LARGEST_HEAD,
                log_config=None,
                access_log=False,
                server_header=False,
                timeout_graceful_shutdown=_GRACE_S,
            )
        )
        self._thread = threading.Thread(target=self._serve, name=name)

    @property
    def is_alive(self) -> bool:
        """Whether it still serves."""
        return self._thread.is_alive()

    def __enter__(self) -> Self:
        self._thread.start()
        deadline = time.monotonic() + _START_WITHIN_S
        while not self._server.started and self.is_alive and time.monotonic() < deadline:
            time.sleep(0.01)
        if not self._server.started:
            self.__exit__(None, None, None)
            raise OutriderError("the web server did not start; the log says why")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._before_stop is not None:
            self._before_stop()
        self._server.ask_to_stop()
        self._thread.join()

    def _serve(self) -> None:
        # uvicorn leaves by SystemExit when it can't start
        with self._socket, suppress(SystemExit):
            self._server.run(sockets=[self._socket])
