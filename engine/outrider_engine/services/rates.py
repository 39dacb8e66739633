"""How fast a key may call, and how often somebody may try to sign in."""

from outrider_engine.domain.identity import ApiKey
from outrider_engine.domain.members import token_digest
from outrider_engine.domain.rates import Allowance, Rate
from outrider_engine.ports.rate_limiter import RateLimiter

SIGN_IN_WINDOW_S = 900.0
SIGN_INS_OF_ADDRESS = Rate(30 / SIGN_IN_WINDOW_S, burst_s=SIGN_IN_WINDOW_S)
"""Several people may share an address."""
SIGN_INS_OF_EMAIL = Rate(10 / SIGN_IN_WINDOW_S, burst_s=SIGN_IN_WINDOW_S)


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

    def take_sign_in(self, email: str, address: str | None) -> Allowance:
        """Take an attempt to sign in as somebody, from somewhere; returns what refuses it, if anything does.

        Attempts count before anybody knows whether they succeed, so that many at a time are no more than one by one.
        """
        found = self._limiter.take(f"sign-in from {address}", SIGN_INS_OF_ADDRESS)
        if found.retry_after_s is not None:
            return found
        return self._limiter.take(f"sign-in of {token_digest(email)}", SIGN_INS_OF_EMAIL)
