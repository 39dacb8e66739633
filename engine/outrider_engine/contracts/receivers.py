"""Fields that the settings of many notifiers have: where messages go, and the tokens that open the door."""

import re
import urllib.parse
from typing import Annotated

from pydantic import AfterValidator, Field, SecretStr

LONGEST_URL = 2048
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})


def receiver_url(url: str) -> str:
    """Return a URL that messages may be posted to.

    Raises:
        ValueError: it is no URL, carries user information, or is plain ``http`` to another machine.
    """
    if len(url) > LONGEST_URL:
        raise ValueError(f"must have at most {LONGEST_URL} characters")
    if _CONTROL.search(url) or "\\" in url:
        raise ValueError("contains a character that no URL has")
    try:
        parts = urllib.parse.urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise ValueError("is not a URL") from None
    if not host or port == 0 or " " in parts.netloc:
        raise ValueError("is not a URL with a host")
    if "@" in parts.netloc:
        raise ValueError("contains user information, which belongs into a setting of its own")
    if parts.scheme != "https" and not (parts.scheme == "http" and host in _LOCAL):
        raise ValueError("must begin with https:// (http:// only for localhost, 127.0.0.1 and [::1])")
    return url


def _secret_url(url: SecretStr) -> SecretStr:
    receiver_url(url.get_secret_value())
    return url


def _token(token: SecretStr) -> SecretStr:
    if not re.fullmatch(r"[!-~]{1,4096}", token.get_secret_value()):
        raise ValueError("must be made of visible ASCII characters")
    return token


ReceiverUrl = Annotated[str, Field(max_length=LONGEST_URL), AfterValidator(receiver_url)]
"""Where messages are posted; anybody may see it."""

SecretUrl = Annotated[SecretStr, AfterValidator(_secret_url)]
"""Where messages are posted, when whoever knows the address may post: stored sealed and never shown."""

Token = Annotated[SecretStr, AfterValidator(_token)]
"""What stands in an ``Authorization`` header."""
