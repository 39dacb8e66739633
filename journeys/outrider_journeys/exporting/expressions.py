"""Python expressions as texts."""

import json
import re
from collections.abc import Mapping
from typing import Any

NAMED = re.compile(r"\{\{\s*([A-Za-z_][A-Za-z0-9_.-]*)\s*\}\}")
"""A variable in a text of a journey."""


class Expression(str):
    """Python code where a value could stand."""

    __slots__ = ()


def escaped(text: str) -> str:
    """Return a text as it stands between double quotes."""
    return json.dumps(text, ensure_ascii=False)[1:-1].replace("\x7f", "\\x7f")


def literal(value: Any) -> str:
    """Return the Python expression for plain data, texts in double quotes unless there are some within.

    Texts of several lines keep these.
    """
    if isinstance(value, Expression):
        return str(value)
    if isinstance(value, str):
        if _has_readable_lines(value):
            return f'"""{value}"""'
        text = f'"{escaped(value)}"'
        has_only_double_ones = '"' in value and "'" not in value
        return "'" + text[1:-1].replace('\\"', '"') + "'" if has_only_double_ones else text
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{literal(key)}: {literal(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(literal, value)) + "]"
    return repr(value)


def _has_readable_lines(text: str) -> bool:
    lines = text.split("\n")
    is_plain = all(line.isprintable() and "\\" not in line for line in lines)
    return len(lines) > 1 and is_plain and '"""' not in text and not text.endswith('"')


def called(target: str, *arguments: str, **options: Any) -> str:
    """Return a call as an expression; options that are ``None`` are left out."""
    given = [f"{name}={literal(value)}" for name, value in options.items() if value is not None]
    return f"{target}({', '.join([*arguments, *given])})"


def filled_in(text: str) -> str:
    """Return the expression for a text in which ``{{NAME}}`` stands for a variable: of the values in ``values``."""
    parts = NAMED.split(text)
    if len(parts) == 1:
        return literal(text)
    if len(parts) == 3 and parts[0] == parts[2] == "":
        return f"values[{literal(parts[1])}]"
    pieces = [
        f"{{values['{part}']}}" if index % 2 else escaped(part).replace("{", "{{").replace("}", "}}")
        for index, part in enumerate(parts)
    ]
    return f'f"{"".join(pieces)}"'


def pattern(expression: str, *, ignore_case: bool = False) -> str:
    """Return the expression for a regular expression in which ``{{NAME}}`` only matches its own text."""
    parts = NAMED.split(expression)
    pieces = [
        f"re.escape(values[{literal(part)}])" if index % 2 else literal(part)
        for index, part in enumerate(parts)
        if part or len(parts) == 1
    ]
    return f"re.compile({' + '.join(pieces)}{', re.IGNORECASE' if ignore_case else ''})"


TEXTS = {
    "equals": "{text} == {expected}",
    "not_equals": "{text} != {expected}",
    "contains": "{expected} in {text}",
    "not_contains": "{expected} not in {text}",
    "starts_with": "{text}.startswith({expected})",
    "ends_with": "{text}.endswith({expected})",
    "in": "{text} in {expected}",
    "not_in": "{text} not in {expected}",
    "empty": '{text} == ""',
    "not_empty": '{text} != ""',
}
"""Operators on texts; those that match are written with ``re``."""
NUMBERS = {
    "equals": "{0} == {1}",
    "not_equals": "{0} != {1}",
    "in": "{0} in ({all},)",
    "greater_than": "{0} > {1}",
    "at_least": "{0} >= {1}",
    "less_than": "{0} < {1}",
    "at_most": "{0} <= {1}",
    "between": "{1} <= {0} <= {2}",
}
"""Operators on numbers. Some of them are tests on texts as well, where the first three are not."""
