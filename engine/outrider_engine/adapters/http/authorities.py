"""Which certificate authorities are trusted."""

import ssl
from pathlib import Path

from outrider_engine.errors import ConfigurationError

_BUNDLES = (
    "/etc/ssl/certs/ca-certificates.crt",  # Debian, Ubuntu, Alpine, Arch
    "/etc/pki/tls/certs/ca-bundle.crt",  # Fedora, RHEL
    "/etc/ssl/ca-bundle.pem",  # openSUSE
    "/etc/ssl/cert.pem",  # macOS, BSD
)


def system_ca_file() -> Path:
    """Return the machine's bundle of certificate authorities; ``SSL_CERT_FILE`` names another.

    Raises:
        ConfigurationError: there is none.
    """
    candidates = (ssl.get_default_verify_paths().cafile, *_BUNDLES)
    for candidate in candidates:
        if candidate and Path(candidate).is_file():
            return Path(candidate)
    raise ConfigurationError(
        "no certificate authorities were found: install your system's ca-certificates package, "
        "or name a file in PEM form with SSL_CERT_FILE"
    )
