"""The keeper of a runner: adopts and buries its orphans, and ends everything when the slot's process is gone.

It is the parent of the runner proper and the reaper of its whole tree (``PR_SET_CHILD_SUBREAPER``, prctl(2)): whatever
detaches itself, as Chromium does, still has the keeper as its ancestor, and no zombie stays. It does nothing else, so
that nothing can go wrong in it.
"""

import ctypes
import os
import select
import shutil
import signal
import sys
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

_SET_CHILD_SUBREAPER = 36
_POLL_MS = 1000
_END_WITHIN_S = 5.0


def keep(serve: Callable[[], int], *, lifeline: int, closed_in_keeper: Iterable[int], folder: str) -> int:
    """Fork: in the new process return what ``serve`` returns, in this one keep it until it ends.

    Args:
        serve: what the runner proper does; its result is the exit status.
        lifeline: the reading end of a pipe whose other end only the slot's process holds.
        closed_in_keeper: descriptors that only the runner proper may hold.
        folder: removed when the slot's process is gone, for nobody else will.
    """
    _adopt_orphans()
    sys.stdout.flush()
    runner = os.fork()
    if runner == 0:
        return serve()
    for descriptor in closed_in_keeper:
        os.close(descriptor)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    status = _watch(runner, lifeline)
    slot_is_gone = _hung_up(lifeline, 0)
    _end_all()
    if slot_is_gone:
        shutil.rmtree(folder, ignore_errors=True)
    return status


def _adopt_orphans() -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_CHILD_SUBREAPER) failed")


def _watch(runner: int, lifeline: int) -> int:
    """Bury until the runner has ended, or until it had its time to end after the slot was gone."""
    wake, ring = os.pipe()
    os.set_blocking(ring, False)
    os.set_blocking(wake, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(ring, warn_on_full_buffer=False)
    last_moment = float("inf")
    while time.monotonic() < last_moment:
        status = _bury(runner)
        if status is not None:
            return status
        if last_moment == float("inf") and _hung_up(lifeline, 0):
            last_moment = time.monotonic() + 1.0
        _sleep(wake, lifeline if last_moment == float("inf") else None)
    return 1


def _bury(runner: int) -> int | None:
    """Reap every dead child; returns the runner's exit status (128 + signal if killed) once it is among them."""
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return 1
        if pid == 0:
            return None
        if pid == runner:
            code = os.waitstatus_to_exitcode(status)
            return 128 - code if code < 0 else code


def _sleep(wake: int, lifeline: int | None) -> None:
    poll = select.poll()
    poll.register(wake, select.POLLIN)
    if lifeline is not None:
        poll.register(lifeline, 0)
    poll.poll(_POLL_MS if lifeline is not None else 50)
    with suppress(BlockingIOError):
        os.read(wake, 4096)


def _hung_up(lifeline: int, timeout_ms: int) -> bool:
    poll = select.poll()
    poll.register(lifeline, 0)
    return bool(poll.poll(timeout_ms))


def _end_all() -> None:
    """Kill and bury child after child; those of a killed one become ours and come next."""
    limit = time.monotonic() + _END_WITHIN_S
    while time.monotonic() < limit:
        for pid in _children():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        try:
            os.waitpid(-1, 0)
        except ChildProcessError:
            return


def _children() -> list[int]:
    me = str(os.getpid())
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with suppress(OSError):
                text = (entry / "stat").read_text(encoding="utf-8", errors="replace")
                if text[text.rindex(")") + 2 :].split(" ", 2)[1] == me:
                    found.append(int(entry.name))
    return found
