"""The processes of this machine, as ``/proc`` shows them."""

import os
import threading
import time
from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_PROC = Path("/proc")
_PAGE = os.sysconf("SC_PAGE_SIZE")
_DEAD = frozenset("ZX")
_LONGEST_STAT = 4096
_ELDERS_KNOWN_S = 1.0
"""For how long the id of a process that ended is surely not given to another one."""


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
    text = _read(pid, "stat")
    if not text:
        return None
    # The command's name is in brackets and may hold anything, brackets too; fields 3, 4 and 22 of proc_pid_stat(5).
    fields = text[text.rindex(b")") + 2 :].split(b" ", 20)
    return Process(pid=pid, parent=int(fields[1]), started=int(fields[19]), state=fields[0].decode())


def all_processes(known: Mapping[int, Process] | None = None) -> dict[int, Process]:
    """Return every process, by id; those that are ``known`` are not read again."""
    with os.scandir(_PROC) as listing:
        pids = [int(entry.name) for entry in listing if entry.name.isdigit()]
    known = known or {}
    return {process.pid: process for pid in pids if (process := known.get(pid) or process_of(pid)) is not None}


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
    """A look at all processes that several slots share, so that each look costs once.

    What was started before this process is not below it, and need not be read again as long as looks follow each other
    closely: most of a machine's processes are of that sort.
    """

    def __init__(self, lifetime_s: float = 0.1) -> None:
        self._lifetime_s = lifetime_s
        self._lock = threading.Lock()
        self._taken_at = float("-inf")
        self._processes: dict[int, Process] = {}
        me = process_of(os.getpid())
        self._since = me.started if me is not None else 0

    def processes(self) -> dict[int, Process]:
        """Return all processes as they were at most ``lifetime_s`` seconds ago."""
        return self._looked(self._lifetime_s)

    def fresh(self) -> dict[int, Process]:
        """Return all processes as they are now."""
        return self._looked(0.0)

    def _looked(self, oldest_s: float) -> dict[int, Process]:
        with self._lock:
            age_s = time.monotonic() - self._taken_at
            if age_s > oldest_s:
                elders = self._elders() if age_s < _ELDERS_KNOWN_S else {}
                self._processes = all_processes(elders)
                self._taken_at = time.monotonic()
            return self._processes

    def _elders(self) -> dict[int, Process]:
        return {pid: process for pid, process in self._processes.items() if process.started < self._since}


def _read(pid: int, name: str) -> bytes:
    """Return a short file of a process, nothing when it is gone; not with Path, which takes twice as long."""
    try:
        descriptor = os.open(f"/proc/{pid}/{name}", os.O_RDONLY)
    except OSError:
        return b""
    try:
        return os.read(descriptor, _LONGEST_STAT)
    except OSError:
        return b""
    finally:
        os.close(descriptor)


def _environment(pid: int) -> bytes:
    try:
        return (_PROC / str(pid) / "environ").read_bytes()
    except OSError:
        return b""


def _private(pid: int) -> int:
    fields = (_read(pid, "statm") or b"0 0 0").split(b" ", 3)
    return (int(fields[1]) - int(fields[2])) * _PAGE
