"""What is wrong with a journey: every problem with its field, its line where there is one, and what is allowed."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pydantic import ValidationError

from outrider_engine.contracts.wrong_field import WRONG_FIELD
from outrider_engine.errors import InvalidInput

_MOST = 20
"""Problems that are listed; the others are counted."""
_NAMED_FIELD = re.compile(r"^([a-z_]+(?:\[\d+\]|\.[a-z_]+)+): ")

_SENTENCES = {
    "missing": "is missing",
    "literal_error": "is not one of the values that are allowed",
    "enum": "is not one of the values that are allowed",
    "model_type": "must be an object",
    "model_attributes_type": "must be an object",
    "dict_type": "must be an object",
    "tuple_type": "must be a list",
    "string_type": "must be a text",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that is wrong; ``line`` counts from 1."""

    message: str
    field: str = ""
    allowed: tuple[str, ...] = ()
    line: int | None = None

    def __str__(self) -> str:
        """Return it as ``steps[3].locator.role: … (allowed: …)``."""
        where = f"{self.field}: " if self.field else ""
        choice = f" (allowed: {', '.join(self.allowed)})" if self.allowed else ""
        return f"{where}{self.message}{choice}"


class InvalidJourney(InvalidInput):
    """A journey that cannot be accepted. ``field`` and ``allowed`` are of the first problem, the text names all.

    Attributes:
        problems: all that was found, at least one.
        source: name of the file it was read from.
    """

    def __init__(self, problems: Sequence[Problem], *, source: str | None = None) -> None:
        first = problems[0]
        super().__init__(first.message, field=first.field or None, allowed=first.allowed or None)
        self.problems = tuple(problems)
        self.source = source

    def __str__(self) -> str:
        """Return one line for each problem, as ``file:line: field: what``."""
        shown = [f"{self._place(problem)}{problem}" for problem in self.problems[:_MOST]]
        left = len(self.problems) - len(shown)
        return "\n".join([*shown, f"and {left} more"] if left else shown)

    def _place(self, problem: Problem) -> str:
        parts = [part for part in (self.source, problem.line) if part is not None]
        if self.source is None and problem.line is not None:
            return f"line {problem.line}: "
        return ":".join(map(str, parts)) + ": " if parts else ""


def problems_in(error: ValidationError, given: Any, fields_of: Mapping[str, Sequence[str]]) -> list[Problem]:
    """Return what pydantic found, in the words of journeys; values that were sent are never part of it.

    Args:
        error: what pydantic raised.
        given: what was validated, to tell fields from the tags that pydantic mixes into locations.
        fields_of: the fields of a step by its action.
    """
    details = error.errors(include_url=False, include_input=False)
    return list(dict.fromkeys(_problem(detail, given, fields_of) for detail in details))


def _problem(detail: Mapping[str, Any], given: Any, fields_of: Mapping[str, Sequence[str]]) -> Problem:
    kind, location = detail["type"], detail["loc"]
    context = detail.get("ctx", {})
    field = path_of(location, given, missing=kind == "missing")
    if kind == "union_tag_invalid":
        allowed = tuple(tag.strip(" '") for tag in str(context.get("expected_tags", "")).split(","))
        return Problem(message="no such action", field=f"{field}.action", allowed=allowed)
    if kind == "union_tag_not_found":
        return Problem(message="is missing", field=f"{field}.action", allowed=tuple(name for name in fields_of if name))
    if kind == "extra_forbidden":
        return Problem(message="is not a known field", field=field, allowed=_siblings(location, fields_of))
    if kind == WRONG_FIELD:
        inner = context["field"]
        within = f"{field}{'' if inner.startswith('[') or not inner else '.'}{inner}"
        return Problem(message=context["problem"], field=within, allowed=tuple(map(str, context["allowed"] or ())))
    problem = Problem(message=_sentence(kind, detail["msg"], context), field=field, allowed=_choices(kind, context))
    named = _NAMED_FIELD.match(problem.message)
    return replace(problem, field=named[1], message=problem.message[named.end() :]) if named else problem


def path_of(location: Sequence[int | str], given: Any, *, missing: bool = False) -> str:
    """Return pydantic's location as ``steps[2].url``, without the names of union members that it mixes in."""
    path, value = "", given
    for index, part in enumerate(location):
        if isinstance(part, int):
            if not isinstance(value, list | tuple) or part >= len(value):
                break
            path, value = f"{path}[{part}]", value[part]
        elif isinstance(value, Mapping) and part in value:
            path, value = f"{path}.{part}" if path else part, value[part]
        elif missing and index == len(location) - 1:
            path = f"{path}.{part}" if path else part
    return path


def _siblings(location: Sequence[int | str], fields_of: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    if len(location) == 1:
        return tuple(fields_of[""])
    if len(location) >= 4 and isinstance(location[-3], int):
        return tuple(fields_of.get(str(location[-2]), ()))
    return ()


def _sentence(kind: str, text: str, context: Mapping[str, Any]) -> str:
    if kind in _SENTENCES:
        return _SENTENCES[kind]
    if kind == "too_long":
        return f"has more than {context['max_length']} items"
    text = text.removeprefix("Value error, ").removeprefix("Assertion failed, ")
    return text[:1].lower() + text[1:] if text.startswith(("Input", "String", "List", "Value", "Tuple")) else text


def _choices(kind: str, context: Mapping[str, Any]) -> tuple[str, ...]:
    if kind not in ("literal_error", "enum"):
        return ()
    listed = str(context.get("expected", "")).replace(" or ", ", ")
    return tuple(part.strip(" '") for part in listed.split(",") if part.strip(" '"))
