"""Stored releases."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from outrider_engine.domain.releases import Release


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseQuery:
    """The releases that meet all of these, newest first; ``since`` and ``until`` bound when they began, included."""

    project_id: str | None = None
    environment: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    before: str | None = None
    limit: int = 20


class ReleaseRepository(Protocol):
    """Releases by organization."""

    def add(self, release: Release) -> None:
        """Store a new release."""

    def get(self, organization_id: str, id: str) -> Release | None:
        """Return a release."""

    def lock(self, organization_id: str, id: str) -> Release | None:
        """Return a release that nobody else changes before this transaction ends."""

    def replace(self, release: Release) -> bool:
        """Store a changed release; ``False`` when there was none."""

    def delete(self, organization_id: str, id: str) -> bool:
        """Delete a release; ``False`` when there was none."""

    def list(self, organization_id: str, query: ReleaseQuery) -> Sequence[Release]:
        """Return some releases, newest first."""
