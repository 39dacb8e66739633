"""Stored batches of runs."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from outrider_engine.domain.batches import Batch, BatchRun, RunGroup, SelectedCheck
from outrider_engine.domain.checks import Family


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchQuery:
    """Which batches of an organization to list, newest first.

    Attributes:
        families: only batches whose checks all belong to these.
        before: id of the last batch of the previous page (keyset cursor).
    """

    families: tuple[Family, ...] = tuple(Family)
    branch: str | None = None
    commit: str | None = None
    before: str | None = None
    limit: int = 20


class BatchRepository(Protocol):
    """Batches by organization; their runs belong to ``RunRepository``."""

    def add(self, batch: Batch, checks: Sequence[SelectedCheck]) -> None:
        """Store a new batch with the checks that were selected; its runs follow in the same transaction."""

    def get(self, organization_id: str, id: str) -> Batch | None:
        """Return a batch."""

    def list(self, organization_id: str, query: BatchQuery) -> Sequence[Batch]:
        """Return some batches, newest first."""

    def checks(self, organization_id: str, id: str) -> Sequence[SelectedCheck]:
        """Return the checks that were selected for a batch, none when there is no such batch."""

    def runs(self, organization_id: str, id: str) -> Sequence[BatchRun]:
        """Return the runs of a batch."""

    def groups(self, ids: Collection[str]) -> Mapping[str, Sequence[RunGroup]]:
        """Return how many runs of each batch are in which state; batches without runs are left out."""

    def mark_cancelled(self, organization_id: str, id: str, now: datetime) -> None:
        """Note that somebody cancelled a batch, unless it is noted already."""
