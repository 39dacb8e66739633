"""Assertions about the records of a name: which of their facts an assertion of each type looks at.

A DNS check tells its records whole (``records``: ``10 mail.example.com``), by the part that people look for
(``values``: ``mail.example.com``) and, one to a line, as its body.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from outrider_engine.domain.assertions import Assertion, Operator, Source
from outrider_engine.domain.json_values import JsonValue
from outrider_engine.errors import InvalidInput

_ANY_IS = {Operator.EQUALS: Operator.CONTAINS, Operator.NOT_EQUALS: Operator.NOT_CONTAINS}
_ANY_HAS = (Operator.CONTAINS, Operator.NOT_CONTAINS, Operator.MATCHES, Operator.NOT_MATCHES)
_ALL = (Operator.CONTAINS_ALL, Operator.EQUALS, Operator.NOT_EQUALS)


def about_records(type: str, assertion: Assertion) -> Assertion:
    """Return an assertion of a type about records in the terms of their facts; any other as it is.

    Raises:
        InvalidInput: names ``operator``, ``expected`` or ``priority``.
    """
    reading = _READINGS.get(type)
    return assertion if reading is None else reading(assertion)


def _value(assertion: Assertion) -> Assertion:
    """Any of the records is, or contains, what is expected."""
    operator, expected = assertion.operator, assertion.expected
    if operator not in _ANY_IS and operator not in _ANY_HAS:
        raise InvalidInput("does not fit record_value", field="operator", allowed=[*_ANY_IS, *_ANY_HAS])
    if not isinstance(expected, str) or not expected:
        raise InvalidInput("must be a text that is not empty", field="expected")
    priority = (assertion.spelling or {}).get("priority")
    if priority is not None:
        if isinstance(priority, bool) or not isinstance(priority, int) or not 0 <= priority <= 65_535:
            raise InvalidInput("must be a number from 0 to 65535", field="priority")
        expected = f"{priority} {expected}"
    if operator in _ANY_HAS:
        return replace(assertion, source=Source.BODY, selector=None, expected=expected)
    return replace(assertion, operator=_ANY_IS[operator], selector=_fact(expected), expected=expected)


def _values(assertion: Assertion) -> Assertion:
    """The records have all that is expected among them, or are exactly that, in any order."""
    if assertion.operator not in _ALL:
        raise InvalidInput("does not fit record_values", field="operator", allowed=_ALL)
    expected = assertion.expected
    if not isinstance(expected, Sequence) or isinstance(expected, str) or not expected:
        raise InvalidInput("must be a list with at least one value", field="expected")
    if not all(isinstance(value, str) and value for value in expected):
        raise InvalidInput("must be a list of texts that are not empty", field="expected")
    texts = [str(value) for value in expected]
    wanted: list[JsonValue] = list(texts if assertion.operator is Operator.CONTAINS_ALL else sorted(texts))
    selector = "records" if all(_fact(text) == "records" for text in texts) else "values"
    return replace(assertion, selector=selector, expected=wanted)


def _count(assertion: Assertion) -> Assertion:
    if assertion.operator in {Operator.EQUALS, Operator.NOT_EQUALS} and (
        isinstance(assertion.expected, bool) or not isinstance(assertion.expected, int)
    ):
        raise InvalidInput("must be a number", field="expected")
    return assertion


def _existence(assertion: Assertion) -> Assertion:
    if assertion.operator is not Operator.EQUALS:
        raise InvalidInput("does not fit record_exists", field="operator", allowed=[Operator.EQUALS])
    if not isinstance(assertion.expected, bool):
        raise InvalidInput("must be true or false", field="expected")
    return assertion


def _fact(expected: str) -> str:
    """Return the fact that a text is compared with: only whole records have blanks (texts are the same in both)."""
    return "records" if " " in expected else "values"


_READINGS: Mapping[str, Callable[[Assertion], Assertion]] = {
    "record_value": _value,
    "record_values": _values,
    "record_count": _count,
    "record_exists": _existence,
}
