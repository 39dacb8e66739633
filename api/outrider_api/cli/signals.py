"""Ending a process in order: SIGTERM and Ctrl-C ask for the end, and nothing is interrupted in the middle."""

import select
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class StopRequest:
    """Whether the process has been asked to end.

    The signal is noted as a byte in a socket, which the interpreter writes within the signal itself
    (``signal.set_wakeup_fd``). An event that a handler sets would be seen only once the main thread is awake again, and
    a signal that arrives just before that thread falls asleep does not wake it.
    """

    def __init__(self, noted: socket.socket) -> None:
        self._noted = noted

    def wait(self, timeout_s: float | None = None) -> bool:
        """Wait until the end is asked for, for ever or for some seconds; returns whether it is. For any thread."""
        return bool(select.select([self._noted], [], [], timeout_s)[0])


@contextmanager
def stop_asked() -> Iterator[StopRequest]:
    """Return what tells that SIGTERM or SIGINT has come, for the length of the block. Only for the main thread."""
    noted, noting = socket.socketpair()
    with noted, noting:
        noting.setblocking(False)
        awakened = signal.set_wakeup_fd(noting.fileno(), warn_on_full_buffer=False)
        before = {number: signal.signal(number, _note) for number in (signal.SIGTERM, signal.SIGINT)}
        try:
            yield StopRequest(noted)
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
            signal.set_wakeup_fd(awakened)


@contextmanager
def interrupted_by_sigterm() -> Iterator[None]:
    """Let SIGTERM, by which pipelines end their steps, do what Ctrl-C does: ``KeyboardInterrupt`` in the block."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _note(_number: int, _frame: FrameType | None) -> None:
    """Do nothing: the interpreter has written the number of the signal already."""
