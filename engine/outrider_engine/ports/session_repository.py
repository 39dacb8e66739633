"""Stored sessions of browsers."""

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

    def end(self, id: str) -> None:
        """Forget a session."""

    def end_of_user(self, organization_id: str, user_id: str) -> int:
        """Forget the sessions of a user in an organization; returns how many."""
