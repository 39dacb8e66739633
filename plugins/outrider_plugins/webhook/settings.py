"""What a ``webhook`` channel needs."""

import base64
import binascii
import re
import secrets

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator

from outrider_engine.contracts import ReceiverUrl, Token

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_PREFIX = "whsec_"
_OWN_HEADERS = frozenset({"authorization", "content-type", "webhook-id", "webhook-timestamp", "webhook-signature"})


def _new_secret() -> SecretStr:
    return SecretStr(_PREFIX + base64.b64encode(secrets.token_bytes(32)).decode())


class WebhookSettings(BaseModel):
    """Where messages are posted, and how the receiver knows that they are ours."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    url: ReceiverUrl = Field(
        description="Receiver of the messages: https, or http on this machine.",
        examples=["https://hooks.example.com/outrider"],
    )
    secret: SecretStr = Field(
        default_factory=_new_secret,
        description="Signs every message: whsec_ and 24 to 64 bytes in base64. Made when it is left out.",
    )
    bearer_token: Token | None = Field(default=None, description="Sent as `Authorization: Bearer`, when set.")
    headers: dict[str, str] = Field(
        default_factory=dict,
        max_length=20,
        description="Further headers; no place for secrets.",
        examples=[{"X-Team": "a"}],
    )

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

    @field_validator("headers")
    @classmethod
    def _sendable(cls, headers: dict[str, str]) -> dict[str, str]:
        for name, value in headers.items():
            if not _HEADER_NAME.fullmatch(name) or name.lower() in _OWN_HEADERS:
                raise ValueError(f"{name[:100]!r} is not a header that can be set here")
            if _CONTROL.search(value):
                raise ValueError(f"{name} contains a line break or another control character")
        return headers
