"""Buckets that requests are taken from."""

from typing import Protocol

from outrider_engine.domain.rates import Allowance, Rate


class RateLimiter(Protocol):
    """Buckets by name; shared by all processes where there is a place to share them."""

    def take(self, name: str, rate: Rate) -> Allowance:
        """Take one request from a bucket, which is full when it is new."""

    def give_back(self, name: str, rate: Rate) -> None:
        """Put back a request that was taken from a bucket."""
