"""Forgetting: what is old enough, in small batches, so that nobody waits long for a lock."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from outrider_engine.domain.rollups import Span


@dataclass(frozen=True, slots=True)
class OldRun:
    """A finished run that is to go, and the keys of its files."""

    id: str
    file_keys: tuple[str, ...]


class RetentionRepository(Protocol):
    """Finds and deletes what is old. Every method looks at, or deletes, at most ``limit`` rows of a kind."""

    def old_runs(self, before: datetime, limit: int, organization_id: str | None = None) -> Sequence[OldRun]:
        """Return finished runs that were made before a time, of all organizations or of one, oldest first."""

    def runs_of(self, check_id: str, limit: int) -> Sequence[OldRun]:
        """Return finished runs of a check, oldest first."""

    def drop_runs(self, ids: Collection[str]) -> int:
        """Delete finished runs with all that is theirs, and batches with their last run; returns how many runs."""

    def drop_batches(self, before: datetime, limit: int) -> int:
        """Delete batches that were made before a time and have no runs; returns how many."""

    def drop_rollups(self, span: Span, before: datetime, limit: int) -> int:
        """Delete rollups of hours or days that began before a time; returns how many."""

    def drop_alerts(self, before: datetime, limit: int) -> int:
        """Delete alerts that were opened before a time and are resolved; returns how many."""

    def drop_incidents(self, before: datetime, limit: int) -> int:
        """Delete incidents that were opened before a time and are resolved; returns how many."""

    def drop_releases(self, before: datetime, limit: int) -> int:
        """Delete releases that were marked before a time; returns how many."""

    def drop_messages(self, before: datetime, limit: int) -> int:
        """Delete messages that were made before a time and are settled; returns how many."""

    def drop_skipped(self, before: datetime, limit: int) -> int:
        """Delete ranges of skipped slots that ended before a time; returns how many."""

    def drop_sessions(self, before: datetime, limit: int) -> int:
        """Delete sessions that ended before a time; returns how many."""

    def drop_login_states(self, before: datetime, limit: int) -> int:
        """Delete login states that expired before a time; returns how many."""

    def deleted_checks(self, before: datetime, limit: int) -> Sequence[str]:
        """Return the ids of checks that were deleted before a time, the longest deleted first."""

    def drop_remains(self, check_id: str, limit: int) -> int:
        """Delete up to ``limit`` rows of each kind that refer to a check, runs apart; returns how many."""

    def drop_check(self, check_id: str, before: datetime) -> bool:
        """Delete a check that was deleted before a time and to which no run refers any more."""

    def known_artifacts(self, ids: Collection[str]) -> set[str]:
        """Return those of the ids that are artifacts of runs."""
