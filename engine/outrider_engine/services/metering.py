"""Calls of the API: counted exactly, and refused beyond a limit."""

import math
from collections.abc import Callable

from outrider_engine.domain.identity import ApiKey
from outrider_engine.domain.usage import AdmittedCall, CallUsage, month_of, next_month
from outrider_engine.ports.storage import Storage, Transaction

from .identity import NOTED_EVERY, digest_of, key_in_force, note_use
from .quotas import Quotas

_MOST_KNOWN = 10_000
"""Keys that are remembered, so that how fast they call can be limited before the database is asked about them."""


class Metering:
    """Counts calls, one short transaction for each.

    Answers state the count with their own call in it, so it is written before they are made, whichever process makes
    them; nobody waits for the disk, so that a failure of the database's machine may lose the calls of its last second.
    """

    def __init__(self, *, storage: Storage, quotas: Quotas) -> None:
        self._storage = storage
        self._quotas = quotas
        self._known: dict[str, ApiKey] = {}

    def admit(self, text: str, greet: Callable[[ApiKey], None]) -> tuple[ApiKey, CallUsage]:
        """Return the key that has this text and where a call with it leaves it, in one transaction.

        Args:
            text: what the caller sent.
            greet: is shown the key before the call is counted, as it is or as it was at its last call; what it raises
                refuses the call.

        Raises:
            Unauthenticated: there is no such key, or it is not in force (any more).
        """
        digest = digest_of(text)
        known = self._known.get(digest)
        if known is not None:
            greet(known)
            admitted = self._storage.admit(digest, noted_every=NOTED_EVERY)
            if admitted is not None:
                self._known[digest] = admitted.key
                return admitted.key, _unlimited(admitted)
        with self._storage.begin(durable=False) as tx:
            key = key_in_force(tx, digest)
            if known is None:
                greet(key)
            note_use(tx, key)
            usage = self._count(tx, key)
        if self._quotas.plans.are_unlimited:
            self._remember(digest, key)
        return key, usage

    def _remember(self, digest: str, key: ApiKey) -> None:
        if len(self._known) >= _MOST_KNOWN:
            self._known.clear()
        self._known[digest] = key

    def count(self, key: ApiKey) -> CallUsage:
        """Count a call with a key and return where that leaves it.

        A call beyond the key's limit, or beyond that of the organization's plan, is not counted.
        """
        with self._storage.begin(durable=False) as tx:
            return self._count(tx, key)

    def _count(self, tx: Transaction, key: ApiKey) -> CallUsage:
        month = month_of(tx.now)
        resets_at = next_month(tx.now)
        left_s = math.ceil((resets_at - tx.now).total_seconds())
        allowed = self._allowed(tx, key)
        counted = self._counted(tx, key, month, allowed)
        calls = tx.usage.calls(key.organization_id, month) if counted is None else counted[0]
        own = tx.usage.calls(key.organization_id, month, key.id) if counted is None else counted[1]
        rooms = [
            (limit - used, limit) for limit, used in ((key.monthly_limit, own), (allowed, calls)) if limit is not None
        ]
        remaining, limit = min(rooms, default=(None, None))
        return CallUsage(
            organization_calls=calls,
            key_calls=own,
            limit=limit,
            remaining=None if remaining is None else max(0, remaining),
            resets_at=resets_at,
            refused_for_s=left_s if counted is None else None,
        )

    def _allowed(self, tx: Transaction, key: ApiKey) -> int | None:
        """Return how many calls the organization's plan allows."""
        if self._quotas.plans.are_unlimited:
            return None
        return self._quotas.plan_of(tx, key.organization_id).limits.api_calls

    def _counted(self, tx: Transaction, key: ApiKey, month: str, allowed: int | None) -> tuple[int, int] | None:
        """Count a call; returns what the organization and the key have now, ``None`` when it is one too many."""
        if allowed is not None:
            tx.plans.lock(key.organization_id)
            if tx.usage.calls(key.organization_id, month) >= allowed:
                return None
        return tx.usage.count_call(key.organization_id, key.id, month, key.monthly_limit)


def _unlimited(admitted: AdmittedCall) -> CallUsage:
    return CallUsage(
        organization_calls=admitted.organization_calls,
        key_calls=admitted.key_calls,
        limit=None,
        remaining=None,
        resets_at=next_month(admitted.began_at),
    )
