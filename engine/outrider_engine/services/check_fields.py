"""The fields of a check: what each may be, and how a change of some of them is merged into a definition."""

import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, TypedDict

from outrider_engine.assertions import validate as validate_assertion
from outrider_engine.domain.assertions import Assertion
from outrider_engine.domain.checks import CheckDefinition, CheckStatus
from outrider_engine.domain.json_values import JsonObject
from outrider_engine.domain.schedules import (
    LONGEST_INTERVAL_S,
    SHORTEST_INTERVAL_S,
    Calendar,
    CronSchedule,
    Schedule,
)
from outrider_engine.domain.versions import LONGEST_MESSAGE, Origin
from outrider_engine.errors import InvalidInput

from .alert_policies import refuse_bad_alerting
from .check_types import CheckTypes
from .validation import refuse_unstorable, validated

LONGEST_NAME = 200
LONGEST_TEXT = 10_000
MOST_RETRIES = 5
SHORTEST_TIMEOUT_S = 0.1
LONGEST_TIMEOUT_S = 3600.0
MOST_ASSERTIONS = 100
MOST_LOCATIONS = 50
MOST_TAGS = 50
LONGEST_TAG = 64
MOST_VARIABLES = 200
LARGEST_CONFIG = 1_000_000
"""Characters of a check's settings as JSON."""

_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,99}")


class CheckFields(TypedDict, total=False):
    """What is set or changed; what is absent keeps its value (or default).

    ``config`` replaces all settings, ``config_changes`` sets some of them. ``secrets`` sets some secrets, and removes
    those that are ``None``. ``environment`` is a name or an id; ``environment_id`` is what was found by it. ``origin``
    is kept with the version that the change makes, and no part of it.
    """

    name: str
    description: str
    type: str
    config: JsonObject
    config_changes: JsonObject
    assertions: Sequence[Assertion]
    locations: Sequence[str]
    schedule: Schedule | None
    status: CheckStatus
    timeout_s: float
    max_retries: int
    side_effects: bool
    tags: Sequence[str]
    variables: Mapping[str, str]
    secrets: Mapping[str, str | None]
    quorum: int | None
    alert_policy: JsonObject | None
    environment: str | None
    environment_id: str | None
    project_id: str
    origin: Origin


def merged(base: CheckDefinition, fields: CheckFields) -> CheckDefinition:
    """Return ``base`` with ``fields``, apart from the secrets; nothing is validated yet."""
    plain: dict[str, Any] = dict(fields)
    for name in ("config", "config_changes", "secrets", "environment", "project_id", "origin"):
        plain.pop(name, None)
    for name in ("assertions", "locations", "tags"):
        if name in plain:
            plain[name] = tuple(plain[name])
    kept = base.config if plain.get("type", base.type) == base.type else {}
    config = {**fields.get("config", kept), **fields.get("config_changes", {})}
    return replace(base, config=config, **plain)


def merged_secrets(known: Mapping[str, str], changes: Mapping[str, str | None]) -> dict[str, str]:
    """Return secrets by name after changes.

    Raises:
        InvalidInput: a name or text can't be one.
    """
    both = {name: text for name, text in {**known, **changes}.items() if text is not None}
    _names_and_texts(both, "secrets")
    return both


def validate(
    definition: CheckDefinition, *, types: CheckTypes, locations: Collection[str], calendar: Calendar, now: datetime
) -> None:
    """Refuse what can't be a check, by the first field that is wrong.

    Raises:
        InvalidInput: names the field, by the names of ``CheckFields``.
    """
    _length(definition.name.strip(), "name", 1, LONGEST_NAME)
    refuse_unstorable(definition.name, "name")
    _length(definition.description, "description", 0, LONGEST_TEXT)
    refuse_unstorable(definition.description, "description")
    _settings(definition, types)
    _assertions(definition.assertions)
    _locations(definition.locations, locations)
    if definition.schedule is not None:
        _schedule(definition.schedule, calendar, now)
    _within(definition.timeout_s, "timeout_s", SHORTEST_TIMEOUT_S, LONGEST_TIMEOUT_S)
    _within(definition.max_retries, "max_retries", 0, MOST_RETRIES)
    _tags(definition.tags)
    _names_and_texts(definition.variables, "variables")
    refuse_bad_alerting(definition)
    both = set(definition.variables) & set(definition.secret_names)
    if both:
        raise InvalidInput(f"{min(both)!r} is a secret already", field="variables")


