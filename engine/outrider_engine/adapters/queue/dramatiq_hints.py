"""Sending hints through a Dramatiq broker, coalesced: one message under way for each queue and location."""

import time
from collections.abc import Callable
from typing import Protocol

import dramatiq
import redis
import structlog
from dramatiq.errors import DramatiqError

from .wake_actor import declare_wake_actor, queue_name

log = structlog.get_logger(__name__)

QUIET_S = 2.0
"""How long no hint is tried after one could not be sent: those with work to do must not wait for a broker each time."""


class Pending(Protocol):
    """Remembers which hints are under way."""

    def begin(self, name: str) -> bool:
        """Note that a hint for queue ``name`` is being sent; ``False`` when one is under way already."""

    def arrived(self, name: str) -> None:
        """Note that a hint arrived; the next one is sent again."""


class DramatiqHints:
    """Hints as Dramatiq messages.

    A hint that arrives is forgotten *before* its claim loop is woken: whatever was committed before a later hint was
    held back is therefore seen by that loop.
    """

    def __init__(self, broker: dramatiq.Broker, pending: Pending, woken: Callable[[str, str], None]) -> None:
        """Send through ``broker``; ``woken(queue, location)`` is called for the hints that this process receives."""
        self._broker = broker
        self._pending = pending
        self._woken = woken
        self._quiet_until = time.monotonic()
        self._actor = declare_wake_actor(broker, self._arrived)

    def send(self, queue: str, location: str) -> None:
        """Say that there is work; trouble with the broker is logged and left to polling."""
        if time.monotonic() < self._quiet_until:
            return
        name = queue_name(queue, location)
        try:
            if self._pending.begin(name):
                self._broker.declare_queue(name)
                self._broker.enqueue(self._actor.message(queue, location).copy(queue_name=name))
        except (redis.RedisError, DramatiqError, OSError) as error:
            self._quiet_until = time.monotonic() + QUIET_S
            log.warning("hint not sent, polling will find the work", queue=name, error=str(error))

    def _arrived(self, queue: str, location: str) -> None:
        self._pending.arrived(queue_name(queue, location))
        self._woken(queue, location)
