"""Stored users, and their places in organizations."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from outrider_engine.domain.identity import Organization, Role
from outrider_engine.domain.members import ExternalIdentity, Member, User


class UserRepository(Protocol):
    """Users; they belong to the installation, their memberships to organizations."""

    def add(self, user: User) -> bool:
        """Store a new user; ``False`` when another one has that e-mail address."""

    def get(self, id: str, *, lock: bool = False) -> User | None:
        """Return a user; with ``lock``, nobody else changes them before this transaction ends."""

    def list(self, page: int, per_page: int) -> tuple[Sequence[User], int]:
        """Return one page of the users who have an e-mail address, oldest first, and how many there are."""

    def set_password(self, id: str, password_hash: str) -> None:
        """Keep the hash of another password."""

    def by_email(self, email: str) -> User | None:
        """Return the user with an address in its normal form."""

    def by_identity(self, identity: ExternalIdentity) -> User | None:
        """Return the user whom an identity provider knows as that."""

    def link(self, identity: ExternalIdentity, user_id: str, now: datetime) -> bool:
        """Let an identity stand for a user; ``False`` when it stands for somebody already."""


class MemberRepository(Protocol):
    """Members and invitations; of an invitation's token only a digest is stored."""

    def add(self, member: Member, digest: str | None = None) -> bool:
        """Store a place that is taken, or an invitation with its digest; ``False`` when they are there already."""

    def get(self, organization_id: str, id: str, *, lock: bool = False) -> Member | None:
        """Return a member or somebody invited; with ``lock``, nobody else changes them before this transaction ends."""

    def of_user(self, organization_id: str, user_id: str) -> Member | None:
        """Return a user's membership."""

    def by_digest(self, digest: str) -> Member | None:
        """Return the invitation with that digest, expired ones too."""

    def list(self, organization_id: str, page: int, per_page: int) -> tuple[Sequence[Member], int]:
        """Return one page of members and invited people, oldest first, and how many there are."""

    def with_email(self, organization_id: str, email: str) -> Member | None:
        """Return the member or invited person with that address."""

    def owners(self, organization_id: str) -> Sequence[Member]:
        """Return the owners, oldest first, locked until the transaction ends: nobody else changes who they are."""

    def set_role(self, organization_id: str, id: str, role: Role) -> None:
        """Change a role."""

    def renew(self, id: str, digest: str, expires_at: datetime) -> None:
        """Give an invitation another token and time."""

    def join(self, id: str, digest: str, user_id: str) -> bool:
        """Let a user take the place that the invitation with this digest offers; ``False`` when it is gone."""

    def remove(self, organization_id: str, id: str) -> bool:
        """Remove a member or an invitation; ``False`` when there is none."""

    def organizations_of(self, user_id: str) -> Sequence[tuple[Organization, Role]]:
        """Return the organizations of a user and the role in each, oldest first."""
