"""What a ``tcp`` check needs."""

import re
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

_NOT_IN_HOSTS = re.compile(r"[\x00-\x20\x7f/\\@?#]")

Dialect = Literal["smtp", "imap", "pop3", "postgresql", "mysql", "ldap"]
"""The protocols in which a plain connection can be asked to go on in TLS."""


class TlsSettings(BaseModel):
    """Whether and how the connection is secured."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    enabled: Annotated[bool, Field(strict=True)] = Field(default=False, description="Whether to shake hands (TLS).")
    verify: Annotated[bool, Field(strict=True)] = Field(
        default=True, description="Whether certificate and host name must be valid."
    )
    starttls: Literal["auto", "none"] | Dialect = Field(
        default="auto",
        description="The protocol in which TLS is asked for (STARTTLS): `auto` goes by the port (25 and 587 are smtp, "
        "110 pop3, 143 imap, 389 ldap, 3306 mysql, 5432 postgresql, any other none), `none` shakes hands at once.",
    )
    alert_before_expiry: Annotated[int, Field(strict=True, ge=0, le=3650)] | None = Field(
        default=None, description="Fail when the certificate is valid for fewer days than these."
    )


class TcpSettings(BaseModel):
    """One connection. ``{{name}}`` stands for a variable or secret in ``host``, ``send`` and ``expect``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    host: str = Field(
        min_length=1, max_length=253, description="Name or address to connect to.", examples=["db.example.com"]
    )
    port: Annotated[int, Field(strict=True, ge=1, le=65_535)] = Field(
        description="Port to connect to.", examples=[5432]
    )
    tls: TlsSettings = Field(default=TlsSettings(), description="Whether and how the connection is secured.")
    send: str | None = Field(
        default=None, max_length=10_000, description="A text to send once connected.", examples=["PING\r\n"]
    )
    expect: str | None = Field(
        default=None,
        min_length=1,
        max_length=10_000,
        description="A text that must arrive, in the first 65536 bytes.",
        examples=["+PONG"],
    )

    @field_validator("host")
    @classmethod
    def _usable(cls, host: str) -> str:
        if "://" in host:
            raise ValueError("is a name or an address, not a URL")
        if _NOT_IN_HOSTS.search(re.sub(r"\{\{.*?\}\}", "", host)):
            raise ValueError("contains a character that no host name has")
        return host
