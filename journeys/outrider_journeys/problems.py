"""What is wrong with a journey: every problem with its field, its line where there is one, and what is allowed."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pydantic import BaseModel, ValidationError

from outrider_engine.contracts.known_fields import fields_at
from outrider_engine.contracts.wrong_field import WRONG_FIELD
from outrider_engine.errors import InvalidInput, did_you_mean

_MOST = 20
"""Problems that are listed; the others are counted."""
_MOST_EXPLAINED = 10 * _MOST
"""Problems that are told in words: to find which of many names was meant takes time."""
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


def problems_in(error: ValidationError, given: Any, model: type[BaseModel], actions: Sequence[str]) -> list[Problem]:
    """Return what pydantic found, in the words of journeys; values that were sent are never part of it.

    Args:
        error: what pydantic raised.
        given: what was validated, to tell fields from the tags that pydantic mixes into locations.
        model: what it was validated as.
        actions: what steps can do.
    """
    details = error.errors(include_url=False)
    told = [_problem(detail, given, model, actions) for detail in details[:_MOST_EXPLAINED]]
    others = (Problem(message="is wrong", field=path_of(each["loc"], given)) for each in details[_MOST_EXPLAINED:])
    return list(dict.fromkeys([*told, *others]))


def _problem(detail: Mapping[str, Any], given: Any, model: type[BaseModel], actions: Sequence[str]) -> Problem:
    kind, location = detail["type"], detail["loc"]
    context = detail.get("ctx", {})
    field = path_of(location, given, missing=kind == "missing")
    if kind == "union_tag_invalid":
        return _chosen("no such action", f"{field}.action", actions, context["tag"])
    if kind == "union_tag_not_found":
        return Problem(message="is missing", field=f"{field}.action", allowed=tuple(actions))
    if kind == "extra_forbidden":
        return _chosen("is not a known field", field, fields_at(model, location), location[-1])
    if kind == WRONG_FIELD:
        inner = context["field"]
        within = f"{field}{'' if inner.startswith('[') or not inner else '.'}{inner}"
        return Problem(message=context["problem"], field=within, allowed=tuple(map(str, context["allowed"] or ())))
    problem = _chosen(_sentence(kind, detail["msg"], context), field, _choices(kind, context), detail["input"])
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


def _chosen(message: str, field: str, allowed: Sequence[str], given: object) -> Problem:
    """Return what is wrong with something that had to be one of several, and which of them was probably meant."""
    return Problem(message=message + did_you_mean(given, allowed), field=field, allowed=tuple(allowed))


def _sentence(kind: str, text: str, context: Mapping[str, Any]) -> str:
    if kind in _SENTENCES:
        return _SENTENCES[kind]
    if kind == "too_long":
        there_are = f", there are {context['actual_length']}" if context.get("actual_length") else ""
        return f"has more than {context['max_length']} items{there_are}"
    text = text.removeprefix("Value error, ").removeprefix("Assertion failed, ")
    return text[:1].lower() + text[1:] if text.startswith(("Input", "String", "List", "Value", "Tuple")) else text


def _choices(kind: str, context: Mapping[str, Any]) -> tuple[str, ...]:
    if kind not in ("literal_error", "enum"):
        return ()
    listed = str(context.get("expected", "")).replace(" or ", ", ")
    return tuple(part.strip(" '") for part in listed.split(",") if part.strip(" '"))
