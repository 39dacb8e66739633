"""The bodies of monitors, from what was said on the command line or is in a file."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from outrider_engine.errors import InvalidInput

from .journey_values import secrets_from_environment


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckWish:
    """What was said; ``further`` are ``FIELD=JSON``, ``secrets`` names of environment variables."""

    name: str | None = None
    type: str | None = None
    url: str | None = None
    interval: int | None = None
    cron: str | None = None
    timeout: float | None = None
    max_retries: int | None = None
    locations: Sequence[str] = ()
    tags: Sequence[str] = ()
    expect_status: int | None = None
    secrets: Sequence[str] = ()
    further: Sequence[str] = ()

    def body(self, unit: str = "") -> dict[str, Any]:
        """Return the body to be sent; what was not said is left to the server.

        Args:
            unit: what the names of durations end in: ``_seconds`` in those of journeys.

        Raises:
            InvalidInput: a field or a secret can't be read.
        """
        said: dict[str, Any] = {
            "name": self.name,
            "type": self.type,
            "url": self.url,
            f"interval{unit}": self.interval,
            "cron": self.cron,
            f"timeout{unit}": self.timeout,
            "max_retries": self.max_retries,
            "locations": list(self.locations) or None,
            "tags": list(self.tags) or None,
            "secrets": secrets_from_environment(self.secrets) or None,
        }
        if self.expect_status is not None:
            said["assertions"] = [{"type": "status_code", "operator": "equals", "value": self.expect_status}]
        return {name: value for name, value in said.items() if value is not None} | fields_of(self.further)


def changes(wish: Mapping[str, Any], further: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return what is to be changed: what of a wish is not ``None``, and ``further`` fields whatever they are.

    Raises:
        InvalidInput: nothing is.
    """
    said = {name: value for name, value in wish.items() if value is not None} | dict(further or {})
    if not said:
        raise InvalidInput("nothing is to be changed; --help lists what can be")
    return said


def body_of_file(file: Path, secrets: Sequence[str]) -> dict[str, Any]:
    """Return the body that is in a file, with secrets from the environment.

    Raises:
        InvalidInput: the file holds no object with a name, or a secret is not set.
    """
    try:
        found = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise InvalidInput(" ".join(str(error).split()), field=str(file)) from None
    if not isinstance(found, dict) or not isinstance(found.get("name"), str):
        raise InvalidInput("must be an object with a name", field=str(file))
    given = secrets_from_environment(secrets)
    return {**found, "secrets": given} if given else found


def fields_of(texts: Iterable[str]) -> dict[str, Any]:
    """Return what was said as ``FIELD=JSON``.

    Raises:
        InvalidInput: something else was said.
    """
    return dict(map(_field, texts))


def _field(text: str) -> tuple[str, Any]:
    name, sign, value = text.partition("=")
    try:
        if sign and name:
            return name, json.loads(value)
    except ValueError:
        pass
    raise InvalidInput(f"{text!r} is not of the form FIELD=JSON; texts need their quotes: 'a=\"b\"'", field="--set")
