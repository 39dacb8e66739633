"""Passwords of users: proven without letting anybody guess, and chosen."""

from outrider_engine.domain.members import User
from outrider_engine.errors import InvalidInput, LimitReached
from outrider_engine.ports.passwords import PasswordHasher

from .rates import Rates
from .validation import refuse_unstorable

SHORTEST_PASSWORD = 10
LONGEST_PASSWORD = 200


class Passwords:
    """Everything that is done with a password.

    Args:
        hasher: hashes and compares.
        rates: limits how often somebody may be wrong.
    """

    def __init__(self, *, hasher: PasswordHasher, rates: Rates) -> None:
        self._hasher = hasher
        self._rates = rates

    def prove(self, user: User | None, email: str, password: str, *, address: str | None) -> bool:
        """Whether a password is a user's; wrong ones count against the address and the place that they come from.

        It counts before anybody knows, so that many guesses at a time are no more than one by one; what was right is
        given back. Once there were too many wrong ones, the right one is refused, too, or guessing would go on.

        Args:
            user: whose it should be; for nobody's it takes as long to say no.
            email: as whom somebody comes, in the normal form of addresses.
            password: what they say.
            address: from where they come.

        Raises:
            LimitReached: there were too many wrong ones from that place, or for that user.
        """
        wait_s = self._rates.take_guess(email, address).retry_after_s
        if wait_s is not None:
            raise LimitReached("too many wrong passwords; try again later", code="rate_limited", retry_after_s=wait_s)
        if not self._hasher.verify(None if user is None else user.password_hash, password):
            return False
        self._rates.give_back_guess(email, address)
        return True

    def hashed(self, password: str, field: str = "password") -> str:
        """Return what is stored of a new password.

        Raises:
            InvalidInput: it is too short, too long or can't be typed again; says so, without the password.
        """
        if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
            raise InvalidInput(f"must have {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters", field=field)
        refuse_unstorable(password, field)
        return self._hasher.hash(password)
