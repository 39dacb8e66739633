"""Sessions of browsers in the database."""

from datetime import datetime

from sqlalchemy import delete, select, update

from outrider_engine.domain.sessions import UserSession

from .schema import sessions
from .session import Session


class SqlSessions:
    """Implements ``SessionRepository``."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, session: UserSession, digest: str) -> None:
        """Store a new session."""
        values = {
            "id": session.id,
            "organization_id": session.organization_id,
            "user_id": session.user_id,
            "digest": digest,
            "created_at": session.created_at,
            "last_used_at": session.last_used_at,
            "expires_at": session.expires_at,
        }
        self._session.run(self._session.insert(sessions).values(**values))

    def by_digest(self, digest: str) -> UserSession | None:
        """Return the session whose token has that digest, an expired one too."""
        row = self._session.first(select(sessions).where(sessions.c.digest == digest))
        if row is None:
            return None
        return UserSession(
            id=row.id,
            organization_id=row.organization_id,
            user_id=row.user_id,
            created_at=row.created_at,
            last_used_at=row.last_used_at,
            expires_at=row.expires_at,
        )

    def used(self, id: str, at: datetime, expires_at: datetime) -> None:
        """Note that a session was used, and when it ends therefore."""
        earlier = (sessions.c.id == id, sessions.c.last_used_at < at)
        self._session.run(update(sessions).where(*earlier).values(last_used_at=at, expires_at=expires_at))

    def switch(self, id: str, organization_id: str) -> None:
        """Let a session go on in another organization."""
        self._session.run(update(sessions).where(sessions.c.id == id).values(organization_id=organization_id))

    def end(self, id: str) -> None:
        """Forget a session."""
        self._session.run(delete(sessions).where(sessions.c.id == id))

    def end_of_user(self, organization_id: str, user_id: str) -> int:
        """Forget the sessions of a user in an organization; returns how many."""
        theirs = (sessions.c.organization_id == organization_id, sessions.c.user_id == user_id)
        return self._session.changes(delete(sessions).where(*theirs))