def refuse_bad_message(fields: CheckFields) -> None:
    """Refuse what can't be said about a change.

    Raises:
        InvalidInput: names the field ``version_message``.
    """
    message = fields.get("origin", Origin()).message
    _length(message, "version_message", 0, LONGEST_MESSAGE)
    refuse_unstorable(message, "version_message")


def _settings(definition: CheckDefinition, types: CheckTypes) -> None:
    check_type = types.chosen(definition.type, definition.family)
    if definition.status is CheckStatus.ACTIVE:
        types.refuse_switched_off(definition.type)
    refuse_unstorable(definition.config, "config")
    largest = getattr(check_type, "largest_config", LARGEST_CONFIG)
    if len(json.dumps(definition.config)) > largest:
        raise InvalidInput(f"must not be longer than {largest} characters as JSON", field="config")
    validated(check_type.settings, definition.config, prefix="config")


def _assertions(assertions: Sequence[Assertion]) -> None:
    if len(assertions) > MOST_ASSERTIONS:
        raise InvalidInput(f"at most {MOST_ASSERTIONS} are allowed", field="assertions")
    for index, assertion in enumerate(assertions):
        refuse_unstorable(assertion.expected, f"assertions[{index}].expected")
        refuse_unstorable(assertion.selector, f"assertions[{index}].selector")
        try:
            validate_assertion(assertion)
        except InvalidInput as error:
            inner = f".{error.field}" if error.field else ""
            raise InvalidInput(error.problem, field=f"assertions[{index}]{inner}", allowed=error.allowed) from None


def _locations(chosen: Sequence[str], known: Collection[str]) -> None:
    if not chosen:
        raise InvalidInput("at least one is needed", field="locations", allowed=sorted(known))
    if len(chosen) > MOST_LOCATIONS:
        raise InvalidInput(f"at most {MOST_LOCATIONS} are allowed", field="locations")
    for index, name in enumerate(chosen):
        if name not in known:
            raise InvalidInput(
                "is not a known location", field=f"locations[{index}]", allowed=sorted(known), given=name
            )
        if name in chosen[:index]:
            raise InvalidInput("is named twice", field=f"locations[{index}]")


def _schedule(schedule: Schedule, calendar: Calendar, now: datetime) -> None:
    if isinstance(schedule, CronSchedule):
        refuse_unstorable(schedule.expression, "cron")
        if calendar.next_after(schedule, now) is None:
            raise InvalidInput("never comes", field="cron")
    else:
        _within(schedule.seconds, "schedule.seconds", SHORTEST_INTERVAL_S, LONGEST_INTERVAL_S)


def _tags(tags: Sequence[str]) -> None:
    if len(tags) > MOST_TAGS:
        raise InvalidInput(f"at most {MOST_TAGS} are allowed", field="tags")
    for index, tag in enumerate(tags):
        _length(tag.strip(), f"tags[{index}]", 1, LONGEST_TAG)
        refuse_unstorable(tag, f"tags[{index}]")


def _names_and_texts(values: Mapping[str, str], field: str) -> None:
    if len(values) > MOST_VARIABLES:
        raise InvalidInput(f"at most {MOST_VARIABLES} are allowed", field=field)
    for name, text in values.items():
        if not _VARIABLE.fullmatch(name):
            raise InvalidInput(
                "names begin with a letter or _ and go on with letters, digits, '_', '.' and '-'", field=field
            )
        _length(text, f"{field}.{name}", 0, LONGEST_TEXT)
        refuse_unstorable(text, f"{field}.{name}")


def refuse_bad_variables(values: Mapping[str, str]) -> None:
    """Refuse names and texts that can't be variables.

    Raises:
        InvalidInput: names the field, which begins with ``variables``.
    """
    _names_and_texts(values, "variables")


def _length(text: str, field: str, shortest: int, longest: int) -> None:
    if not shortest <= len(text) <= longest:
        raise InvalidInput(f"must have {shortest} to {longest} characters", field=field)


def _within(value: float, field: str, least: float, most: float) -> None:
    if not least <= value <= most:
        raise InvalidInput(f"must be between {least:g} and {most:g}", field=field)
