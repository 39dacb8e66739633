"""Turning what a settings model or the database would refuse into ``InvalidInput`` with the path of the field."""

import math
import re
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from outrider_engine.contracts.known_fields import fields_at
from outrider_engine.contracts.wrong_field import WRONG_FIELD
from outrider_engine.domain.json_values import JsonObject, JsonValue
from outrider_engine.errors import InvalidInput

_NAMED_FIELD = re.compile(r"([a-z_]+(?:\[\d+\]|\.[a-z_]+)+): ")
"""How validators of a whole model name the field that is wrong."""

_NAMED = 5
"""Unknown fields that are named beside a missing one."""

ModelT = TypeVar("ModelT", bound=BaseModel)

_SENTENCES = {
    "missing": "is required",
    "union_tag_not_found": "is required",
    "union_tag_invalid": "is not one of what is allowed",
    "literal_error": "is not one of what is allowed",
    "enum": "is not one of what is allowed",
}

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
    problems = error.errors(include_url=False)
    problem = problems[0]
    path = path_of(problem["loc"], given, missing=problem["type"] == "missing")
    if problem["type"] == WRONG_FIELD:
        context = problem["ctx"]
        whole = joined(prefix, joined(path, context["field"]))
        return InvalidInput(context["problem"], field=whole or None, allowed=context["allowed"])
    if problem["type"] == "extra_forbidden":
        known = fields_at(model, problem["loc"]) or None
        return InvalidInput("is not a known field", field=joined(prefix, path), allowed=known, given=problem["loc"][-1])
    sentence = _sentence(problem)
    if problem["type"] == "missing":
        sentence += _and_unknown(problems, given)
    if (named := _NAMED_FIELD.match(sentence)) and not path:
        path, sentence = named[1], sentence[named.end() :]
    if problem["type"].startswith("union_tag_"):
        # 'action' of a field, action() of a function that finds it and is called like it
        path = joined(path, problem["ctx"]["discriminator"].strip("'").removesuffix("()"))
    return InvalidInput(sentence, field=joined(prefix, path) or None, allowed=_choices(problem), given=_given(problem))


def _and_unknown(problems: Sequence[Mapping[str, Any]], given: JsonObject) -> str:
    """Return which unknown fields came as well: one of them may be the missing field, misspelt."""
    unknown = [path_of(one["loc"], given, missing=False) for one in problems if one["type"] == "extra_forbidden"]
    return f"; not known: {', '.join(unknown[:_NAMED])}" if unknown else ""


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
    text = text.removesuffix(" tuple") + " list" if text.endswith(" valid tuple") else text
    text = text.replace("Tuple should", "List should", 1).partition(" after validation, not")[0]
    plain = _SENTENCES.get(problem["type"])
    if plain is not None:
        return plain
    return text[:1].lower() + text[1:] if text.startswith(("Input", "String", "List", "Value")) else text


def _choices(problem: Mapping[str, Any]) -> list[str] | None:
    if problem["type"] not in ("literal_error", "enum", "union_tag_invalid"):
        return None
    context = problem.get("ctx", {})
    listed = str(context.get("expected") or context.get("expected_tags") or "")
    return [part.strip(" '") for part in listed.replace(" or ", ", ").split(",")] or None


def _given(problem: Mapping[str, Any]) -> object:
    """Return what was sent in the place of one of the choices; the tag, where it is a union's."""
    return problem["ctx"].get("tag") if problem["type"] == "union_tag_invalid" else problem.get("input")
