"""Which plan an organization has, and what it has used this month."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Protocol

from outrider_engine.domain.checks import Family


class PlanRepository(Protocol):
    """Plans by organization, and the runs that are counted against them by calendar month (``2026-01``)."""

    def assign(self, organization_id: str, plan_id: str, now: datetime) -> None:
        """Give an organization a plan, in place of the one it has."""

    def of(self, organization_id: str) -> str | None:
        """Return the id of an organization's plan, ``None`` when none was assigned."""

    def of_all(self, organization_ids: Collection[str]) -> Mapping[str, str]:
        """Return the ids of the plans of organizations that were assigned one."""

    def lock(self, organization_id: str) -> None:
        """Let nobody else add what a plan limits to this organization before the transaction has ended."""

    def active_checks(self, organization_id: str) -> Mapping[Family, int]:
        """Return how many active checks of each family an organization has."""

    def count_runs(self, executed: Mapping[tuple[str, Family], int], month: str) -> None:
        """Add runs that were executed, by organization and family."""

    def runs(self, organization_ids: Collection[str], month: str) -> Mapping[tuple[str, Family], int]:
        """Return how many runs were executed, by organization and family; absent means none."""
