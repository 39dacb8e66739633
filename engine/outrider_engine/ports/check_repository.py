"""Stored checks, their states and their skipped slots."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from outrider_engine.domain.batches import Selection
from outrider_engine.domain.checks import Check, CheckState, CheckStatus, Family
from outrider_engine.domain.schedules import SkipReason, SlotRange

from .listing import DefinitionQuery


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckQuery(DefinitionQuery):
    """Which checks of an organization to list, and which page of them (from 1).

    Attributes:
        after: id of the last check of the previous page, instead of counting pages (keyset cursor); oldest first only.
    """

    family: Family | None = None
    project_id: str | None = None
    status: CheckStatus | None = None
    tag: str | None = None
    location: str | None = None
    after: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SkippedSlots:
    """A range of slots that got no run. ``location`` is ``None`` when it holds for all of the check's locations."""

    id: str
    organization_id: str
    check_id: str
    location: str | None
    reason: SkipReason
    slots: SlotRange


class CheckRepository(Protocol):
    """Checks by organization. Deleted ones are never seen again, their runs stay."""

    def add(self, check: Check) -> None:
        """Store a new check."""

    def get(
        self, organization_id: str, id: str, family: Family | None = None, *, deleted_too: bool = False
    ) -> Check | None:
        """Return a check, ``None`` when there is none of that id (and family) in the organization.

        ``deleted_too`` also finds one that was deleted and not purged yet.
        """

    def type_of(self, organization_id: str, id: str, family: Family, *, deleted_too: bool = False) -> str | None:
        """Return the type of a check that ``get`` would return; ``None`` when there is none."""

    def projects_of(
        self, organization_id: str, ids: Collection[str], *, deleted_too: bool = False
    ) -> Mapping[str, str]:
        """Return the projects of those of ``ids`` that are checks of the organization."""

    def selected(self, organization_id: str, selection: Selection, limit: int) -> Sequence[Check]:
        """Return the checks that a selection means, oldest first."""

    def tags(self, organization_id: str, selection: Selection) -> set[str]:
        """Return tags of the checks among which a selection chooses; of very many checks, of some of them."""

    def lock(self, organization_id: str, id: str) -> Check | None:
        """Return a check that nobody else changes or finds due before this transaction ends; ``None`` for none."""

    def list(self, organization_id: str, query: CheckQuery) -> tuple[Sequence[Check], int]:
        """Return one page of checks, and how many there are on all pages."""

    def deleted_like(self, check: Check, *, since: datetime) -> Check | None:
        """Return the check of the name, family and project of another that was deleted last, at ``since`` or later."""

    def restore(self, check: Check) -> bool:
        """Store a deleted check as it is now defined, its states forgotten; ``False`` when it was not deleted."""

    def replace(self, check: Check, *, expected_revision: int) -> bool:
        """Store a changed check; ``False`` when its revision was no longer the expected one."""

    def delete(self, organization_id: str, id: str, now: datetime) -> bool:
        """Delete a check; ``False`` when there was none."""

    def pause(self, id: str, reason: str, now: datetime) -> bool:
        """Pause a check for a reason of the engine's; ``False`` when it was not active."""

    def lock_due(self, now: datetime, limit: int) -> Sequence[Check]:
        """Return and lock active checks that are due, longest due first, but for those locked by another."""

    def next_due_at(self) -> datetime | None:
        """Return when the next active check is due, or has been; ``None`` when none has a schedule."""

    def set_next_due(self, next_due: Mapping[str, datetime | None]) -> None:
        """Move checks to their next slots."""

    def states(self, check_ids: Collection[str]) -> Mapping[str, Sequence[CheckState]]:
        """Return the states of checks at their locations, locked for this transaction; absent means no run yet."""

    def save_states(self, states: Sequence[CheckState], organization_ids: Mapping[str, str]) -> None:
        """Store states; ``organization_ids`` by check id."""

    def add_skipped(self, skipped: Sequence[SkippedSlots]) -> None:
        """Record slots that get no run; one that follows a recorded range of the same kind makes it longer."""

    def skipped(self, organization_id: str, check_id: str, limit: int) -> Sequence[SkippedSlots]:
        """Return the newest ranges of skipped slots of a check."""
