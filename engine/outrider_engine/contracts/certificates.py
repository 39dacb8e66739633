"""A peer's certificate, read into the words of the engine; for check types that shake hands themselves."""

import functools
from dataclasses import replace
from datetime import datetime

import structlog
from cryptography import x509

from outrider_engine.ports.http import Certificate

log = structlog.get_logger(__name__)


def read_certificate(encoded: bytes, now: datetime) -> Certificate | None:
    """Return what a certificate in PEM or DER form says; ``None`` when it can't be read."""
    parsed = _parsed(encoded)
    return replace(parsed, days_remaining=(parsed.valid_until - now).days) if parsed else None


@functools.lru_cache(maxsize=1024)
def _parsed(encoded: bytes) -> Certificate | None:
    load = x509.load_pem_x509_certificate if encoded.startswith(b"-----") else x509.load_der_x509_certificate
    try:
        certificate = load(encoded)
        return Certificate(
            subject=certificate.subject.rfc4514_string(),
            issuer=certificate.issuer.rfc4514_string(),
            valid_from=certificate.not_valid_before_utc,
            valid_until=certificate.not_valid_after_utc,
            days_remaining=0,
            names=_names(certificate),
        )
    except (ValueError, x509.DuplicateExtension, x509.UnsupportedGeneralNameType) as error:
        log.warning("certificate not readable", error=str(error))
        return None


def _names(certificate: x509.Certificate) -> tuple[str, ...]:
    try:
        extension = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    except x509.ExtensionNotFound:
        return ()
    return tuple(str(name.value) for name in extension.value if isinstance(name, x509.DNSName | x509.IPAddress))
