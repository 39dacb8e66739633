"""Sessions of browsers: somebody who signed in with a password, in one of their organizations at a time."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from .identity import ApiKey
from .members import Member

LASTS = timedelta(days=30)
"""After this everybody signs in again."""
IDLE_LASTS = timedelta(days=7)
"""A session that was not used for this long is over."""


LONGEST_USER_AGENT = 300
"""Characters that are kept of what browsers say that they are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Browser:
    """From where somebody signs in: the client's IP address, and what its software says that it is."""

    address: str | None = None
    user_agent: str | None = None


UNSEEN = Browser()
"""Nothing is known of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UserSession:
    """A user who is signed in, and where they are at work. ``expires_at`` moves on with each use."""

    id: str
    organization_id: str
    user_id: str
    created_at: datetime
    last_used_at: datetime
    expires_at: datetime
    browser: Browser = UNSEEN


def expiry(created_at: datetime, used_at: datetime) -> datetime:
    """Return when a session ends that was last used at a time."""
    return min(created_at + LASTS, used_at + IDLE_LASTS)


def new_session_token() -> str:
    """Return what a browser keeps of a session, 256 random bits."""
    return secrets.token_urlsafe(32)


def csrf_token_of(token: str) -> str:
    """Return what pages send along with a session: only who may read our answers, or the cookie, can know it."""
    return hmac.new(token.encode(errors="replace"), b"outrider csrf", hashlib.sha256).hexdigest()


def is_csrf_token_of(token: str, given: str) -> bool:
    """Whether a text belongs to a session; how long that takes says nothing about it."""
    return hmac.compare_digest(csrf_token_of(token).encode(), given.encode(errors="replace"))


def acting_as(member: Member, since: datetime) -> ApiKey:
    """Return what somebody signed in may do, in the form of a key: all that their role allows.

    Its id is the user's, so all their sessions count as one, in calls and in requests a second.
    """
    assert member.user_id is not None, "only who has come can sign in"
    return ApiKey(
        id=member.user_id,
        organization_id=member.organization_id,
        name=member.email or member.name or member.user_id,
        prefix="",
        role=member.role,
        scopes=None,
        created_at=since,
        user_id=member.user_id,
    )
