"""Stored requests that carry an ``Idempotency-Key``."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from outrider_engine.domain.idempotency import RequestClaim


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownRequest:
    """What is stored of an earlier request; ``sealed_answer`` is ``None`` while there is none."""

    body_digest: str
    sealed_answer: str | None
    is_applied: bool
    held_until: datetime


class IdempotencyRepository(Protocol):
    """Requests by organization, route and key."""

    def claim(self, claim: RequestClaim, *, now: datetime, held_until: datetime, expires_at: datetime) -> bool:
        """Store a request as begun; ``False`` when there is one already that is neither expired nor lost."""

    def get(self, claim: RequestClaim) -> KnownRequest | None:
        """Return what is stored of the request with that organization, route and key."""

    def complete(self, claim: RequestClaim, sealed_answer: str) -> None:
        """Store the answer, unless another request has taken this one's place."""

    def release(self, claim: RequestClaim) -> None:
        """Forget a request that changed nothing, so that it can be sent again."""

    def purge(self, now: datetime) -> int:
        """Delete what has expired; returns how many requests that were."""
