"""The operators of tests on texts, and how they are said in words."""

from collections.abc import Callable
from typing import Any

from .numbers_in_texts import number_of
from .patterns import compiled


def holds(operator: str, text: str, expected: Any, *, ignore_case: bool = False) -> bool:
    """Whether a text (on one line) compares with what is expected as the operator says."""
    if "matches" in operator:
        return OPERATORS[operator](text, f"(?i){expected}" if ignore_case else expected)
    wanted = _on_one_line_each(expected)
    return OPERATORS[operator](_folded(text), _folded(wanted)) if ignore_case else OPERATORS[operator](text, wanted)


def in_words(operator: str, expected: Any) -> str:
    """Return an operator and what it expects, for people."""
    if operator == "empty":
        return "empty" if expected else "not empty"
    if operator == "between":
        return f"between {_shown(expected[0])} and {_shown(expected[1])}"
    said = _WORDS.get(operator, operator.replace("_", " "))
    if isinstance(expected, tuple):
        shown = ", ".join(map(_shown, expected[:_MOST_SHOWN]))
        return f"{said} {shown}" + (", …" if len(expected) > _MOST_SHOWN else "")
    return f"{said} {_shown(expected)}"


def on_one_line(text: str) -> str:
    """Return a text with every run of white space as one space, and none at its ends."""
    return " ".join(text.split())


def cut(text: str, limit: int = 200) -> str:
    """Return a text on one line of at most ``limit`` characters."""
    line = on_one_line(text)
    return line if len(line) <= limit else line[: limit - 1] + "…"


def _shown(expected: float | str) -> str:
    return f"“{cut(expected)}”" if isinstance(expected, str) else f"{expected:.15g}"


def _on_one_line_each(expected: Any) -> Any:
    if isinstance(expected, str):
        return on_one_line(expected)
    return tuple(_on_one_line_each(each) for each in expected) if isinstance(expected, tuple) else expected


def _folded(value: Any) -> Any:
    if isinstance(value, str):
        return value.casefold()
    return tuple(map(_folded, value)) if isinstance(value, tuple) else value


def number_holds(operator: str, value: float, expected: Any) -> bool:
    """Whether a number compares with what is expected as the operator says; what is expected may be in texts."""
    limits = [_number(each) for each in (expected if isinstance(expected, tuple) else (expected,))]
    return None not in limits and NUMBER_OPERATORS[operator](value, *limits)


def _on_number(operator: str) -> Callable[[str, Any], bool]:
    def comparison(text: str, expected: Any) -> bool:
        value = number_of(text)
        return value is not None and number_holds(operator, value, expected)

    return comparison


def _number(value: float | str) -> float | None:
    return number_of(value) if isinstance(value, str) else value


_GREATNESS: dict[str, Callable[..., bool]] = {
    "greater_than": lambda value, limit: value > limit,
    "at_least": lambda value, limit: value >= limit,
    "less_than": lambda value, limit: value < limit,
    "at_most": lambda value, limit: value <= limit,
    "between": lambda value, low, high: low <= value <= high,
}
NUMBER_OPERATORS: dict[str, Callable[..., bool]] = {
    "equals": lambda value, expected: value == expected,
    "not_equals": lambda value, expected: value != expected,
    "in": lambda value, *expected: value in expected,
    **_GREATNESS,
}
"""Operators of tests on numbers."""
OPERATORS: dict[str, Callable[[str, Any], bool]] = {
    "equals": lambda text, expected: text == expected,
    "not_equals": lambda text, expected: text != expected,
    "contains": lambda text, expected: expected in text,
    "not_contains": lambda text, expected: expected not in text,
    "starts_with": lambda text, expected: text.startswith(expected),
    "ends_with": lambda text, expected: text.endswith(expected),
    "matches": lambda text, pattern: compiled(pattern).search(text) is not None,
    "not_matches": lambda text, pattern: compiled(pattern).search(text) is None,
    "in": lambda text, expected: text in expected,
    "not_in": lambda text, expected: text not in expected,
    "empty": lambda text, expected: (text == "") == expected,
    **{operator: _on_number(operator) for operator in _GREATNESS},
}
"""Operators of tests on texts."""
_WORDS = {"in": "one of", "not_in": "none of"}
_MOST_SHOWN = 5
