"""What a ``webhook`` channel needs."""

import base64
import binascii
import re
import secrets
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator, model_validator

from outrider_engine.contracts import ReceiverUrl, Token, wrong_field
from outrider_engine.errors import InvalidInput

from .presets import Preset

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_PREFIX = "whsec_"
_OWN_HEADERS = frozenset(
    {"authorization", "content-type", "webhook-id", "webhook-timestamp", "webhook-signature", "x-brily-signature"}
)


def _new_secret() -> SecretStr:
    return SecretStr(_PREFIX + base64.b64encode(secrets.token_bytes(32)).decode())


Event = Literal[
    "monitor.alert_triggered",
    "monitor.alert_recovered",
    "incident.created",
    "incident.updated",
    "incident.resolved",
    "release.created",
]


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
    preset: Preset | None = Field(
        default=None,
        description="What the body looks like: `standard` when left out, with `events` `brily`.",
    )
    events: tuple[Event, ...] = Field(
        default=(),
        max_length=20,
        description="Events of the whole organization that are sent without any rule; rules send nothing here then.",
        examples=[["monitor.alert_triggered", "monitor.alert_recovered"]],
    )
    integration_key: Token | None = Field(
        default=None, description="Routing key of PagerDuty, or API key of Opsgenie; never shown."
    )
    headers: dict[str, str] = Field(
        default_factory=dict,
        max_length=20,
        description="Further headers; for secrets, name a secret variable as `{{NAME}}`.",
        examples=[{"X-Team": "a"}],
    )

    @property
    def format(self) -> Preset:
        """The preset in use."""
        return self.preset or ("brily" if self.events else "standard")

    @field_validator("events")
    @classmethod
    def _each_once(cls, events: tuple[Event, ...]) -> tuple[Event, ...]:
        return tuple(dict.fromkeys(events))

    @model_validator(mode="after")
    def _with_its_key(self) -> "WebhookSettings":
        if (self.format in {"pagerduty", "opsgenie"}) is not (self.integration_key is not None):
            problem = "is for the presets pagerduty and opsgenie, which need it"
            raise wrong_field(InvalidInput(problem, field="integration_key"))
        return self

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
