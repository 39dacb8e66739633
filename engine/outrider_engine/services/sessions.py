"""Sessions: people sign in with their password, work in one of their organizations, and sign out."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from outrider_engine.domain.audit import Action, somebody, user_acting
from outrider_engine.domain.identity import ApiKey, Organization
from outrider_engine.domain.ids import new_id
from outrider_engine.domain.members import ExternalIdentity, Member, User, normal_email, token_digest
from outrider_engine.domain.sessions import (
    UNSEEN,
    Browser,
    UserSession,
    acting_as,
    expiry,
    is_csrf_token_of,
    new_session_token,
)
from outrider_engine.errors import Conflict, Forbidden, ForgedRequest, NotFound, Unauthenticated
from outrider_engine.ports.storage import Storage, Transaction

from .auditing import record, record_of_user
from .identity import NOTED_EVERY
from .passwords import Passwords

WRONG_CREDENTIALS = "e-mail address or password is wrong"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """Who is signed in, and what they are in the organization where they are at work."""

    session: UserSession
    member: Member
    organization: Organization


class SessionService:
    """Sessions of browsers; ``token`` is always what the browser keeps.

    Args:
        storage: where they are kept.
        passwords: proves passwords.
        public_url: where browsers find the server, when that is not the address at which it is asked.
    """

    def __init__(self, *, storage: Storage, passwords: Passwords, public_url: str | None = None) -> None:
        self._storage = storage
        self._passwords = passwords
        self._public_host = urlsplit(public_url).netloc.lower() if public_url else None

    def sign_in(
        self, email: str, password: str, *, organization_id: str | None = None, browser: Browser = UNSEEN
    ) -> tuple[str, SignedIn]:
        """Begin a session, in the user's oldest organization unless one is named; returns its token, too.

        Args:
            email: whose.
            password: theirs.
            organization_id: where they want to be at work.
            browser: from where the request comes.

        Raises:
            LimitReached: there were too many wrong passwords from that address, or for that user.
            Unauthenticated: with the same words, after the same time, whether the user or the password is wrong.
            Forbidden: the user is a member of no organization.
            NotFound: the user is no member of that organization.
        """
        normal = normal_email(email) or ""
        with self._storage.read() as tx:
            user = tx.users.by_email(normal)
        if not self._passwords.prove(user, normal, password, address=browser.address) or user is None:
            raise Unauthenticated(WRONG_CREDENTIALS)
        return self._begin(user, organization_id, browser)

    def note_failure(self, email: str) -> None:
        """Note in the organizations of a user that a password was wrong; nothing happens when there is no such user.

        Not a part of ``sign_in``, whose time must not tell whether there is.
        """
        with self._storage.read() as tx:
            user = tx.users.by_email(normal_email(email) or "")
        if user is not None:
            with self._storage.begin() as tx:
                record_of_user(tx, user, Action.SIGN_IN_FAILED, actor=somebody())

    def sign_in_as(
        self, identity: ExternalIdentity, *, organization_id: str | None = None, browser: Browser = UNSEEN
    ) -> tuple[str, SignedIn]:
        """Begin a session of whom an identity provider has vouched for, as ``sign_in`` does with a password.

        Raises:
            Unauthenticated: nobody here is linked to that identity.
            Forbidden: the user is a member of no organization.
            NotFound: the user is no member of that organization.
        """
        with self._storage.read() as tx:
            user = tx.users.by_identity(identity)
        if user is None:
            raise Unauthenticated("nobody here has that identity; sign in with your password and link it first")
        return self._begin(user, organization_id, browser)

    def link(self, token: str, identity: ExternalIdentity) -> None:
        """Let an identity stand for who is signed in, from now on.

        Raises:
            Unauthenticated: the session is over.
            Conflict: it stands for somebody else.
        """
        with self._storage.begin() as tx:
            session = open_session(tx, token)
            if not tx.users.link(identity, session.user_id, tx.now):
                holder = tx.users.by_identity(identity)
                if holder is None or holder.id != session.user_id:
                    raise Conflict("that identity belongs to another user")

    def _begin(self, user: User, organization_id: str | None, browser: Browser) -> tuple[str, SignedIn]:
        token = new_session_token()
        with self._storage.begin() as tx:
            _refuse_outdated(tx, user)
            if organization_id is None:
                theirs = tx.members.organizations_of(user.id)
                if not theirs:
                    raise Forbidden("you are a member of no organization (any more); ask to be invited")
                organization_id = theirs[0][0].id
            session = UserSession(
                id=new_id("session", tx.now),
                organization_id=organization_id,
                user_id=user.id,
                created_at=tx.now,
                last_used_at=tx.now,
                expires_at=expiry(tx.now, tx.now),
                browser=browser,
            )
            found = _placed(tx, session)
            tx.sessions.add(session, token_digest(token))
            _record(tx, Action.SIGNED_IN, user, session)
        return token, found

    def authenticate(self, token: str) -> ApiKey:
        """Return what the holder of a session may do, in the form of a key, and note that it was used.

        Raises:
            Unauthenticated: the session is over, or its user was removed from the organization.
        """
        with self._storage.read() as tx:
            session, now = open_session(tx, token), tx.now
            member = tx.members.of_user(session.organization_id, session.user_id)
        if member is None:
            raise _signed_out()
        if now - session.last_used_at >= NOTED_EVERY:
            with self._storage.begin() as tx:
                tx.sessions.used(session.id, now, expiry(session.created_at, now))
        return acting_as(member, session.created_at)

    def current(self, token: str) -> SignedIn:
        """Return who is signed in.

        Raises:
            Unauthenticated: nobody is (any more).
        """
        with self._storage.read() as tx:
            session = open_session(tx, token)
            try:
                return _placed(tx, session)
            except NotFound:
                raise _signed_out() from None

    def switch(self, token: str, organization_id: str) -> SignedIn:
        """Let a session go on in another organization of its user.

        Raises:
            Unauthenticated: the session is over.
            NotFound: the user is no member of that organization.
        """
        with self._storage.begin() as tx:
            before = open_session(tx, token)
            found = _placed(tx, replace(before, organization_id=organization_id))
            if organization_id != before.organization_id:
                tx.sessions.switch(before.id, organization_id)
                _record(tx, Action.SIGNED_IN, user_of(tx, before), found.session)
        return found

    def of_user(self, token: str, page: int, per_page: int) -> tuple[UserSession, Sequence[UserSession], int]:
        """Return the session itself, one page of all that its user has, newest first, and how many these are.

        Raises:
            Unauthenticated: the session is over.
        """
        with self._storage.read() as tx:
            own = open_session(tx, token)
            return own, *tx.sessions.of_user(own.user_id, tx.now, page, per_page)

    def end(self, token: str, id: str) -> bool:
        """End a session of the same user, here or elsewhere; returns whether it was this one.

        Raises:
            Unauthenticated: the session that wants it is over.
            NotFound: the user has no such session.
        """
        with self._storage.begin() as tx:
            own = open_session(tx, token)
            ended = tx.sessions.of_id(own.user_id, id, tx.now)
            if ended is None:
                raise NotFound("session", id)
            tx.sessions.end(id)
            _record(tx, Action.SIGNED_OUT, user_of(tx, own), ended)
        return own.id == id

    def sign_out_everywhere(self, token: str) -> int:
        """End all sessions of a user, this one too; returns how many there were.

        Raises:
            Unauthenticated: the session is over already.
        """
        with self._storage.begin() as tx:
            user = user_of(tx, open_session(tx, token))
            ended = tx.sessions.end_all_of_user(user.id)
            record_of_user(tx, user, Action.SIGNED_OUT, after={"ended_sessions": ended}, actor=user_acting(user))
        return ended

    def sign_out(self, token: str) -> UserSession:
        """End a session.

        Raises:
            Unauthenticated: it is over already.
        """
        with self._storage.begin() as tx:
            session = open_session(tx, token)
            tx.sessions.end(session.id)
            _record(tx, Action.SIGNED_OUT, user_of(tx, session), session)
        return session

    def refuse_foreign(self, origin: str | None, host: str) -> None:
        """Refuse what a page of another site sent; ``host`` is to whom the request was made, with its port.

        Raises:
            ForgedRequest: it comes from another site.
        """
        own = {host.lower(), self._public_host}
        if origin is not None and origin.partition("://")[2].lower() not in own:
            raise ForgedRequest("the request comes from a page of another site (Origin)")

    def refuse_forged(self, token: str, csrf_token: str | None) -> None:
        """Refuse what may have been sent without the knowledge of who is signed in.

        Raises:
            ForgedRequest: the session's CSRF token is missing or wrong.
        """
        if not is_csrf_token_of(token, csrf_token or ""):
            said = "wrong" if csrf_token else "missing"
            raise ForgedRequest(f"X-CSRF-Token is {said}: GET /api/v1/session shows what it must be")


def open_session(tx: Transaction, token: str) -> UserSession:
    """Return a session by what the browser keeps of it.

    Raises:
        Unauthenticated: it is over.
    """
    found = tx.sessions.by_digest(token_digest(token))
    if found is None or found.expires_at <= tx.now:
        raise _signed_out()
    return found


def user_of(tx: Transaction, session: UserSession) -> User:
    """Return whose a session is."""
    user = tx.users.get(session.user_id)
    assert user is not None, "a session's row refers to its user"
    return user


def _record(tx: Transaction, action: Action, user: User, session: UserSession) -> None:
    name = user.email or user.name
    where = {"address": session.browser.address, "user_agent": session.browser.user_agent}
    record(
        tx,
        session.organization_id,
        action,
        "session",
        session.id,
        before=where if action is Action.SIGNED_OUT else None,
        after=where if action is Action.SIGNED_IN else None,
        name=name,
        actor=user_acting(user),
    )


def _refuse_outdated(tx: Transaction, user: User) -> None:
    """Refuse whom an old password let in while it was being changed: the change has ended the sessions already."""
    now = tx.users.get(user.id, lock=True)
    if now is None or now.password_hash != user.password_hash:
        raise Unauthenticated(WRONG_CREDENTIALS)


def _placed(tx: Transaction, session: UserSession) -> SignedIn:
    member = tx.members.of_user(session.organization_id, session.user_id)
    organization = tx.organizations.get(session.organization_id)
    if member is None or organization is None:
        raise NotFound("organization", session.organization_id)
    return SignedIn(session=session, member=member, organization=organization)


def _signed_out() -> Unauthenticated:
    return Unauthenticated("you are not signed in (any more)")
