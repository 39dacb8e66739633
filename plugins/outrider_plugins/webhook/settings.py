"""What a ``webhook`` channel needs."""

import base64
import binascii
import re
import secrets
import urllib.parse

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})
_PREFIX = "whsec_"
_OWN_HEADERS = frozenset({"authorization", "content-type", "webhook-id", "webhook-timestamp", "webhook-signature"})


def _new_secret() -> SecretStr:
    return SecretStr(_PREFIX + base64.b64encode(secrets.token_bytes(32)).decode())


class WebhookSettings(BaseModel):
    """Where messages are posted, and how the receiver knows that they are ours."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    url: str = Field(
        max_length=2048,
        description="Receiver of the messages: https, or http on this machine.",
        examples=["https://hooks.example.com/outrider"],
    )
    secret: SecretStr = Field(
        default_factory=_new_secret,
        description="Signs every message: whsec_ and 24 to 64 bytes in base64. Made when it is left out.",
    )
    bearer_token: SecretStr | None = Field(default=None, description="Sent as `Authorization: Bearer`, when set.")
    headers: dict[str, str] = Field(
        default_factory=dict,
        max_length=20,
        description="Further headers; no place for secrets.",
        examples=[{"X-Team": "a"}],
    )

    @field_validator("url")
    @classmethod
    def _reachable(cls, url: str) -> str:
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
            raise ValueError("contains user information; use bearer_token")
        if parts.scheme != "https" and not (parts.scheme == "http" and host in _LOCAL):
            raise ValueError("must begin with https:// (http:// only for localhost, 127.0.0.1 and [::1])")
        return url

    @field_validator("secret")
    @classmethod
    def _signing(cls, secret: SecretStr) -> SecretStr:
        text = secret.get_secret_value()
        try:
            key = base64.b64decode(text.removeprefix(_PREFIX), validate=True)
        except (binascii.Error, ValueError):
            raise ValueError("must be whsec_ and base64") from None
        if not text.startswith(_PREFIX) or not 24 <= len(key) <= 64:
            raise ValueError("must be whsec_ and 24 to 64 bytes in base64")
        return secret

    @field_validator("bearer_token")
    @classmethod
    def _token(cls, token: SecretStr | None) -> SecretStr | None:
        if token is not None and not re.fullmatch(r"[!-~]{1,4096}", token.get_secret_value()):
            raise ValueError("must be made of visible ASCII characters")
        return token

    @field_validator("headers")
    @classmethod
    def _sendable(cls, headers: dict[str, str]) -> dict[str, str]:
        for name, value in headers.items():
            if not _HEADER_NAME.fullmatch(name) or name.lower() in _OWN_HEADERS:
                raise ValueError(f"{name[:100]!r} is not a header that can be set here")
            if _CONTROL.search(value):
                raise ValueError(f"{name} contains a line break or another control character")
        return headers
