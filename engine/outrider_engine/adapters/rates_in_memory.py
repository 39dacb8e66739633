"""Buckets of one process."""

import threading
from collections.abc import Callable

from outrider_engine.domain.rates import Allowance, Rate, allowance, refilled

MOST_BUCKETS = 10_000


class RatesInMemory:
    """Implements ``RateLimiter``; buckets that are full again are forgotten when there are many."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._buckets: dict[str, tuple[float, float, Rate]] = {}
        self._lock = threading.Lock()

    def take(self, name: str, rate: Rate) -> Allowance:
        """Take one request from a bucket."""
        with self._lock:
            now = self._monotonic()
            tokens, since, _ = self._buckets.get(name, (float(rate.capacity), now, rate))
            found, left = allowance(rate, refilled(rate, tokens, now - since))
            self._buckets[name] = (left, now, rate)
            if len(self._buckets) > MOST_BUCKETS:
                self._forget_full(now)
        return found

    def give_back(self, name: str, rate: Rate) -> None:
        """Put back a request that was taken from a bucket."""
        with self._lock:
            tokens, since, _ = self._buckets.get(name, (float(rate.capacity), self._monotonic(), rate))
            self._buckets[name] = (min(float(rate.capacity), tokens + 1), since, rate)

    def _forget_full(self, now: float) -> None:
        self._buckets = {
            name: (tokens, since, rate)
            for name, (tokens, since, rate) in self._buckets.items()
            if refilled(rate, tokens, now - since) < rate.capacity
        }
