"""The tree of processes that one runner started: counted, weighed and ended from outside.

Chromium starts in a session of its own and its parts outlive their parents, so neither the process group nor the
parent's list of children names them all. Three things together do: the keeper of each runner adopts every orphan
(``PR_SET_CHILD_SUBREAPER``), what was seen once is remembered with its start time, and everything that a runner
starts inherits a marker in its environment.
"""

import os
import signal
import time

from .process_table import (
    Process,
    SharedView,
    all_processes,
    descendants,
    marked,
    private_memory,
    process_of,
    send_signal,
)

_END_WITHIN_S = 2.0
_PAUSE_S = 0.005


class ProcessTree:
    """Everything below one root process."""

    def __init__(self, root: int, marker: bytes, view: SharedView) -> None:
        self.root = root
        self._root_then = process_of(root)
        self._marker = marker
        self._view = view
        self._seen: dict[int, Process] = {}
        self._resident: set[tuple[int, int]] = set()

    def look(self) -> dict[int, Process]:
        """Return the living processes below the root, by id, and remember them."""
        return self._members(self._view.processes())

    def memory(self) -> int:
        """Return the private bytes of the whole tree."""
        return private_memory([self.root, *self.look()])

    def settle(self) -> None:
        """Take the processes of this moment as those that stay between runs (driver and the like)."""
        self._resident = {(process.pid, process.started) for process in self._members(all_processes()).values()}

    def end_strays(self) -> int:
        """End the processes that a run left behind; returns how many there were."""
        members = self._members(self._view.fresh()).values()
        strays = [process for process in members if (process.pid, process.started) not in self._resident]
        for process in strays:
            send_signal(process, signal.SIGKILL)
        return len(strays)

    def end(self) -> bool:
        """End every process but the root, which buries them; returns whether all are gone.

        They are stopped first, round by round until no new one appears: what is stopped can't fork.
        """
        limit = time.monotonic() + _END_WITHIN_S
        living = self._all_members()
        stopped: set[int] = set()
        while fresh := [process for process in living.values() if process.pid not in stopped]:
            for process in fresh:
                send_signal(process, signal.SIGSTOP)
                stopped.add(process.pid)
            living = self._all_members()
            if time.monotonic() > limit:
                break
        while living and time.monotonic() < limit + _END_WITHIN_S:
            for process in living.values():
                send_signal(process, signal.SIGKILL)
            time.sleep(_PAUSE_S)
            living = self._all_members()
        return not living

    def _all_members(self) -> dict[int, Process]:
        """Look below the root and, for what may have slipped away from it, at the marker."""
        processes = all_processes()
        members = self._members(processes)
        outside = (process for pid, process in processes.items() if pid not in members and pid != self.root)
        members.update({process.pid: process for process in marked(self._marker, outside)})
        members.pop(os.getpid(), None)
        return members

    def _members(self, processes: dict[int, Process]) -> dict[int, Process]:
        remembered = {
            pid: process
            for pid, known in self._seen.items()
            if (process := processes.get(pid)) is not None and process.started == known.started
        }
        root_now = processes.get(self.root)
        is_root = root_now is not None and self._root_then is not None and root_now.started == self._root_then.started
        found = descendants({self.root, *remembered} if is_root else remembered.keys(), processes) | remembered
        self._seen = found
        return {pid: process for pid, process in found.items() if process.is_alive}
