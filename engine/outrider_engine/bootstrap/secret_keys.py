"""The keys that secrets are sealed with."""

from outrider_engine.adapters.secret_box import kept_key
from outrider_engine.errors import ConfigurationError
from outrider_engine.settings import Settings


def secret_key_of(settings: Settings, *, embedded: bool) -> str:
    """Return the secret keys, newest first, separated by commas.

    Raises:
        ConfigurationError: there is none, and this process may not make one.
    """
    if settings.secret_key is not None:
        return settings.secret_key.get_secret_value()
    if not embedded:
        raise ConfigurationError(
            "OUTRIDER_SECRET_KEY: is required, the same for all processes; make one with "
            '`python -c "from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())"`'
        )
    return kept_key(settings.data_dir)
