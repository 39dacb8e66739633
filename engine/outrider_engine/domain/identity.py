"""Organizations and API keys: who asks, and what they may do."""

import hashlib
import re
import secrets
import string
import unicodedata
import zlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

_BASE62 = string.digits + string.ascii_uppercase + string.ascii_lowercase
KEY_PREFIX = "outr_"
_SECRET_DIGITS = 30
_CHECKSUM_DIGITS = 6
_SHOWN = len(KEY_PREFIX) + 6


class Role(StrEnum):
    """What the holder of a key may do, from most to least."""

    OWNER = "owner"
    ADMIN = "admin"
    MEMBER = "member"
    VIEWER = "viewer"


class Permission(StrEnum):
    """What a request wants to do."""

    READ = "read"
    WRITE = "write"
    RUN = "run"
    ADMINISTER = "administer"


PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.OWNER: frozenset(Permission),
    Role.ADMIN: frozenset(Permission),
    Role.MEMBER: frozenset({Permission.READ, Permission.WRITE, Permission.RUN}),
    Role.VIEWER: frozenset({Permission.READ}),
}

RANK = tuple(reversed(Role))
"""The roles, from least to most."""

LONGEST_SLUG = 63
_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?")

SCOPE_SUBJECTS = ("monitors", "journeys", "alerts", "incidents", "releases", "environments", "organization", "billing")
SCOPES = tuple(f"{subject}:{verb}" for subject in SCOPE_SUBJECTS for verb in ("read", "write", "run"))
EVERY_SCOPE = "all"
"""Stands for all that a role has."""
SCOPE_GROUPS = {"agent": ("monitors:read", "monitors:run", "journeys:read", "journeys:run")}
"""One word for several scopes: ``agent`` is what a CI system needs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Organization:
    """Who owns checks, runs and keys; nothing is shared between two of them.

    ``slug`` stands for it in addresses and is unique in the installation; ``industry`` is what its people say it does.
    """

    id: str
    name: str
    created_at: datetime
    slug: str | None = None
    industry: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey:
    """A key of one organization, without its text: ``prefix`` is how the text begins.

    ``scopes`` is ``None`` when the key has all that its role has, ``monthly_limit`` when it may call without limit.
    ``user_id`` is for whom it acts. ``project_id`` is the only project that it sees, ``None`` when it sees the whole
    organization. A ``guest`` is a key that acts in another organization of its user than its own,
    with no more than both its roles allow.
    """

    id: str
    organization_id: str
    name: str
    prefix: str
    role: Role
    scopes: tuple[str, ...] | None
    created_at: datetime
    user_id: str | None = None
    guest: bool = False
    expires_at: datetime | None = None
    last_used_at: datetime | None = None
    revoked_at: datetime | None = None
    monthly_limit: int | None = None
    project_id: str | None = None

    def may(self, permission: Permission, subject: str) -> bool:
        """Whether the key allows an action on a subject (one of ``SCOPE_SUBJECTS``)."""
        if permission not in PERMISSIONS[self.role]:
            return False
        verb = {Permission.READ: "read", Permission.RUN: "run"}.get(permission, "write")
        return self.scopes is None or f"{subject}:{verb}" in self.scopes


def exceeds(role: Role, limit: Role) -> bool:
    """Whether a role may do more than another."""
    return RANK.index(role) > RANK.index(limit)


def lesser(one: Role, other: Role) -> Role:
    """Return the role that may do less."""
    return min(one, other, key=RANK.index)


def is_slug(text: str) -> bool:
    """Whether a text can stand for an organization in addresses: a label of a host name."""
    return len(text) <= LONGEST_SLUG and _SLUG.fullmatch(text) is not None


def slug_of(name: str) -> str:
    """Return the slug that a name suggests."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:40].strip("-") or "organization"


def new_key_text() -> str:
    """Return the text of a new key: our prefix, 178 random bits, and a CRC-32 so that typos are refused offline."""
    body = KEY_PREFIX + "".join(secrets.choice(_BASE62) for _ in range(_SECRET_DIGITS))
    return body + _checksum(body)


def has_valid_form(text: str) -> bool:
    """Whether a key can exist at all: texts with our prefix must end in their checksum, others are left alone."""
    if not text.startswith(KEY_PREFIX):
        return bool(text)
    return _checksum(text[:-_CHECKSUM_DIGITS]) == text[-_CHECKSUM_DIGITS:]


def key_digest(text: str) -> str:
    """Return what is stored of a key: the SHA-256 of its text, in hex. The text has 178 random bits: no salt is due."""
    return hashlib.sha256(text.encode()).hexdigest()


def shown_prefix(text: str) -> str:
    """Return the beginning of a key that may be shown: never all of it, never more than half of a short one."""
    return text[: min(_SHOWN, len(text) // 2)]


def _checksum(text: str) -> str:
    value = zlib.crc32(text.encode())
    digits = ""
    for _ in range(_CHECKSUM_DIGITS):
        value, digit = divmod(value, 62)
        digits = _BASE62[digit] + digits
    return digits
