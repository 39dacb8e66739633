"""The people of an organization: listed, invited, given other roles, removed; and how the invited come in."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from outrider_engine.domain.audit import Action, somebody
from outrider_engine.domain.identity import ApiKey, Organization, Role, exceeds
from outrider_engine.domain.ids import new_id
from outrider_engine.domain.members import (
    INVITATION_LASTS,
    Member,
    MemberStatus,
    User,
    new_invitation_token,
    normal_email,
    token_digest,
)
from outrider_engine.errors import Conflict, Forbidden, InvalidInput, NotFound
from outrider_engine.ports.storage import Storage, Transaction

from .auditing import record, record_of_user
from .expecting import Expecting, anything
from .invitation_mails import InvitationPost
from .organizations import validate_name
from .passwords import Passwords
from .quotas import Quotas
from .validation import refuse_unstorable


@dataclass(frozen=True, slots=True, kw_only=True)
class Invited:
    """An invitation and its token, which is shown this once. ``not_mailed`` says why no mail carries it."""

    member: Member
    token: str = field(repr=False)
    not_mailed: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """Who accepts or accepted an invitation, and where it lets them in."""

    member: Member
    organization: Organization


class MemberService:
    """Members and invitations; ``key`` is always that of the one who asks, as it stands in the organization."""

    def __init__(self, *, storage: Storage, passwords: Passwords, quotas: Quotas, post: InvitationPost) -> None:
        self._storage = storage
        self._post = post
        self._passwords = passwords
        self._quotas = quotas

    def list(self, key: ApiKey, page: int, per_page: int) -> tuple[Sequence[Member], int]:
        """Return one page of members and invited people, oldest first, and how many there are."""
        with self._storage.read() as tx:
            return tx.members.list(key.organization_id, page, per_page)

    def get(self, key: ApiKey, id: str) -> Member:
        """Return a member or somebody invited.

        Raises:
            NotFound: there is no such member.
        """
        with self._storage.read() as tx:
            member = tx.members.get(key.organization_id, id)
        if member is None:
            raise NotFound("member", id)
        return member

    def set_role(self, key: ApiKey, id: str, role: str, *, expecting: Expecting[Member] = anything) -> Member:
        """Give a member or somebody invited another role; keys that act for a member may do no more from now on.

        Raises:
            NotFound: there is no such member.
            InvalidInput: there is no such role.
            Forbidden: the member has, or would get, a higher role than the one who asks.
            Conflict: it is the last owner.
            PreconditionFailed: they are not what the caller expects.
        """
        wanted = _role(role)
        with self._storage.begin() as tx:
            before = _changeable(tx, key, id)
            expecting(before)
            _refuse_higher(key, wanted)
            if wanted is not Role.OWNER:
                _refuse_last_owner(tx, before, "can't be given another role")
            tx.members.set_role(key.organization_id, id, wanted)
            if before.user_id is not None and exceeds(before.role, wanted):
                tx.keys.limit_of_user(key.organization_id, before.user_id, wanted)
            after = replace(before, role=wanted)
            record(tx, key.organization_id, Action.UPDATED, "member", id, before=before, after=after)
        return after

    def remove(self, key: ApiKey, id: str, *, expecting: Expecting[Member] = anything) -> None:
        """Remove a member, whose keys and sessions in this organization end, or an invitation.

        Raises:
            NotFound: there is no such member.
            Forbidden: the member has a higher role than the one who asks.
            Conflict: it is the last owner.
            PreconditionFailed: they are not what the caller expects.
        """
        with self._storage.begin() as tx:
            member = _changeable(tx, key, id)
            expecting(member)
            self._remove(tx, key, member)

    def invite(self, key: ApiKey, email: str, role: str) -> Invited:
        """Invite whoever has an e-mail address, by mail where that is set up; the invitation ends after seven days.

        Raises:
            InvalidInput: the address or the role is none.
            Forbidden: the role is higher than that of the one who asks.
            Conflict: they are a member or invited already.
            PlanLimitReached: the plan allows no more members.
        """
        address = normal_email(email)
        if address is None:
            raise InvalidInput("is not an e-mail address", field="email")
        refuse_unstorable(address, "email")
        wanted = _role(role)
        _refuse_higher(key, wanted)
        token = new_invitation_token()
        with self._storage.begin() as tx:
            there = tx.members.with_email(key.organization_id, address)
            if there is None:
                self._quotas.refuse_member(tx, key.organization_id)
            member = Member(
                id=new_id("member", tx.now),
                organization_id=key.organization_id,
                email=address,
                role=wanted,
                created_at=tx.now,
                expires_at=tx.now + INVITATION_LASTS,
            )
            if there is not None or not tx.members.add(member, token_digest(token)):
                is_member = there is not None and there.status is MemberStatus.ACTIVE
                raise Conflict("is a member already" if is_member else "is invited already; resend it", field="email")
            record(tx, key.organization_id, Action.INVITED, "member", member.id, after=member)
            return self._posted(tx, member, token)

    def resend(self, key: ApiKey, id: str) -> Invited:
        """Give an invitation, expired or not, a new token and another seven days; the old token stops working.

        Raises:
            NotFound: there is no such invitation.
            Forbidden: its role is higher than that of the one who asks.
        """
        token = new_invitation_token()
        with self._storage.begin() as tx:
            before = _invitation(tx, key, id)
            after = replace(before, expires_at=tx.now + INVITATION_LASTS)
            tx.members.renew(id, token_digest(token), tx.now + INVITATION_LASTS)
            record(tx, key.organization_id, Action.INVITED, "member", id, before=before, after=after)
            return self._posted(tx, after, token)

    def revoke(self, key: ApiKey, id: str) -> None:
        """Take an invitation back.

        Raises:
            NotFound: there is no such invitation.
            Forbidden: its role is higher than that of the one who asks.
        """
        with self._storage.begin() as tx:
            self._remove(tx, key, _invitation(tx, key, id))

    def invitation(self, token: str) -> Joined:
        """Return whom an invitation's token lets in, and where.

        Raises:
            NotFound: the invitation was never made, has expired, was revoked or is accepted already.
        """
        with self._storage.read() as tx:
            member = _open_invitation(tx, token_digest(token))
            organization = tx.organizations.get(member.organization_id)
            assert organization is not None, "a member's row refers to its organization"
        return Joined(member=member, organization=organization)

    def accept(self, token: str, *, password: str, name: str | None = None, address: str | None = None) -> Joined:
        """Let whoever holds an invitation's token come in: as a new user, or as the user with that address.

        The password is the new user's, or proves that it is the user who exists: the token alone must not do, since
        whoever invited has seen it. ``address`` is from where the request comes.

        Raises:
            NotFound: the invitation was never made, has expired, was revoked or is accepted already.
            InvalidInput: the password or the name is wrong.
            Forbidden: the address belongs to a user who has another password.
            LimitReached: it was wrong too often.
        """
        digest = token_digest(token)
        with self._storage.read() as tx:
            invitation = _open_invitation(tx, digest)
            known = tx.users.by_email(invitation.email or "")
        if known is not None:
            if not self._passwords.prove(known, known.email or known.id, password, address=address):
                with self._storage.begin() as tx:
                    record_of_user(tx, known, Action.SIGN_IN_FAILED, actor=somebody())
                raise Forbidden("there is a user of that e-mail address already: the password must be theirs")
            hashed = None
        else:
            hashed = self._passwords.hashed(password)
        with self._storage.begin() as tx:
            invitation = _open_invitation(tx, digest)
            user = known or self._new_user(tx, invitation, name, hashed)
            if not tx.members.join(invitation.id, digest, user.id):
                raise NotFound("invitation (any more)")
            tx.invitation_mails.drop(invitation.id)
            organization = tx.organizations.get(invitation.organization_id)
            assert organization is not None, "a member's row refers to its organization"
            member = replace(invitation, user_id=user.id, name=user.name, expires_at=None, mail=None)
            record(tx, organization.id, Action.JOINED, "member", member.id, before=invitation, after=member)
        return Joined(member=member, organization=organization)

    def _posted(self, tx: Transaction, member: Member, token: str) -> Invited:
        return Invited(member=self._post.put(tx, member, token), token=token, not_mailed=self._post.missing)

    def _new_user(self, tx: Transaction, invitation: Member, name: str | None, hashed: str | None) -> User:
        chosen = name if name is not None else (invitation.email or "").partition("@")[0]
        validate_name(chosen)
        user = User(
            id=new_id("user", tx.now),
            name=chosen,
            email=invitation.email,
            password_hash=hashed,
            created_at=tx.now,
        )
        if not tx.users.add(user):
            raise Conflict("there is a user of that e-mail address by now; try again with their password")
        return user

    def _remove(self, tx: Transaction, key: ApiKey, member: Member) -> None:
        _refuse_last_owner(tx, member, "can't be removed")
        if not tx.members.remove(key.organization_id, member.id):
            raise NotFound("member", member.id)
        if member.user_id is not None:
            tx.keys.revoke_of_user(key.organization_id, member.user_id, tx.now)
            tx.sessions.end_of_user(key.organization_id, member.user_id)
        record(tx, key.organization_id, Action.DELETED, "member", member.id, before=member)


def _role(text: str) -> Role:
    if text not in list(Role):
        raise InvalidInput("is not a role", field="role", allowed=list(Role), given=text)
    return Role(text)


def _changeable(tx: Transaction, key: ApiKey, id: str) -> Member:
    member = tx.members.get(key.organization_id, id, lock=True)
    if member is None:
        raise NotFound("member", id)
    _refuse_higher(key, member.role)
    return member


def _invitation(tx: Transaction, key: ApiKey, id: str) -> Member:
    member = tx.members.get(key.organization_id, id, lock=True)
    if member is None or member.status is not MemberStatus.INVITED:
        raise NotFound("invitation", id)
    _refuse_higher(key, member.role)
    return member


def _open_invitation(tx: Transaction, digest: str) -> Member:
    found = tx.members.by_digest(digest)
    if found is None or not found.is_open(tx.now):
        raise NotFound("invitation (any more)")
    return found


def _refuse_higher(key: ApiKey, role: Role) -> None:
    if exceeds(role, key.role):
        raise Forbidden(f"who is {key.role} can't decide about the role {role}")


def _refuse_last_owner(tx: Transaction, member: Member, refused: str) -> None:
    if member.role is not Role.OWNER or member.status is not MemberStatus.ACTIVE:
        return
    if [each.id for each in tx.members.owners(member.organization_id)] == [member.id]:
        raise Conflict(f"the last owner {refused}; make somebody else an owner first")
