"""Users and members in the database."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, delete, func, select, update

from outrider_engine.domain.identity import Organization, Role
from outrider_engine.domain.members import ExternalIdentity, InvitationMail, Member, User
from outrider_engine.domain.notifications import DeliveryState

from .identity import organization_of
from .schema import external_identities, invitation_mails, members, organizations, users
from .session import Session

MEMBERS = select(
    members.c.id,
    members.c.organization_id,
    members.c.user_id,
    members.c.role,
    members.c.expires_at,
    members.c.created_at,
    users.c.name,
    func.coalesce(users.c.email, members.c.email).label("email"),
    invitation_mails.c.state.label("mail_state"),
    invitation_mails.c.last_error.label("mail_error"),
).select_from(
    members.outerjoin(users, users.c.id == members.c.user_id).outerjoin(
        invitation_mails, invitation_mails.c.member_id == members.c.id
    )
)
"""Members and invitations with what is known of their user or their mail."""


class SqlUsers:
    """Implements ``UserRepository``."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, user: User) -> bool:
        """Store a new user; ``False`` when another one has that e-mail address."""
        values = {
            "id": user.id,
            "name": user.name,
            "email": user.email,
            "password_hash": user.password_hash,
            "created_at": user.created_at,
        }
        return self._session.inserts(self._session.insert(users).values(**values).on_conflict_do_nothing())

    def get(self, id: str, *, lock: bool = False) -> User | None:
        """Return a user; with ``lock``, nobody else changes them before this transaction ends."""
        wanted = select(users).where(users.c.id == id)
        return self._one(self._session.locked(wanted) if lock else wanted)

    def list(self, page: int, per_page: int) -> tuple[Sequence[User], int]:
        """Return one page of the users who have an e-mail address, oldest first, and how many there are."""
        rows, total = self._session.page(
            select(users).where(users.c.email.is_not(None)).order_by(users.c.id), page, per_page
        )
        return [_user_of(row) for row in rows], total

    def set_password(self, id: str, password_hash: str) -> None:
        """Keep the hash of another password."""
        self._session.run(update(users).where(users.c.id == id).values(password_hash=password_hash))

    def by_email(self, email: str) -> User | None:
        """Return the user with an address in its normal form."""
        return self._one(select(users).where(users.c.email == email))

    def by_identity(self, identity: ExternalIdentity) -> User | None:
        """Return the user whom an identity provider knows as that."""
        known = external_identities.c
        theirs = (known.issuer == identity.issuer, known.subject == identity.subject)
        return self._one(select(users).join(external_identities, known.user_id == users.c.id).where(*theirs))

    def link(self, identity: ExternalIdentity, user_id: str, now: datetime) -> bool:
        """Let an identity stand for a user; ``False`` when it stands for somebody already."""
        values = {"issuer": identity.issuer, "subject": identity.subject, "user_id": user_id, "created_at": now}
        new = self._session.insert(external_identities).values(**values)
        return self._session.inserts(new.on_conflict_do_nothing())

    def _one(self, query: Select[Any]) -> User | None:
        row = self._session.first(query)
        return None if row is None else _user_of(row)


