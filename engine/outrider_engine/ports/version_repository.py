"""Stored versions of checks."""

from collections.abc import Sequence
from typing import Protocol

from outrider_engine.domain.versions import CheckVersion


class VersionRepository(Protocol):
    """Versions of the checks of an organization."""

    def add(self, version: CheckVersion, *, keep: int) -> None:
        """Store a version; of those of its check, only the newest ``keep`` stay."""

    def get(self, organization_id: str, check_id: str, number: int) -> CheckVersion | None:
        """Return a version of a check; ``None`` when there is none of that number (any more)."""

    def list(
        self, organization_id: str, check_id: str, *, page: int, per_page: int
    ) -> tuple[Sequence[CheckVersion], int]:
        """Return one page of the versions of a check, newest first, and how many there are."""
