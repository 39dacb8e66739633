"""People: users, what they are in an organization, and how they are invited into it."""

import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from .identity import Role
from .notifications import DeliveryState

INVITATION_LASTS = timedelta(days=7)
LONGEST_EMAIL = 254
_EMAIL = re.compile(
    r"[^\s@<>\"',;:\\()\[\]\x00-\x1f\x7f]+@[^\s@.<>\"',;:\\()\[\]\x00-\x1f\x7f]+(?:\.[^\s@.<>\"',;:\\()]+)*"
)


class MemberStatus(StrEnum):
    """Whether somebody is in an organization, or only asked to come."""

    ACTIVE = "active"
    INVITED = "invited"


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """Somebody who can be a member of organizations.

    ``email`` is ``None`` for who was made by the operator or for a key; ``password_hash`` is ``None`` for who does not
    sign in with a password: by nothing at all, or by another proof of who they are.
    """

    id: str
    name: str
    created_at: datetime
    email: str | None = None
    password_hash: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExternalIdentity:
    """As whom an identity provider knows somebody: the ``iss`` and ``sub`` of OpenID Connect, unique together."""

    issuer: str
    subject: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitationMail:
    """How the mail with an invitation fares. ``last_error``: why the last try failed, also while there are more."""

    state: DeliveryState
    last_error: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A place in an organization, taken by a user or offered to whoever has an e-mail address.

    ``name`` and ``email`` are the user's; of somebody invited only the address is known. ``expires_at`` is when an
    invitation ends, ``mail`` how it travels when it is mailed at all.
    """

    id: str
    organization_id: str
    role: Role
    created_at: datetime
    user_id: str | None = None
    name: str | None = None
    email: str | None = None
    expires_at: datetime | None = None
    mail: InvitationMail | None = None

    @property
    def status(self) -> MemberStatus:
        """Whether the place is taken."""
        return MemberStatus.INVITED if self.user_id is None else MemberStatus.ACTIVE

    def is_open(self, now: datetime) -> bool:
        """Whether it is an invitation that can still be accepted."""
        return self.user_id is None and self.expires_at is not None and now < self.expires_at


def normal_email(text: str) -> str | None:
    """Return an e-mail address as it is stored and compared, in lower case; ``None`` when it is none."""
    address = text.strip().lower()
    return address if len(address) <= LONGEST_EMAIL and _EMAIL.fullmatch(address) else None


def new_invitation_token() -> str:
    """Return the secret part of an invitation, 256 random bits."""
    return secrets.token_urlsafe(32)


def token_digest(token: str) -> str:
    """Return what is stored of a token: its SHA-256 in hex; it has too many random bits to need salt."""
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()
