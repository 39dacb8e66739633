"""Stored sessions of browsers."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from outrider_engine.domain.sessions import UserSession


class SessionRepository(Protocol):
    """Sessions; of a session's token only a digest is stored."""

    def add(self, session: UserSession, digest: str) -> None:
        """Store a new session."""

    def by_digest(self, digest: str) -> UserSession | None:
        """Return the session whose token has that digest, an expired one too."""

    def used(self, id: str, at: datetime, expires_at: datetime) -> None:
        """Note that a session was used, and when it ends therefore."""

    def switch(self, id: str, organization_id: str) -> None:
        """Let a session go on in another organization."""

    def of_user(self, user_id: str, now: datetime, page: int, per_page: int) -> tuple[Sequence[UserSession], int]:
        """Return one page of the sessions of a user that are not over, newest first, and how many there are."""

    def end(self, id: str) -> None:
        """Forget a session."""

    def of_id(self, user_id: str, id: str, now: datetime) -> UserSession | None:
        """Return a session of a user that is not over."""

    def end_all_of_user(self, user_id: str, *, but: str | None = None) -> int:
        """Forget the sessions of a user everywhere, all but one when that is named; returns how many."""

    def end_of_user(self, organization_id: str, user_id: str) -> int:
        """Forget the sessions of a user in an organization; returns how many."""
