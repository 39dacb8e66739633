"""The one actor: it wakes a claim loop and returns at once."""

from collections.abc import Callable

import dramatiq

ACTOR_NAME = "outrider_wake"
_DEFAULT_QUEUE = "outrider"


def queue_name(queue: str, location: str) -> str:
    """Return the name of the Dramatiq queue that carries hints of ``queue`` at ``location``."""
    return f"{_DEFAULT_QUEUE}-{queue}-{location}" if location else f"{_DEFAULT_QUEUE}-{queue}"


def declare_wake_actor(broker: dramatiq.Broker, woken: Callable[[str, str], None]) -> dramatiq.Actor[[str, str], None]:
    """Bind ``woken(queue, location)`` to a broker that is handed in; importing this module touches none.

    The broker is to have no middleware, hence no retries, no time limit and no delays: a hint that is lost or late
    costs one polling period, nothing else.
    """

    @dramatiq.actor(broker=broker, actor_name=ACTOR_NAME, queue_name=_DEFAULT_QUEUE)
    def wake(queue: str, location: str) -> None:
        woken(queue, location)

    return wake
