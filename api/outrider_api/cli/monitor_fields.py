"""The body of a new monitor from what was said on the command line."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from outrider_engine.errors import InvalidInput

from .journey_values import secrets_from_environment


@dataclass(frozen=True, slots=True, kw_only=True)
class MonitorWish:
    """What was said; ``further`` are ``FIELD=JSON``, ``secrets`` names of environment variables."""

    name: str
    type: str
    url: str | None
    interval: int | None
    cron: str | None
    timeout: float | None
    max_retries: int | None
    locations: Sequence[str]
    tags: Sequence[str]
    expect_status: int | None
    secrets: Sequence[str]
    further: Sequence[str]

    def body(self) -> dict[str, Any]:
        """Return the body to be sent; what was not said is left to the server.

        Raises:
            InvalidInput: a field or a secret can't be read.
        """
        said: dict[str, Any] = {
            "name": self.name,
            "type": self.type,
            "url": self.url,
            "interval": self.interval,
            "cron": self.cron,
            "timeout": self.timeout,
            "max_retries": self.max_retries,
            "locations": list(self.locations) or None,
            "tags": list(self.tags) or None,
            "secrets": secrets_from_environment(self.secrets) or None,
        }
        if self.expect_status is not None:
            said["assertions"] = [{"type": "status_code", "operator": "equals", "value": self.expect_status}]
        return {name: value for name, value in said.items() if value is not None} | dict(map(_field, self.further))


def _field(text: str) -> tuple[str, Any]:
    name, sign, value = text.partition("=")
    try:
        if sign and name:
            return name, json.loads(value)
    except ValueError:
        pass
    raise InvalidInput(f"{text!r} is not of the form FIELD=JSON; texts need their quotes: 'a=\"b\"'", field="--set")
