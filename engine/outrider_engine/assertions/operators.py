"""The operators: pure functions of the selected value and what is expected.

Every ``not_…`` operator is exactly the negation of its twin, so a missing value passes it.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, TypeAlias

from outrider_engine.domain.assertions import Operator
from outrider_engine.domain.json_values import JsonValue

from .patterns import found
from .texts import storable


class Missing:
    """Stands for a value that is not there (JSON's ``null`` is a value)."""


_NUMBER = re.compile(r"\s*[+-]?[0-9]{1,20}(\.[0-9]{1,20})?([eE][+-]?[0-9]{1,2})?\s*")
MISSING: Final = Missing()
Selected: TypeAlias = "JsonValue | Missing"

NEGATIONS = {
    Operator.NOT_EQUALS: Operator.EQUALS,
    Operator.NOT_IN: Operator.IN,
    Operator.NOT_CONTAINS: Operator.CONTAINS,
    Operator.NOT_MATCHES: Operator.MATCHES,
    Operator.NOT_EXISTS: Operator.EXISTS,
    Operator.NOT_EMPTY: Operator.EMPTY,
}


def holds(operator: Operator, actual: Selected, expected: JsonValue, *, case_sensitive: bool = True) -> bool:
    """Whether ``actual`` compares with ``expected`` as the operator says.

    Raises:
        InvalidInput: a pattern that is none.
    """
    if operator in NEGATIONS:
        return not holds(NEGATIONS[operator], actual, expected, case_sensitive=case_sensitive)
    if operator is Operator.EXISTS:
        return actual is not MISSING
    if operator is Operator.EMPTY:
        return isinstance(actual, Missing) or actual is None or actual in ("", [], {})
    if isinstance(actual, Missing):
        return False
    if operator is Operator.MATCHES:
        return _matches(actual, expected, case_sensitive=case_sensitive)
    if not case_sensitive:
        actual, expected = _folded(actual), _folded(expected)
    return _COMPARISONS[operator](actual, expected)


def same(actual: Any, expected: Any) -> bool:
    """Whether two JSON values are equal: ``1`` and ``1.0`` are, ``1`` and ``true`` or ``"1"`` are not."""
    if isinstance(actual, bool) or isinstance(expected, bool):
        return actual is expected
    if isinstance(actual, int | float) and isinstance(expected, int | float):
        return actual == expected
    if isinstance(actual, Mapping) and isinstance(expected, Mapping):
        return actual.keys() == expected.keys() and all(same(actual[key], expected[key]) for key in actual)
    if _is_list(actual) and _is_list(expected):
        return len(actual) == len(expected) and all(map(same, actual, expected))
    return type(actual) is type(expected) and bool(actual == expected)


def number(value: Any) -> float | int | None:
    """Return a number, also of a text that is one (a header, a rendered variable), else ``None``."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return value
    if isinstance(value, str) and _NUMBER.fullmatch(value):
        return float(value) if set(value) & set(".eE") else int(value)
    return None


def _is_list(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str)


def _folded(value: Any) -> Any:
    if isinstance(value, str):
        return value.casefold()
    return [_folded(item) for item in value] if _is_list(value) else value


def _matches(actual: JsonValue, expected: JsonValue, *, case_sensitive: bool) -> bool:
    if actual is None or isinstance(actual, bool | Mapping) or _is_list(actual):
        return False
    return found(str(expected), storable(str(actual)), case_sensitive=case_sensitive)


def _compared(compare: Callable[[float, float], bool]) -> Callable[[Any, Any], bool]:
    def comparison(actual: Any, expected: Any) -> bool:
        left, right = number(actual), number(expected)
        return left is not None and right is not None and compare(left, right)

    return comparison


def _between(actual: Any, expected: Any) -> bool:
    value, low, high = number(actual), number(expected[0]), number(expected[1])
    return value is not None and low is not None and high is not None and low <= value <= high


def _contains(actual: Any, expected: Any) -> bool:
    if isinstance(actual, str):
        return str(expected) in actual
    if isinstance(actual, Mapping):
        return isinstance(expected, str) and expected in actual
    return _is_list(actual) and any(same(item, expected) for item in actual)


def _affix(method: Callable[[str, str], bool]) -> Callable[[Any, Any], bool]:
    return lambda actual, expected: isinstance(actual, str) and method(actual, str(expected))


_COMPARISONS: Mapping[Operator, Callable[[Any, Any], bool]] = {
    Operator.EQUALS: same,
    Operator.GREATER_THAN: _compared(lambda actual, expected: actual > expected),
    Operator.GREATER_OR_EQUAL: _compared(lambda actual, expected: actual >= expected),
    Operator.LESS_THAN: _compared(lambda actual, expected: actual < expected),
    Operator.LESS_OR_EQUAL: _compared(lambda actual, expected: actual <= expected),
    Operator.BETWEEN: _between,
    Operator.IN: lambda actual, expected: any(same(actual, item) for item in expected),
    Operator.CONTAINS: _contains,
    Operator.CONTAINS_ALL: lambda actual, expected: all(_contains(actual, item) for item in expected),
    Operator.STARTS_WITH: _affix(str.startswith),
    Operator.ENDS_WITH: _affix(str.endswith),
}
