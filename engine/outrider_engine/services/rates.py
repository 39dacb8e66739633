"""How fast a key may call."""

from outrider_engine.domain.identity import ApiKey
from outrider_engine.domain.rates import Allowance, Rate
from outrider_engine.ports.rate_limiter import RateLimiter


class Rates:
    """Two buckets for each key: one for requests that read, one for those that change something.

    Args:
        limiter: where the buckets are.
        reads, writes: requests a second; ``None`` is no limit.
    """

    def __init__(self, limiter: RateLimiter, *, reads: float | None = None, writes: float | None = None) -> None:
        self._limiter = limiter
        self._rates = {"read": reads, "write": writes}

    def take(self, key: ApiKey, *, writes: bool) -> Allowance | None:
        """Take a request of a key; ``None`` when nothing limits it."""
        kind = "write" if writes else "read"
        per_second = self._rates[kind]
        return None if per_second is None else self._limiter.take(f"{key.id}:{kind}", Rate(per_second))

    def take_promised(self, key: ApiKey, *, writes: bool) -> Allowance:
        """Take a request to an API that promises rates of its own: brily's 60 reads and 10 writes a second."""
        kind, rate = ("v0-write", Rate(10, burst_s=1)) if writes else ("v0-read", Rate(60, burst_s=1))
        return self._limiter.take(f"{key.id}:{kind}", rate)
