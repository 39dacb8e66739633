"""Identifiers: a prefix that tells the kind, and 128 time-ordered bits (UUID version 7, RFC 9562) in base 32.

``run_06axk3c1q4v0v7w5n2v5c3d9ar``: 26 lower-case Crockford digits after the prefix. Identifiers made later sort
after earlier ones (to the microsecond), so history is listed by id alone.
"""

import secrets
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_DIGITS = 26
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

PREFIXES = {
    "organization": "org",
    "monitor": "mon",
    "api_monitor": "apm",
    "journey": "jrn",
    "run": "run",
    "batch": "bat",
    "artifact": "art",
    "api_key": "key",
    "user": "usr",
    "member": "mem",
    "session": "ses",
    "audit": "aud",
    "channel": "chn",
    "rule": "rul",
    "alert": "alt",
    "incident": "inc",
    "release": "rel",
    "notification": "ntf",
    "skipped": "skp",
    "project": "proj",
    "environment": "env",
    "variable": "var",
    "login_state": "lst",
}


def new_id(kind: str, moment: datetime, random_bits: Callable[[int], int] = secrets.randbits) -> str:
    """Return a new identifier for an object of ``kind`` (a key of ``PREFIXES``) made at ``moment``.

    The twelve bits after the milliseconds are their fraction (RFC 9562, section 6.2, method 3).
    """
    elapsed = (moment - _EPOCH) // timedelta(microseconds=1)
    milliseconds, rest = divmod(elapsed, 1000)
    fraction = rest * (1 << 12) // 1000
    value = (milliseconds & (1 << 48) - 1) << 80 | 0x7 << 76 | fraction << 64 | 0b10 << 62 | random_bits(62)
    return f"{PREFIXES[kind]}_{_encode(value)}"


def to_uuid(identifier: str) -> uuid.UUID:
    """Return the same 128 bits as a UUID, for dialects that show UUIDs.

    Raises:
        ValueError: the text is not one of our identifiers.
    """
    _, _, digits = identifier.partition("_")
    if len(digits) != _DIGITS:
        raise ValueError(f"not an identifier: {identifier!r}")
    value = 0
    for digit in digits:
        value = value << 5 | _ALPHABET.index(digit)
    return uuid.UUID(int=value)


def earliest_id(kind: str, moment: datetime) -> str:
    """Return the identifier before which all are that were made before ``moment``, for looking up by time."""
    return new_id(kind, max(moment, _EPOCH), lambda _bits: 0)


def made_at(identifier: str) -> datetime:
    """Return when an identifier was made, to the millisecond.

    Raises:
        ValueError: the text is not one of our identifiers.
    """
    return _EPOCH + timedelta(milliseconds=to_uuid(identifier).int >> 80)


def from_uuid(kind: str, value: uuid.UUID) -> str:
    """Return the identifier of an object of ``kind`` that has the bits of ``value``."""
    return f"{PREFIXES[kind]}_{_encode(value.int)}"


def project_of(organization_id: str) -> str:
    """Return the id of an organization's project: each has one, which has the organization's bits."""
    return f"{PREFIXES['project']}_{organization_id.partition('_')[2]}"


def _encode(value: int) -> str:
    return "".join(_ALPHABET[value >> shift & 31] for shift in range(5 * (_DIGITS - 1), -1, -5))
