"""JSON of others: bounded in depth, and with errors that name the place of what is wrong."""

import json
import math
import re
from collections.abc import Mapping
from typing import Any

from .contract import DEEPEST, ImportProblem

_BRACKETS = re.compile(r'"(?:[^"\\]|\\.)*+"|[\[\]{}]', re.DOTALL)
_LONGEST_INTEGER = 19
"""Digits; longer integers than 64 bits hold are read as floating-point numbers, as JavaScript does."""


def read_json(text: str) -> Any:
    """Return what a JSON text says.

    Raises:
        ImportProblem: it is no JSON, or nested too deep.
    """
    if deeper_than(text, DEEPEST):
        raise ImportProblem(f"is nested deeper than {DEEPEST} levels")
    try:
        value = json.loads(_without_nul(text), parse_constant=_no_constant, parse_int=_integer, parse_float=_finite)
    except json.JSONDecodeError as error:
        raise ImportProblem(f"not JSON: {error.msg[:1].lower()}{error.msg[1:]}", line=error.lineno) from None
    return _without_lone_surrogates(value, text)


def without_nothing(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields that say something: ``null``, and what is empty, is what a format means by an absent field."""
    return {name: value for name, value in given.items() if value is not None and value not in ("", [], {})}


def deeper_than(text: str, most: int) -> bool:
    """Whether brackets outside of strings are nested deeper."""
    depth = 0
    for match in _BRACKETS.finditer(text):
        bracket = match[0]
        if bracket in "[{":
            depth += 1
            if depth > most:
                return True
        elif bracket in "]}":
            depth -= 1
    return False


def looks_like_json(text: str, *keys: str) -> bool:
    """Whether a text is an object or list that has all the keys within its first hundred thousand characters."""
    head = text[:100_000].lstrip("\ufeff \t\r\n")
    return head[:1] in ("{", "[") and all(re.search(rf'"{key}"\s*:', head) for key in keys)


class Fields:
    """An object of the source, whose fields are read with their types checked.

    Attributes:
        value: the object itself.
        path: where it is in the source.
    """

    def __init__(self, value: Any, path: str) -> None:
        if not isinstance(value, dict):
            raise ImportProblem("must be an object", field=path or None)
        self.value: dict[str, Any] = value
        self.path = path

    def at(self, name: str) -> str:
        """Return the path of a field."""
        return f"{self.path}.{name}" if self.path else name

    def text(self, name: str, default: str | None = None) -> str:
        """Return a text; without a default it has to be there."""
        value = self.value.get(name, default)
        if not isinstance(value, str):
            raise self.wrong(name, "a text")
        return value

    def number(self, name: str, default: float | None = None) -> float:
        """Return a finite number; without a default it has to be there."""
        value = self.value.get(name, default)
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            raise self.wrong(name, "a number")
        return value

    def flag(self, name: str, default: bool) -> bool:
        """Return true or false."""
        value = self.value.get(name, default)
        if not isinstance(value, bool):
            raise self.wrong(name, "true or false")
        return value

    def items(self, name: str, *, required: bool = False) -> list[Any]:
        """Return a list; one that is absent or ``null`` is empty unless it is required."""
        value = self.value.get(name)
        if value is None and not required:
            return []
        if not isinstance(value, list):
            raise self.wrong(name, "a list")
        return value

    def objects(self, name: str, *, required: bool = False) -> "list[Fields]":
        """Return a list of objects."""
        return [
            Fields(item, f"{self.at(name)}[{index}]") for index, item in enumerate(self.items(name, required=required))
        ]

    def part(self, name: str) -> "Fields":
        """Return an object within; one that is absent or ``null`` is empty."""
        value = self.value.get(name)
        return Fields({} if value is None else value, self.at(name))

    def wrong(self, name: str, expected: str) -> ImportProblem:
        """Return the error for a field that is not what it has to be."""
        problem = f"must be {expected}" if name in self.value else f"is missing: {expected} is needed"
        return ImportProblem(problem, field=self.at(name))


def _no_constant(text: str) -> Any:
    raise ImportProblem(f"not JSON: {text} is not a number")


def _integer(text: str) -> int | float:
    return int(text) if len(text) < _LONGEST_INTEGER else float(text)


def _finite(text: str) -> float:
    value = float(text)
    if math.isinf(value):
        raise ImportProblem(f"{text[:40]} is too large a number")
    return value


def _without_nul(text: str) -> str:
    """Return the text without its byte order mark, and without what no database of ours could keep."""
    return text.removeprefix("\ufeff").replace("\\u0000", "\\ufffd")


def _without_lone_surrogates(value: Any, text: str) -> Any:
    if "\\u" not in text:
        return value
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise ImportProblem("contains half a character (a lone surrogate)") from None
    return value
