"""The audit log: who changed what, from what to what, from where and when."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, fields, is_dataclass
from datetime import datetime
from enum import Enum, StrEnum
from typing import Any

from .identity import ApiKey
from .json_values import JsonObject, JsonValue
from .members import User


class ActorKind(StrEnum):
    """As what somebody acts."""

    API_KEY = "api_key"
    USER = "user"
    INVITATION = "invitation"
    ANONYMOUS = "anonymous"
    OPERATOR = "operator"
    ENGINE = "engine"


class Action(StrEnum):
    """What was done to something."""

    CREATED = "created"
    UPDATED = "updated"
    DELETED = "deleted"
    RESTORED = "restored"
    RESOLVED = "resolved"
    ACKNOWLEDGED = "acknowledged"
    REVOKED = "revoked"
    ROTATED = "rotated"
    INVITED = "invited"
    JOINED = "joined"
    SIGNED_IN = "signed_in"
    SIGNED_OUT = "signed_out"
    SIGN_IN_FAILED = "sign_in_failed"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - what was done, no password


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who makes a change, and from where: ``address`` is that of the client, ``None`` on the server itself."""

    kind: ActorKind
    id: str | None = None
    name: str
    user_id: str | None = None
    address: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """One change. ``before`` and ``after`` hold the fields that differ; of what is new or gone, all that it has."""

    id: str
    organization_id: str
    at: datetime
    actor: Actor
    action: Action
    subject: str
    subject_id: str
    subject_name: str
    before: JsonObject | None
    after: JsonObject | None


OPERATOR = Actor(kind=ActorKind.OPERATOR, name="operator")
"""Whoever has a shell on the server."""
ENGINE = Actor(kind=ActorKind.ENGINE, name="outrider")
"""Outrider itself, when it changes something of its own accord."""


@dataclass(slots=True)
class Acting:
    """Who acts in a request; known once their key or session has been recognised, in whichever thread that happens.

    ``project_id`` is the only project in which they may, ``None`` for all of their organization.
    """

    actor: Actor
    project_id: str | None = None

    def recognised(self, key: ApiKey) -> None:
        """Let the holder of a key be the one who acts."""
        self.actor = Actor(
            kind=ActorKind.API_KEY, id=key.id, name=key.name, user_id=key.user_id, address=self.actor.address
        )
        self.project_id = key.project_id

    def signed_in(self, person: ApiKey) -> None:
        """Let somebody who signed in be the one who acts; ``person`` is what they may do, in the form of a key."""
        self.actor = Actor(
            kind=ActorKind.USER, id=person.id, name=person.name, user_id=person.user_id, address=self.actor.address
        )


ACTING: ContextVar[Acting | None] = ContextVar("outrider_acting", default=None)
"""For whom the running code works; unset outside of requests."""


@contextmanager
def request_from(address: str | None) -> Iterator[None]:
    """Let whoever a request comes from act within the block: somebody with an invitation, unless a key says more."""
    token = ACTING.set(Acting(Actor(kind=ActorKind.INVITATION, name="invitation", address=address)))
    try:
        yield
    finally:
        ACTING.reset(token)


def current_actor() -> Actor:
    """Return who acts: the caller of the request that is under way, else the operator."""
    acting = ACTING.get()
    return OPERATOR if acting is None else acting.actor


def user_acting(user: User) -> Actor:
    """Return a user, known by their password or session, as the one who acts."""
    name = user.email or user.name
    return Actor(kind=ActorKind.USER, id=user.id, name=name, user_id=user.id, address=current_actor().address)


def somebody() -> Actor:
    """Return as the one who acts whoever a request comes from, of whom no more is known."""
    return Actor(kind=ActorKind.ANONYMOUS, name="anonymous", address=current_actor().address)


def current_project() -> str | None:
    """Return the only project in which the caller of the request that is under way may act; ``None`` for all."""
    acting = ACTING.get()
    return None if acting is None else acting.project_id


UNSAID = frozenset(
    {
        *(
            "id",
            "organization_id",
            "created_at",
            "updated_at",
            "revision",
            "version",
            "next_due_at",
            "last_used_at",
            "guest",
            "mail",
        ),
        *("sealed_secrets", "sealed", "secret", "digest", "password_hash"),
    }
)
"""Fields that are no part of an entry: they say nothing about the change, or are secret."""


def described(value: object) -> JsonObject:
    """Return the fields of a value of the domain as JSON, without those of ``UNSAID``."""
    plain = _plain(value)
    return plain if isinstance(plain, dict) else {}


def differing(before: JsonObject, after: JsonObject) -> tuple[JsonObject, JsonObject]:
    """Return the fields that differ, as they were and as they are."""
    names = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    return {name: before.get(name) for name in names}, {name: after.get(name) for name in names}


def _plain(value: Any) -> JsonValue:
    if is_dataclass(value) and not isinstance(value, type):
        return {one.name: _plain(getattr(value, one.name)) for one in fields(value) if one.name not in UNSAID}
    if isinstance(value, Enum):
        plain: JsonValue = value.value
        return plain
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(name): _plain(item) for name, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(item) for item in value]
    return value if isinstance(value, str | int | float | bool | None) else str(value)
