"""Stored organizations, API keys, locations, and the signs of life of the engine's parts."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from outrider_engine.domain.identity import ApiKey, Organization, Role


class OrganizationRepository(Protocol):
    """Organizations."""

    def add(self, organization: Organization) -> bool:
        """Store a new organization with its default project; ``False`` when another one has its slug."""

    def replace(self, organization: Organization) -> bool:
        """Store a changed organization; ``False`` when another one has its slug."""

    def get(self, id: str, *, lock: bool = False) -> Organization | None:
        """Return an organization; with ``lock``, nobody else changes it before this transaction ends."""

    def list(self) -> Sequence[Organization]:
        """Return all organizations, oldest first."""

    def ids_after(self, id: str | None, limit: int) -> Sequence[str]:
        """Return the ids of the next organizations after one, or of the first ones, oldest first."""

    def count(self) -> int:
        """Return how many there are."""


class ApiKeyRepository(Protocol):
    """API keys; of their text only a digest is stored."""

    def add(self, key: ApiKey, digest: str) -> bool:
        """Store a new key; ``False`` when the organization has one of that name or the text is already in use."""

    def by_digest(self, digest: str) -> ApiKey | None:
        """Return the key whose text has that digest, revoked and expired ones too.

        The text that a key had before it was rotated counts until its time is over.
        """

    def get(self, organization_id: str, id: str) -> ApiKey | None:
        """Return a key that is not revoked."""

    def rotate(self, key: ApiKey, digest: str, previous_until: datetime | None) -> None:
        """Give a key another text (and the prefix of ``key``); the old one counts until ``previous_until``."""

    def list(self, organization_id: str, page: int, per_page: int) -> tuple[Sequence[ApiKey], int]:
        """Return one page of the keys that are not revoked, oldest first, and how many there are."""

    def revoke(self, organization_id: str, id: str, now: datetime) -> bool:
        """Revoke a key; ``False`` when there is none that is not revoked yet."""

    def revoke_of_user(self, organization_id: str, user_id: str, now: datetime) -> int:
        """Revoke all keys that act for a user in an organization, and return how many."""

    def limit_of_user(self, organization_id: str, user_id: str, role: Role) -> int:
        """Take from the keys of a user what they may do beyond a role, and return how many these were."""

    def used(self, id: str, now: datetime) -> None:
        """Note that a key was used."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heartbeat:
    """A sign of life. ``component`` is ``scheduler``, ``reaper``, ``notifier`` or ``worker``.

    ``location`` is where a worker serves (``*`` for everywhere) and ``queues`` what it takes; empty for other parts.
    """

    component: str
    instance: str
    seen_at: datetime
    location: str = ""
    queues: tuple[str, ...] = ()


class LocationRepository(Protocol):
    """Names of locations that checks may use."""

    def names(self) -> Sequence[str]:
        """Return all names, sorted."""

    def in_use(self) -> set[str]:
        """Return the names at which active checks run."""

    def add(self, names: Collection[str]) -> None:
        """Add names; known ones are left alone."""


class HeartbeatRepository(Protocol):
    """Signs of life, for the status page and for telling which locations are served."""

    def beat(self, heartbeat: Heartbeat) -> None:
        """Record a sign of life."""

    def gone(self, component: str, instance: str) -> None:
        """Forget a part that stopped in order."""

    def list(self, *, seen_after: datetime | None = None) -> Sequence[Heartbeat]:
        """Return the signs of life, newest first."""
