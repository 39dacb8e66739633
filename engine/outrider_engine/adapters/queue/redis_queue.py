"""Hints between processes: Dramatiq over Redis. Losing all of Redis loses no run: the database repeats its hints."""

from collections.abc import Callable, Collection

import dramatiq
import redis
import structlog
from dramatiq.brokers.redis import RedisBroker
from redis.backoff import ExponentialBackoff
from redis.retry import Retry

from .dramatiq_hints import DramatiqHints
from .redis_rates import RedisRates
from .wake_actor import queue_name

log = structlog.get_logger(__name__)

_NAMESPACE = "outrider"
_HINT_LIFETIME_MS = 3000
"""After this long without arriving, a hint counts as lost and may be sent again."""
_HINT_TIMEOUT_S = 1
"""Requests wait for their hints to be sent, so a Redis that does not answer is given up soon; seconds."""
_TIMEOUT_S = 5
_THREADS = 2


class _RedisPending:
    def __init__(self, client: redis.Redis) -> None:
        self._client = client

    def begin(self, name: str) -> bool:
        return bool(self._client.set(f"{_NAMESPACE}:hint:{name}", "1", nx=True, px=_HINT_LIFETIME_MS))

    def arrived(self, name: str) -> None:
        try:
            self._client.delete(f"{_NAMESPACE}:hint:{name}")
        except redis.RedisError as error:
            log.warning("hint not settled, it expires by itself", queue=name, error=str(error))


class RedisQueue:
    """Broker and hints of one process of several; the Dramatiq worker exists where hints are received."""

    def __init__(
        self, url: str, woken: Callable[[str, str], None], *, listen_to: Collection[tuple[str, str]] = ()
    ) -> None:
        """Connect to ``url``; hints for the (queue, location) pairs of ``listen_to`` are received here.

        The broker is made here, in the process that uses it: its id must never be shared by a fork.
        """
        retry = Retry(ExponentialBackoff(cap=0.2, base=0.05), 1)
        self._client: redis.Redis = redis.Redis.from_url(
            url, retry=retry, socket_timeout=_HINT_TIMEOUT_S, socket_connect_timeout=_HINT_TIMEOUT_S
        )
        # Correctness needs none of these: they only make a dead worker's hints come back sooner.
        self._broker = RedisBroker(  # type: ignore[no-untyped-call]  # dramatiq leaves it so
            client=redis.Redis.from_url(
                url, retry=retry, socket_timeout=_TIMEOUT_S, socket_connect_timeout=_HINT_TIMEOUT_S
            ),
            middleware=[],
            namespace=_NAMESPACE,
            maintenance_chance=100_000,
            heartbeat_timeout=30_000,
        )
        self.hints = DramatiqHints(self._broker, _RedisPending(self._client), woken)
        self.rates = RedisRates(self._client)
        self._worker: dramatiq.Worker | None = None
        if listen_to:
            names = {queue_name(queue, location) for queue, location in listen_to}
            for name in names:
                self._broker.declare_queue(name)
            self._worker = dramatiq.Worker(self._broker, queues=names, worker_threads=_THREADS)

    def start(self) -> None:
        """Begin to receive hints."""
        if self._worker is not None:
            self._worker.start()

    def stop(self) -> None:
        """Receive no more hints and close the connections."""
        if self._worker is not None:
            self._worker.stop(timeout=2000)
        self._broker.close()
        self._client.close()
