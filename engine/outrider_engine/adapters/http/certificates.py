"""The peer's certificate as curl reports it, in the words of the port."""

import functools
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import structlog
from cryptography import x509

from outrider_engine.ports.http import Certificate

log = structlog.get_logger(__name__)


def leaf_of(chain: Sequence[Sequence[tuple[str, str]]], now: datetime) -> Certificate | None:
    """Return the first certificate of curl's ``CERTINFO``; ``None`` when there is none, or none that can be read."""
    pem = next((value for name, value in chain[0] if name == "Cert"), None) if chain else None
    parsed = _parsed(pem) if pem else None
    return replace(parsed, days_remaining=(parsed.valid_until - now).days) if parsed else None


@functools.lru_cache(maxsize=1024)
def _parsed(pem: str) -> Certificate | None:
    try:
        certificate = x509.load_pem_x509_certificate(pem.encode())
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
