"""A worker: the lanes of one process, woken by hints, stopped together."""

import threading
from collections.abc import Callable, Collection, Sequence
from typing import Protocol

import structlog

from .leases import LeaseKeeper
from .periodic import Periodic

log = structlog.get_logger(__name__)

GRACE_S = 25.0
"""How long runs under way may take to end once the worker is told to stop."""


class _Wakeable(Protocol):
    def set(self) -> None:
        """Wake."""


class Lane(Protocol):
    """A claim loop for one queue."""

    @property
    def queue(self) -> str:
        """The queue it takes from."""

    @property
    def wakeup(self) -> _Wakeable:
        """How to wake it."""

    def start(self) -> None:
        """Begin to claim."""

    def stop(self, grace_s: float) -> None:
        """Claim no more and end within about the grace."""


class Worker:
    """The lanes of one process."""

    def __init__(self, *, lanes: Collection[Lane], leases: LeaseKeeper, periodics: Sequence[Periodic]) -> None:
        self._lanes = tuple(lanes)
        self._leases = leases
        self._periodics = tuple(periodics)

    def woken(self, queue: str, location: str) -> None:
        """Wake the lane of a queue; what it may claim is the database's business."""
        for lane in self._lanes:
            if lane.queue == queue:
                lane.wakeup.set()

    def start(self) -> None:
        """Begin to work."""
        self._leases.start()
        for lane in self._lanes:
            lane.start()
        for periodic in self._periodics:
            periodic.start()

    def stop(self, grace_s: float = GRACE_S) -> None:
        """Stop all lanes at the same time; nothing that was claimed stays claimed."""
        _all_at_once([lambda lane=lane: lane.stop(grace_s) for lane in self._lanes])  # type: ignore[misc]  # binds it
        for periodic in self._periodics:
            periodic.stop()
        self._leases.stop()
        log.info("worker stopped")


def _all_at_once(actions: Sequence[Callable[[], None]]) -> None:
    threads = [threading.Thread(target=action, name="stopping") for action in actions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
