"""JSON Schema for what a site answers. Patterns are matched in linear time, and nothing is fetched from anywhere."""

import json
from typing import Annotated, Any

import jsonschema_rs
from pydantic import AfterValidator

from outrider_engine.domain.json_values import JsonValue

_LARGEST = 100_000
_REGEX_BYTES = 1_000_000


def _sound(schema: dict[str, Any]) -> dict[str, Any]:
    if len(json.dumps(schema)) > _LARGEST:
        raise ValueError(f"is larger than {_LARGEST:,} characters")
    _validator(schema)
    return schema


JsonSchema = Annotated[dict[str, Any], AfterValidator(_sound)]
"""The type of a field that holds a JSON Schema of any draft (without ``$schema``: 2020-12)."""


def misfit(value: JsonValue, schema: dict[str, Any]) -> str | None:
    """Return where and why a value does not fit a schema (the first reason), ``None`` when it does."""
    error = next(_validator(schema).iter_errors(value), None)
    if error is None:
        return None
    place = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in error.instance_path)
    return f"${place}: {error.message}"


def _validator(schema: dict[str, Any]) -> Any:
    options = jsonschema_rs.RegexOptions(size_limit=_REGEX_BYTES)
    try:
        return jsonschema_rs.validator_for(schema, pattern_options=options, offline=True)
    except jsonschema_rs.ValidationError as error:
        raise ValueError(f"not a JSON Schema: {error.message}") from None
    except (jsonschema_rs.ReferencingError, RecursionError) as error:
        raise ValueError(f"not a JSON Schema: {error}") from None
