"""Secrets at rest, sealed with Fernet (AES-128-CBC and HMAC-SHA-256); several keys while one replaces another."""

import os
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from outrider_engine.errors import ConfigurationError

_KEY_FILE = "secret.key"
_OTHER_KEY = "OUTRIDER_SECRET_KEY: a stored secret was sealed with another key"


class FernetBox:
    """Seals with the first of its keys, opens with any of them."""

    def __init__(self, keys: str) -> None:
        """Take one or more Fernet keys, newest first, separated by commas.

        Raises:
            ConfigurationError: a key is not 32 bytes in URL-safe base 64.
        """
        try:
            fernets = [Fernet(key.strip()) for key in keys.split(",") if key.strip()]
            self._fernet = MultiFernet(fernets)
        except ValueError:
            raise ConfigurationError(
                "OUTRIDER_SECRET_KEY: not a Fernet key (32 bytes in URL-safe base 64); make one with "
                '`python -c "from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())"`'
            ) from None

        self._newest = fernets[0]

    def seal(self, plain: str) -> str:
        """Return the sealed text of a secret."""
        return self._fernet.encrypt(plain.encode()).decode()

    def open(self, sealed: str) -> str:
        """Return the secret of a sealed text."""
        try:
            return self._fernet.decrypt(sealed.encode()).decode()
        except InvalidToken:
            raise ConfigurationError(_OTHER_KEY) from None

    def renewed(self, sealed: str) -> str | None:
        """Return the same secret sealed with the newest key; ``None`` when it is already."""
        try:
            self._newest.decrypt(sealed.encode())
        except InvalidToken:
            try:
                return self._fernet.rotate(sealed.encode()).decode()
            except InvalidToken:
                raise ConfigurationError(_OTHER_KEY) from None
        return None


def kept_key(data_dir: Path) -> str:
    """Return the key kept in the data folder; makes it (mode 0600) the first time."""
    path = data_dir / _KEY_FILE
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(descriptor, "w") as file:
        file.write(Fernet.generate_key().decode())
    return path.read_text().strip()
