"""Calls of the API: counted exactly, and refused beyond a limit."""

import math

from outrider_engine.domain.identity import ApiKey
from outrider_engine.domain.usage import CallUsage, month_of, next_month
from outrider_engine.ports.storage import Storage


class Metering:
    """Counts calls, one short transaction for each.

    Answers state the count with their own call in it, so it is written before they are made, whichever process makes
    them. On SQLite that is a write of its own without waiting for the disk (WAL, ``synchronous = NORMAL``).
    """

    def __init__(self, *, storage: Storage) -> None:
        self._storage = storage

    def count(self, key: ApiKey) -> CallUsage:
        """Count a call with a key and return where that leaves it; a call beyond the key's limit is not counted."""
        organization = key.organization_id
        with self._storage.begin() as tx:
            month = month_of(tx.now)
            key_calls = tx.usage.count_call(organization, key.id, month, key.monthly_limit)
            refused = key_calls is None
            if refused:
                calls = tx.usage.calls(organization, month)
                key_calls = tx.usage.calls(organization, month, key.id)
            else:
                calls = tx.usage.count_organization_call(organization, month, None) or 0
            resets_at = next_month(tx.now)
            left_s = math.ceil((resets_at - tx.now).total_seconds())
        used = key_calls or 0
        return CallUsage(
            organization_calls=calls,
            key_calls=used,
            limit=key.monthly_limit,
            remaining=None if key.monthly_limit is None else max(0, key.monthly_limit - used),
            resets_at=resets_at,
            refused_for_s=left_s if refused else None,
        )
