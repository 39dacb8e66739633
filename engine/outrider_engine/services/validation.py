"""Turning what a settings model or the database would refuse into ``InvalidInput`` with the path of the field."""

import math
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from outrider_engine.domain.json_values import JsonObject, JsonValue
from outrider_engine.errors import InvalidInput

ModelT = TypeVar("ModelT", bound=BaseModel)

DEEPEST = 60
"""Levels of objects and arrays that an input may have."""


def validated(model: type[ModelT], given: JsonObject, *, prefix: str = "") -> ModelT:
    """Return ``given`` as an instance of ``model``.

    Raises:
        InvalidInput: names the first field that is wrong, as a path that begins with ``prefix``.
    """
    try:
        return model.model_validate(given)
    except ValidationError as error:
        raise as_invalid_input(error, model, given, prefix=prefix) from None


def as_invalid_input(
    error: ValidationError, model: type[BaseModel], given: JsonObject, *, prefix: str = ""
) -> InvalidInput:
    """Return what pydantic found as our own error; values that were sent are never part of the text."""
    problem = error.errors(include_url=False, include_input=False)[0]
    field = joined(prefix, path_of(problem["loc"], given, missing=problem["type"] == "missing"))
    if problem["type"] == "extra_forbidden":
        known = field_names(model) if len(problem["loc"]) == 1 else None
        return InvalidInput("is not a known field", field=field, allowed=known)
    return InvalidInput(_sentence(problem), field=field or None, allowed=_choices(problem))


def field_names(model: type[BaseModel]) -> list[str]:
    """Return the names under which a model's fields are given."""
    return [info.alias or name for name, info in model.model_fields.items()]


def path_of(location: Sequence[int | str], given: JsonValue, *, missing: bool) -> str:
    """Return pydantic's location as ``steps[2].url``, without the names of union members that it mixes in."""
    path = ""
    value: Any = given
    for index, part in enumerate(location):
        if isinstance(part, int):
            path += f"[{part}]"
            value = value[part] if isinstance(value, list | tuple) and part < len(value) else None
        elif isinstance(value, Mapping) and part in value:
            path = joined(path, part)
            value = value[part]
        elif missing and index == len(location) - 1:
            path = joined(path, part)
    return path


def joined(prefix: str, path: str) -> str:
    """Return two parts of a path as one."""
    if not prefix or not path:
        return prefix or path
    return prefix + path if path.startswith("[") else f"{prefix}.{path}"


def refuse_unstorable(value: JsonValue, field: str = "", depth: int = 0) -> None:
    """Refuse what no database keeps and no JSON carries: NUL, lone surrogates, infinite numbers, bottomless nesting.

    Raises:
        InvalidInput: names the field.
    """
    if depth > DEEPEST:
        raise InvalidInput(f"is nested deeper than {DEEPEST} levels", field=field.partition(".")[0] or None)
    if isinstance(value, str):
        _refuse_text(value, field)
    elif isinstance(value, float) and not math.isfinite(value):
        raise InvalidInput("must be a finite number", field=field or None)
    elif isinstance(value, Mapping):
        for key, item in value.items():
            _refuse_text(key, field)
            refuse_unstorable(item, joined(field, key), depth + 1)
    elif isinstance(value, list | tuple):
        for index, item in enumerate(value):
            refuse_unstorable(item, f"{field}[{index}]", depth + 1)


def _refuse_text(text: str, field: str) -> None:
    if "\0" in text:
        raise InvalidInput("must not contain NUL characters", field=field.replace("\0", "") or None)
    try:
        text.encode()
    except UnicodeEncodeError:
        safe = field.encode(errors="replace").decode()
        raise InvalidInput("must be valid Unicode", field=safe or None) from None


def _sentence(problem: Mapping[str, Any]) -> str:
    text = str(problem["msg"]).removeprefix("Value error, ").removeprefix("Assertion failed, ")
    if problem["type"] == "missing":
        return "is required"
    return text[:1].lower() + text[1:] if text.startswith(("Input", "String", "List", "Value")) else text


def _choices(problem: Mapping[str, Any]) -> list[str] | None:
    if problem["type"] not in ("literal_error", "enum", "union_tag_invalid"):
        return None
    context = problem.get("ctx", {})
    listed = str(context.get("expected") or context.get("expected_tags") or "")
    return [part.strip(" '") for part in listed.replace(" or ", ", ").split(",")] or None
