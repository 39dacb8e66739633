"""Hashing passwords."""

from typing import Protocol


class PasswordHasher(Protocol):
    """A slow, salted hash that says itself how it was made."""

    def hash(self, password: str) -> str:
        """Return what is stored of a password."""

    def verify(self, stored: str | None, password: str) -> bool:
        """Whether a password is the one that was hashed; without a stored hash it takes as long to say no."""
