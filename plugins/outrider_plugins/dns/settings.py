"""What a ``dns`` check needs."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator

from .names import is_settled, parsed_name, parsed_server

RecordType = Literal["A", "AAAA", "CNAME", "MX", "TXT", "NS", "SOA", "CAA", "PTR", "SRV"]
Expected = Annotated[str, Field(min_length=1, max_length=4096)]


class DnsSettings(BaseModel):
    """One question. ``{{name}}`` stands for a variable or secret in every text."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    record_type: RecordType = Field(default="A", description="The type of records to ask for.")
    domain: str = Field(
        min_length=1,
        max_length=253,
        description="The name to ask about; for `PTR` an address will do.",
        examples=["example.com"],
    )
    resolver: str | None = Field(
        default=None,
        min_length=1,
        max_length=300,
        description="The name server to ask, as `host:port` (port 53 when left out, IPv6 in brackets); "
        "those of the machine that runs the check when left out.",
        examples=["192.0.2.53:53"],
    )
    expected_value: Expected | None = Field(default=None, description="A value that must be among the records.")
    expected_values: list[Expected] = Field(
        default_factory=list, max_length=100, description="Values that must all be among the records."
    )
    expected_contains: Expected | None = Field(
        default=None, description="A text that must be contained in one of the records."
    )

    @field_validator("domain")
    @classmethod
    def _a_name(cls, domain: str, known: ValidationInfo) -> str:
        if is_settled(domain):
            parsed_name(domain, str(known.data.get("record_type", "")))
        return domain

    @field_validator("resolver")
    @classmethod
    def _a_server(cls, resolver: str | None) -> str | None:
        if resolver is not None and is_settled(resolver):
            parsed_server(resolver)
        return resolver
