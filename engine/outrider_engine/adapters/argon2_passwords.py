"""Passwords hashed with Argon2id."""

import argon2
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.profiles import RFC_9106_LOW_MEMORY

from outrider_engine.ports.passwords import PasswordHasher


class Argon2Passwords(PasswordHasher):
    """Hashes with the parameters of RFC 9106 for little memory, unless told otherwise."""

    def __init__(self, cost: argon2.Parameters = RFC_9106_LOW_MEMORY) -> None:
        self._hasher = argon2.PasswordHasher.from_parameters(cost)
        self._nobodys = _hash_of_no_password(cost)

    def hash(self, password: str) -> str:
        """Return what is stored of a password."""
        return self._hasher.hash(password)

    def verify(self, stored: str | None, password: str) -> bool:
        """Whether a password is the one that was hashed; without a stored hash it takes as long to say no."""
        try:
            self._hasher.verify(stored or self._nobodys, password)
        except (VerificationError, InvalidHashError):
            return False
        return stored is not None


def _hash_of_no_password(cost: argon2.Parameters) -> str:
    costs = f"m={cost.memory_cost},t={cost.time_cost},p={cost.parallelism}"
    return f"$argon2id$v={cost.version}${costs}${'A' * 22}${'A' * 43}"
