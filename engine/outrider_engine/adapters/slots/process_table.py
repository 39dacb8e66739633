"""The processes of this machine, as ``/proc`` shows them."""

import os
import threading
import time
from collections.abc import Collection, Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_PROC = Path("/proc")
_PAGE = os.sysconf("SC_PAGE_SIZE")
_DEAD = frozenset("ZX")
_LONGEST_STAT = 4096


@dataclass(frozen=True, slots=True)
class Process:
    """A process at one moment. ``started`` is in clock ticks since boot: with it a reused pid is told apart."""

    pid: int
    parent: int
    started: int
    state: str

    @property
    def is_alive(self) -> bool:
        """Whether it can still do anything; a zombie can't."""
        return self.state not in _DEAD


def process_of(pid: int) -> Process | None:
    """Return the process with that id, ``None`` when there is none."""
    try:  # not with Path, which takes twice as long: every process of the machine is read some five times a second
        descriptor = os.open(f"/proc/{pid}/stat", os.O_RDONLY)
    except OSError:
        return None
    try:
        text = os.read(descriptor, _LONGEST_STAT)
    except OSError:
        return None
    finally:
        os.close(descriptor)
    # The command's name is in brackets and may hold anything, brackets too; fields 3, 4 and 22 of proc_pid_stat(5).
    fields = text[text.rindex(b")") + 2 :].split(b" ", 20)
    return Process(pid=pid, parent=int(fields[1]), started=int(fields[19]), state=fields[0].decode())


def all_processes() -> dict[int, Process]:
    """Return every process, by id."""
    with os.scandir(_PROC) as listing:
        pids = [int(entry.name) for entry in listing if entry.name.isdigit()]
    return {process.pid: process for process in map(process_of, pids) if process is not None}


def descendants(roots: Collection[int], processes: dict[int, Process]) -> dict[int, Process]:
    """Return the processes below ``roots``, by id, without the roots themselves."""
    children: dict[int, list[Process]] = {}
    for process in processes.values():
        children.setdefault(process.parent, []).append(process)
    found: dict[int, Process] = {}
    pending = list(roots)
    while pending:
        for child in children.get(pending.pop(), ()):
            if child.pid not in found:
                found[child.pid] = child
                pending.append(child.pid)
    return {pid: process for pid, process in found.items() if pid not in roots}


def marked(marker: bytes, processes: Iterable[Process]) -> list[Process]:
    """Return those processes that were started with ``marker`` in their environment."""
    return [process for process in processes if process.is_alive and marker in _environment(process.pid)]


def private_memory(pids: Iterable[int]) -> int:
    """Return the bytes that processes hold for themselves: resident less shared, summed."""
    return sum(map(_private, pids))


def send_signal(process: Process, signal: int) -> None:
    """Signal a process, unless its id belongs to another one by now."""
    current = process_of(process.pid)
    if current is not None and current.started == process.started:
        with suppress(ProcessLookupError):
            os.kill(process.pid, signal)


class SharedView:
    """A look at all processes that several slots share, so that each look costs once."""

    def __init__(self, lifetime_s: float = 0.1) -> None:
        self._lifetime_s = lifetime_s
        self._lock = threading.Lock()
        self._taken_at = float("-inf")
        self._processes: dict[int, Process] = {}

    def processes(self) -> dict[int, Process]:
        """Return all processes as they were at most ``lifetime_s`` seconds ago."""
        with self._lock:
            if time.monotonic() - self._taken_at > self._lifetime_s:
                self._processes = all_processes()
                self._taken_at = time.monotonic()
            return self._processes


def _environment(pid: int) -> bytes:
    try:
        return (_PROC / str(pid) / "environ").read_bytes()
    except OSError:
        return b""


def _private(pid: int) -> int:
    try:
        fields = (_PROC / str(pid) / "statm").read_text(encoding="ascii").split()
    except OSError:
        return 0
    return (int(fields[1]) - int(fields[2])) * _PAGE
