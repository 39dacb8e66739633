"""Stored counts of calls."""

from typing import Protocol


class UsageRepository(Protocol):
    """How often the API was called, by organization, key and calendar month (``2026-01``)."""

    def count_call(self, organization_id: str, key_id: str, month: str, limit: int | None) -> int | None:
        """Count one more call of a key and return how many there are now.

        Exact whoever else counts at the same time; ``None``, and nothing counted, when that would exceed ``limit``.
        """

    def count_organization_call(self, organization_id: str, month: str) -> int:
        """Count one more call of the whole organization and return how many there are now."""

    def calls(self, organization_id: str, month: str, key_id: str | None = None) -> int:
        """Return how often a key has called, or (``None``) the whole organization."""
