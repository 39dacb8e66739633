"""How fast a key may call, and how often somebody may be wrong about a password."""

from outrider_engine.domain.identity import ApiKey
from outrider_engine.domain.members import token_digest
from outrider_engine.domain.rates import Allowance, Rate
from outrider_engine.ports.rate_limiter import RateLimiter

GUESSING_WINDOW_S = 900.0
GUESSES_FROM_ADDRESS = Rate(30 / GUESSING_WINDOW_S, burst_s=GUESSING_WINDOW_S)
"""Several people may share an address."""
GUESSES_OF_EMAIL = Rate(10 / GUESSING_WINDOW_S, burst_s=GUESSING_WINDOW_S)


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

    def take_guess(self, email: str, address: str | None) -> Allowance:
        """Take a guess at somebody's password, from somewhere; returns what refuses it, if anything does."""
        from_there, of_them = _guessing(email, address)
        found = self._limiter.take(from_there, GUESSES_FROM_ADDRESS)
        return found if found.retry_after_s is not None else self._limiter.take(of_them, GUESSES_OF_EMAIL)

    def give_back_guess(self, email: str, address: str | None) -> None:
        """Give back what turned out to be no guess."""
        from_there, of_them = _guessing(email, address)
        self._limiter.give_back(from_there, GUESSES_FROM_ADDRESS)
        self._limiter.give_back(of_them, GUESSES_OF_EMAIL)


def _guessing(email: str, address: str | None) -> tuple[str, str]:
    return f"sign-in from {address}", f"sign-in of {token_digest(email)}"
