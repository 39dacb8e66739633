"""The algebra of the operators."""

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outrider_engine.assertions.operators import MISSING, NEGATIONS, holds, number, same
from outrider_engine.domain.assertions import Operator

scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4), max_leaves=10
)
numbers = st.integers() | st.floats(allow_nan=False, allow_infinity=False)


def expected_for(operator: Operator) -> st.SearchStrategy[Any]:
    positive = NEGATIONS.get(operator, operator)
    if positive in {Operator.IN, Operator.CONTAINS_ALL}:
        return st.lists(values, min_size=1, max_size=4)
    if positive is Operator.MATCHES:
        return st.sampled_from(["a", "^a+$", "[0-9]", ""])
    return values


@pytest.mark.parametrize("operator", NEGATIONS, ids=str)
@given(data=st.data())
def test_every_negation_is_the_negation_of_its_twin(operator: Operator, data: st.DataObject) -> None:
    actual = data.draw(values | st.just(MISSING))
    expected = data.draw(expected_for(operator))
    assert holds(operator, actual, expected) is not holds(NEGATIONS[operator], actual, expected)


@given(values)
def test_a_value_equals_itself_and_is_among_itself(value: Any) -> None:
    assert same(value, value)
    assert holds(Operator.EQUALS, value, value)
    assert holds(Operator.IN, value, [object, value])
    assert holds(Operator.CONTAINS, [1, value], value)


@given(values, values)
def test_equality_is_symmetric_and_strict_about_types(one: Any, other: Any) -> None:
    assert same(one, other) is same(other, one)
    if isinstance(one, bool) is not isinstance(other, bool) or isinstance(one, str) is not isinstance(other, str):
        assert not same(one, other)


@given(numbers, numbers)
def test_numbers_are_ordered(one: float, other: float) -> None:
    assert holds(Operator.GREATER_THAN, one, other) is holds(Operator.LESS_THAN, other, one)
    assert holds(Operator.LESS_OR_EQUAL, one, other) is not holds(Operator.GREATER_THAN, one, other)
    assert holds(Operator.GREATER_OR_EQUAL, one, other) is not holds(Operator.LESS_THAN, one, other)
    low, high = sorted((one, other))
    assert holds(Operator.BETWEEN, one, [low, high])


@given(st.text(), st.text(), st.text())
def test_parts_of_texts_are_found(before: str, part: str, after: str) -> None:
    whole = before + part + after
    assert holds(Operator.CONTAINS, whole, part)
    assert holds(Operator.STARTS_WITH, whole, before)
    assert holds(Operator.ENDS_WITH, whole, after)
    assert holds(Operator.CONTAINS_ALL, whole, [before, part, after])


@given(st.text(alphabet=st.characters(max_codepoint=127)))
def test_case_is_ignored_when_told_to(text: str) -> None:
    for operator in (Operator.EQUALS, Operator.CONTAINS, Operator.STARTS_WITH, Operator.ENDS_WITH):
        assert holds(operator, text.upper(), text.lower(), case_sensitive=False)
    assert holds(Operator.IN, text.upper(), [text.lower()], case_sensitive=False)


@given(values)
def test_a_missing_value_only_passes_what_asks_for_absence(expected: Any) -> None:
    for operator in (Operator.EQUALS, Operator.CONTAINS, Operator.GREATER_THAN, Operator.EXISTS, Operator.NOT_EMPTY):
        assert not holds(operator, MISSING, expected)
    assert holds(Operator.NOT_EXISTS, MISSING, None)
    assert holds(Operator.EMPTY, MISSING, None)
    assert holds(Operator.EXISTS, None, None)


@pytest.mark.parametrize(
    ("operator", "actual", "expected", "outcome"),
    [
        (Operator.EQUALS, 1, 1.0, True),
        (Operator.EQUALS, 1, True, False),
        (Operator.EQUALS, 1, "1", False),
        (Operator.EQUALS, {"a": [1]}, {"a": [1.0]}, True),
        (Operator.EQUALS, {"a": 1}, {"a": 1, "b": 2}, False),
        (Operator.EQUALS, (1, 2), [1, 2], True),
        (Operator.GREATER_THAN, "12", 5, True),
        (Operator.GREATER_THAN, "twelve", 5, False),
        (Operator.GREATER_THAN, True, 0, False),
        (Operator.BETWEEN, 5, [5, 5], True),
        (Operator.BETWEEN, None, [0, 9], False),
        (Operator.CONTAINS, ["a", "b"], "a", True),
        (Operator.CONTAINS, ["ab"], "a", False),
        (Operator.CONTAINS, {"a": 1}, "a", True),
        (Operator.CONTAINS, {"a": 1}, ["a"], False),
        (Operator.CONTAINS, 12, 1, False),
        (Operator.CONTAINS_ALL, ["a", "b"], ["a", "b"], True),
        (Operator.CONTAINS_ALL, ["a", "b"], ["a", "c"], False),
        (Operator.STARTS_WITH, 12, "1", False),
        (Operator.MATCHES, "abc", "b", True),
        (Operator.MATCHES, 503, "^5", True),
        (Operator.MATCHES, ["b"], "b", False),
        (Operator.MATCHES, None, "None", False),
        (Operator.EMPTY, "", None, True),
        (Operator.EMPTY, [], None, True),
        (Operator.EMPTY, {}, None, True),
        (Operator.EMPTY, None, None, True),
        (Operator.EMPTY, 0, None, False),
        (Operator.EMPTY, False, None, False),
        (Operator.EMPTY, " ", None, False),
    ],
)
def test_operators_say(operator: Operator, actual: Any, expected: Any, *, outcome: bool) -> None:
    assert holds(operator, actual, expected) is outcome


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12", 12),
        (" -1.5 ", -1.5),
        ("1e3", 1000.0),
        ("1_000", None),
        ("nan", None),
        ("inf", None),
        ("", None),
        ("0x10", None),
        (True, None),
        (None, None),
        ("9" * 50, None),
    ],
)
def test_texts_are_numbers_only_when_they_look_like_it(text: Any, value: float | None) -> None:
    assert number(text) == value
    assert not isinstance(number(text), Mapping)
