"""``OUTRIDER_SMTP_URL``, taken apart."""

import urllib.parse
from dataclasses import dataclass, field

_FORM = "smtp[s]://[user:password@]host[:port][?starttls=required|optional|off]"
_STARTTLS = ("required", "optional", "off")


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpAddress:
    """A mail server and how to speak to it.

    Attributes:
        implicit_tls: encrypted from the first byte (``smtps``).
        starttls: what an unencrypted beginning turns into; ``required`` when there is a password and nothing is said.
    """

    host: str
    port: int
    implicit_tls: bool
    starttls: str
    user: str | None = None
    password: str | None = field(default=None, repr=False)


def smtp_address(url: str) -> SmtpAddress:
    """Return the parts of a URL.

    Raises:
        ValueError: says what is wrong with it, without repeating it: there may be a password in it.
    """
    try:
        parts = urllib.parse.urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise ValueError(f"must have the form {_FORM}") from None
    if parts.scheme not in {"smtp", "smtps"} or not host or parts.path.strip("/") or port == 0:
        raise ValueError(f"must have the form {_FORM}")
    options = dict(urllib.parse.parse_qsl(parts.query))
    starttls = options.pop("starttls", "required" if parts.username else "optional")
    if options or starttls not in _STARTTLS:
        raise ValueError(f"must have the form {_FORM}")
    implicit = parts.scheme == "smtps"
    return SmtpAddress(
        host=host,
        port=port or (465 if implicit else 587),
        implicit_tls=implicit,
        starttls="off" if implicit else starttls,
        user=urllib.parse.unquote(parts.username) if parts.username else None,
        password=urllib.parse.unquote(parts.password) if parts.password else None,
    )
