"""Secrets at rest."""

from typing import Protocol


class SecretBox(Protocol):
    """Encrypts what the database keeps."""

    def seal(self, plain: str) -> str:
        """Return the sealed text of a secret."""

    def open(self, sealed: str) -> str:
        """Return the secret of a sealed text.

        Raises:
            ConfigurationError: it was sealed with another key.
        """

    def renewed(self, sealed: str) -> str | None:
        """Return the same secret sealed with the newest key; ``None`` when it is already.

        Raises:
            ConfigurationError: it was sealed with a key that is not here.
        """
