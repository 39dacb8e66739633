"""An event loop in a thread of its own."""

import asyncio
import threading
from collections.abc import Callable, Coroutine
from typing import Any

import structlog
import uvloop

log = structlog.get_logger(__name__)


class LoopThread:
    """Runs one coroutine on a fresh loop; others reach the loop through ``call``.

    The coroutine function is handed a function to call when it is ready for them.
    """

    def __init__(self, name: str, main: Callable[[Callable[[], None]], Coroutine[Any, Any, None]]) -> None:
        self._main = main
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._loop: asyncio.AbstractEventLoop | None = None

    @property
    def loop(self) -> asyncio.AbstractEventLoop:
        """The loop; only after ``start``."""
        assert self._loop is not None
        return self._loop

    @property
    def is_alive(self) -> bool:
        """Whether the coroutine is still running."""
        return self._thread.is_alive()

    def start(self) -> None:
        """Start the thread; returns when the coroutine is ready (or has ended)."""
        self._thread.start()
        self._ready.wait()

    def call(self, function: Callable[..., object], *arguments: Any) -> bool:
        """Have the loop call a function soon; ``False`` when the loop is gone."""
        try:
            self.loop.call_soon_threadsafe(function, *arguments)
        except RuntimeError:
            return False
        return True

    def join(self, timeout_s: float) -> bool:
        """Wait for the coroutine to end; ``False`` when it did not in time."""
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def _run(self) -> None:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            self._loop = runner.get_loop()
            try:
                runner.run(self._main(self._ready.set))
            except Exception:
                log.exception("event loop ended", thread=self._thread.name)
                raise
            finally:
                self._ready.set()
