"""Telling plugins: each has a thread and a queue of its own, so that none can hold up the work or another plugin."""

import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

import structlog

from outrider_engine.plugin_manager import Plugins

log = structlog.get_logger(__name__)

TIME_LIMIT_S = 10.0
BACKLOG = 1000


@dataclass(frozen=True, slots=True)
class _Call:
    hook: str
    function: Callable[..., None]
    facts: dict[str, object]


@dataclass(slots=True)
class _Listener:
    """The thread of one plugin. One that hangs is left behind and replaced at the next call."""

    plugin: str
    time_limit_s: float
    calls: queue.Queue[_Call | None] = field(default_factory=lambda: queue.Queue(BACKLOG))
    thread: threading.Thread | None = None
    busy_since: float | None = None


class ToldHooks:
    """Calls told hooks at most once each; what raises, hangs or comes too fast is logged by the plugin's name."""

    def __init__(self, plugins: Plugins, *, monotonic: Callable[[], float], time_limit_s: float = TIME_LIMIT_S) -> None:
        self._plugins = plugins
        self._monotonic = monotonic
        self._time_limit_s = time_limit_s
        self._listeners: dict[str, _Listener] = {}
        self._lock = threading.Lock()

    def tell(self, hook: str, **facts: object) -> None:
        """Queue the call of ``hook`` in every plugin that implements it; returns at once."""
        for plugin, function, arguments in self._plugins.told(hook):
            call = _Call(hook, function, {name: facts[name] for name in arguments})
            listener = self._listener(plugin)
            try:
                listener.calls.put_nowait(call)
            except queue.Full:
                log.warning("plugin is too slow, a told hook was dropped", plugin=plugin, hook=hook)

    def close(self, timeout_s: float = 2.0) -> None:
        """Let the plugins finish what is queued, as far as the time allows."""
        with self._lock:
            listeners = list(self._listeners.values())
            self._listeners.clear()
        for listener in listeners:
            if not listener.calls.full():
                listener.calls.put_nowait(None)
        until = self._monotonic() + timeout_s
        for listener in listeners:
            if listener.thread is not None:
                listener.thread.join(max(0.0, until - self._monotonic()))

    def _listener(self, plugin: str) -> _Listener:
        with self._lock:
            listener = self._listeners.get(plugin)
            if listener is not None and self._hangs(listener):
                log.error("plugin hangs in a told hook, left behind", plugin=plugin, limit_s=self._time_limit_s)
                listener = None
            if listener is None:
                listener = _Listener(plugin, self._time_limit_s)
                listener.thread = threading.Thread(
                    target=self._serve, args=(listener,), name=f"told-{plugin}", daemon=True
                )
                self._listeners[plugin] = listener
                listener.thread.start()
            return listener

    def _hangs(self, listener: _Listener) -> bool:
        since = listener.busy_since
        return since is not None and self._monotonic() - since > listener.time_limit_s

    def _serve(self, listener: _Listener) -> None:
        while (call := listener.calls.get()) is not None:
            listener.busy_since = self._monotonic()
            try:
                call.function(**call.facts)
            except Exception as error:  # noqa: BLE001 - a stranger's code must not stop the others
                log.error("plugin raised in a told hook", plugin=listener.plugin, hook=call.hook, error=repr(error))
            finally:
                listener.busy_since = None
