"""Stored counts of calls."""

from typing import Protocol


class UsageRepository(Protocol):
    """How often the API was called, by organization, key and calendar month (``2026-01``)."""

    def count_call(
        self, organization_id: str, key_id: str, month: str, limit: int | None = None
    ) -> tuple[int, int] | None:
        """Count one more call of a key; returns how many its organization has made now, and how many the key.

        Exact whoever else counts at the same time; ``None``, and nothing counted, when the key's would exceed
        ``limit``.
        """

    def calls(self, organization_id: str, month: str, key_id: str | None = None) -> int:
        """Return how often a key has called, or (``None``) the whole organization."""
