"""Stored rollups: what the runs of each hour and each day add up to, for each check and location."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from outrider_engine.domain.rollups import Rollup, Span, Tally


class RollupRepository(Protocol):
    """Rollups by check. They outlive the runs that they were made of."""

    def add(self, rollups: Sequence[Rollup], span: Span) -> None:
        """Add to what is stored. The caller holds the states of the checks, so that nobody adds at the same time."""

    def of(
        self, organization_id: str, check_id: str, span: Span, *, since: datetime, until: datetime | None = None
    ) -> Sequence[Rollup]:
        """Return the rollups of a check that begin at ``since`` or later, and before ``until``, oldest first."""

    def tallies(
        self, organization_id: str, check_id: str, span: Span, *, since: Sequence[datetime]
    ) -> Mapping[str, Sequence[Tally]]:
        """Return by location what the rollups of a check add up to from each of some times on, latest time first."""

    def counts(
        self, organization_id: str, check_id: str, span: Span, *, since: datetime, until: datetime
    ) -> Mapping[datetime, tuple[int, int]]:
        """Return the runs that were up and those that were down, by the beginning of each hour or day that has any."""

    def uptimes(self, check_ids: Collection[str], span: Span, *, since: datetime) -> Mapping[str, tuple[int, int]]:
        """Return the runs that were up and those that were down of each check, since a time; without one, absent."""