class SqlMembers:
    """Implements ``MemberRepository``."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, member: Member, digest: str | None = None) -> bool:
        """Store a place that is taken, or an invitation with its digest; ``False`` when they are there already."""
        values = {
            "id": member.id,
            "organization_id": member.organization_id,
            "user_id": member.user_id,
            "email": member.email if member.user_id is None else None,
            "role": member.role.value,
            "token_digest": digest,
            "expires_at": member.expires_at,
            "created_at": member.created_at,
        }
        return self._session.inserts(self._session.insert(members).values(**values).on_conflict_do_nothing())

    def get(self, organization_id: str, id: str, *, lock: bool = False) -> Member | None:
        """Return a member or somebody invited; with ``lock``, nobody else changes them before this transaction ends."""
        mine = (members.c.organization_id == organization_id, members.c.id == id)
        if lock:  # the row itself: outer joins can't be locked
            self._session.first(self._session.locked(select(members.c.id).where(*mine)))
        return self._one(MEMBERS.where(*mine))

    def of_user(self, organization_id: str, user_id: str) -> Member | None:
        """Return a user's membership."""
        return self._one(MEMBERS.where(members.c.organization_id == organization_id, members.c.user_id == user_id))

    def by_digest(self, digest: str) -> Member | None:
        """Return the invitation with that digest, expired ones too."""
        return self._one(MEMBERS.where(members.c.token_digest == digest))

    def list(self, organization_id: str, page: int, per_page: int) -> tuple[Sequence[Member], int]:
        """Return one page of members and invited people, oldest first, and how many there are."""
        wanted = MEMBERS.where(members.c.organization_id == organization_id).order_by(members.c.id)
        rows, total = self._session.page(wanted, page, per_page)
        return [member_of(row) for row in rows], total

    def with_email(self, organization_id: str, email: str) -> Member | None:
        """Return the member or invited person with that address."""
        address = func.coalesce(users.c.email, members.c.email)
        return self._one(MEMBERS.where(members.c.organization_id == organization_id, address == email))

    def owners(self, organization_id: str) -> Sequence[Member]:
        """Return the owners, oldest first, locked until the transaction ends: nobody else changes who they are."""
        self._session.serialize([f"owners of {organization_id}"])
        owning = (
            members.c.organization_id == organization_id,
            members.c.role == Role.OWNER.value,
            members.c.user_id.is_not(None),
        )
        return [member_of(row) for row in self._session.all(MEMBERS.where(*owning).order_by(members.c.id))]

    def set_role(self, organization_id: str, id: str, role: Role) -> None:
        """Change a role."""
        mine = (members.c.organization_id == organization_id, members.c.id == id)
        self._session.run(update(members).where(*mine).values(role=role.value))

    def renew(self, id: str, digest: str, expires_at: datetime) -> None:
        """Give an invitation another token and time."""
        self._session.run(update(members).where(members.c.id == id).values(token_digest=digest, expires_at=expires_at))

    def join(self, id: str, digest: str, user_id: str) -> bool:
        """Let a user take the place that the invitation with this digest offers; ``False`` when it is gone."""
        taken = {"user_id": user_id, "email": None, "token_digest": None, "expires_at": None}
        offered = (members.c.id == id, members.c.token_digest == digest)
        return self._session.changes(update(members).where(*offered).values(**taken)) == 1

    def remove(self, organization_id: str, id: str) -> bool:
        """Remove a member or an invitation; ``False`` when there is none."""
        mine = (members.c.organization_id == organization_id, members.c.id == id)
        return self._session.changes(delete(members).where(*mine)) == 1

    def organizations_of(self, user_id: str) -> Sequence[tuple[Organization, Role]]:
        """Return the organizations of a user and the role in each, oldest first."""
        joined = organizations.join(members, members.c.organization_id == organizations.c.id)
        query = select(organizations, members.c.role).select_from(joined).where(members.c.user_id == user_id)
        rows = self._session.all(query.order_by(organizations.c.id))
        return [(organization_of(row), Role(row.role)) for row in rows]

    def _one(self, query: Select[Any]) -> Member | None:
        row = self._session.first(query)
        return None if row is None else member_of(row)


def _user_of(row: Row[Any]) -> User:
    return User(id=row.id, name=row.name, email=row.email, password_hash=row.password_hash, created_at=row.created_at)


def member_of(row: Row[Any]) -> Member:
    """Return a row of ``MEMBERS`` as a member."""
    return Member(
        id=row.id,
        organization_id=row.organization_id,
        user_id=row.user_id,
        name=row.name,
        email=row.email,
        role=Role(row.role),
        expires_at=row.expires_at,
        created_at=row.created_at,
        mail=_mail_of(row),
    )


def _mail_of(row: Row[Any]) -> InvitationMail | None:
    if row.mail_state is None:
        return None
    return InvitationMail(state=DeliveryState(row.mail_state), last_error=row.mail_error)
