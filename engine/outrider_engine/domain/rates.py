"""Token buckets: how many requests somebody may send at a time, and how fast there are new ones."""

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rate:
    """Requests a second in the long run; as many as come within ``burst_s`` seconds may come at once."""

    per_second: float
    burst_s: float = 2.0

    @property
    def capacity(self) -> int:
        """How many may come at once."""
        return max(1, math.floor(self.per_second * self.burst_s))


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """What is left after a request. ``retry_after_s``: it is one too many, and this is when to come back."""

    limit: int
    remaining: int
    full_after_s: int
    retry_after_s: int | None = None


def allowance(rate: Rate, tokens: float) -> tuple[Allowance, float]:
    """Return what a request finds in a bucket of ``tokens``, and the tokens that it leaves there."""
    is_allowed = tokens >= 1
    left = tokens - 1 if is_allowed else tokens
    found = Allowance(
        limit=rate.capacity,
        remaining=math.floor(left),
        full_after_s=math.ceil((rate.capacity - left) / rate.per_second),
        retry_after_s=None if is_allowed else max(1, math.ceil((1 - left) / rate.per_second)),
    )
    return found, left


def refilled(rate: Rate, tokens: float, elapsed_s: float) -> float:
    """Return the tokens of a bucket after a time."""
    return min(float(rate.capacity), tokens + max(0.0, elapsed_s) * rate.per_second)
