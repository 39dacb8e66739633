"""Accounts: users change their password, and operators give a new one to who forgot theirs."""

from collections.abc import Sequence

from outrider_engine.domain.audit import Action, somebody, user_acting
from outrider_engine.domain.members import User, normal_email
from outrider_engine.errors import Conflict, InvalidInput, NotFound
from outrider_engine.ports.storage import Storage

from .auditing import record_of_user
from .passwords import Passwords
from .sessions import open_session, user_of


class AccountService:
    """What belongs to users themselves, whatever organization they are in."""

    def __init__(self, *, storage: Storage, passwords: Passwords) -> None:
        self._storage = storage
        self._passwords = passwords

    def list(self, page: int, per_page: int) -> tuple[Sequence[User], int]:
        """Return one page of the users who can sign in, oldest first, and how many there are."""
        with self._storage.read() as tx:
            return tx.users.list(page, per_page)

    def change_password(self, token: str, *, current: str, new: str, address: str | None = None) -> int:
        """Give whoever is signed in another password; returns how many other sessions of theirs ended by that.

        Args:
            token: of their session, which goes on.
            current: the password that they have.
            new: the password that they want.
            address: from where the request comes.

        Raises:
            Unauthenticated: the session is over.
            InvalidInput: the new password can't be one, or the current one is wrong.
            LimitReached: it was wrong too often.
            Conflict: somebody else changed it at the same time.
        """
        hashed = self._passwords.hashed(new, "new_password")
        with self._storage.read() as tx:
            user = user_of(tx, open_session(tx, token))
        if not self._passwords.prove(user, user.email or user.id, current, address=address):
            with self._storage.begin() as tx:
                record_of_user(tx, user, Action.SIGN_IN_FAILED, actor=somebody())
            raise InvalidInput("is wrong", field="current_password")
        with self._storage.begin() as tx:
            session = open_session(tx, token)
            now = tx.users.get(session.user_id, lock=True)
            if now is None or now.password_hash != user.password_hash:
                raise Conflict("the password was changed at the same time", field="current_password")
            tx.users.set_password(user.id, hashed)
            ended = tx.sessions.end_all_of_user(user.id, but=session.id)
            record_of_user(tx, user, Action.PASSWORD_CHANGED, after={"ended_sessions": ended}, actor=user_acting(user))
        return ended

    def reset_password(self, email: str, new: str) -> int:
        """Give a user another password without knowing theirs; returns how many sessions ended: all that they had.

        Raises:
            InvalidInput: the new password can't be one.
            NotFound: nobody has that e-mail address.
        """
        hashed = self._passwords.hashed(new)
        with self._storage.begin() as tx:
            user = tx.users.by_email(normal_email(email) or "")
            if user is None:
                raise NotFound("user", email)
            tx.users.get(user.id, lock=True)
            tx.users.set_password(user.id, hashed)
            ended = tx.sessions.end_all_of_user(user.id)
            record_of_user(tx, user, Action.PASSWORD_CHANGED, after={"ended_sessions": ended})
        return ended
