"""Passwords hashed with Argon2id."""

import argon2
from argon2.exceptions import InvalidHashError, VerificationError

from outrider_engine.ports.passwords import PasswordHasher

_NOBODYS = "$argon2id$v=19$m=65536,t=3,p=4$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
"""The hash of no password, with the parameters of RFC 9106 that the library uses: refusing it costs the same."""


class Argon2Passwords(PasswordHasher):
    """Hashes with the library's parameters (RFC 9106, the choice for little memory)."""

    def __init__(self) -> None:
        self._hasher = argon2.PasswordHasher()

    def hash(self, password: str) -> str:
        """Return what is stored of a password."""
        return self._hasher.hash(password)

    def verify(self, stored: str | None, password: str) -> bool:
        """Whether a password is the one that was hashed; without a stored hash it takes as long to say no."""
        try:
            self._hasher.verify(stored or _NOBODYS, password)
        except (VerificationError, InvalidHashError):
            return False
        return stored is not None
