"""Sessions of browsers in the database."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, select, update

from outrider_engine.domain.sessions import Browser, UserSession

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
            "address": session.browser.address,
            "user_agent": session.browser.user_agent,
        }
        self._session.run(self._session.insert(sessions).values(**values))

    def by_digest(self, digest: str) -> UserSession | None:
        """Return the session whose token has that digest, an expired one too."""
        row = self._session.first(select(sessions).where(sessions.c.digest == digest))
        return None if row is None else _session_of(row)

    def of_user(self, user_id: str, now: datetime, page: int, per_page: int) -> tuple[Sequence[UserSession], int]:
        """Return one page of the sessions of a user that are not over, newest first, and how many there are."""
        theirs = select(sessions).where(sessions.c.user_id == user_id, sessions.c.expires_at > now)
        rows, total = self._session.page(theirs.order_by(sessions.c.id.desc()), page, per_page)
        return [_session_of(row) for row in rows], total

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

    def of_id(self, user_id: str, id: str, now: datetime) -> UserSession | None:
        """Return a session of a user that is not over."""
        theirs = (sessions.c.id == id, sessions.c.user_id == user_id, sessions.c.expires_at > now)
        row = self._session.first(select(sessions).where(*theirs))
        return None if row is None else _session_of(row)

    def end_all_of_user(self, user_id: str, *, but: str | None = None) -> int:
        """Forget the sessions of a user everywhere, all but one when that is named; returns how many."""
        theirs = delete(sessions).where(sessions.c.user_id == user_id)
        return self._session.changes(theirs if but is None else theirs.where(sessions.c.id != but))

    def end_of_user(self, organization_id: str, user_id: str) -> int:
        """Forget the sessions of a user in an organization; returns how many."""
        theirs = (sessions.c.organization_id == organization_id, sessions.c.user_id == user_id)
        return self._session.changes(delete(sessions).where(*theirs))


def _session_of(row: Row[Any]) -> UserSession:
    return UserSession(
        id=row.id,
        organization_id=row.organization_id,
        user_id=row.user_id,
        created_at=row.created_at,
        last_used_at=row.last_used_at,
        expires_at=row.expires_at,
        browser=Browser(address=row.address, user_agent=row.user_agent),
    )
