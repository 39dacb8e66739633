"""Tests on texts: what each operator means, and how it is said."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from outrider_journeys.comparing import TextTest
from outrider_journeys.numbers_in_texts import number_of

TWINS = {"equals": "not_equals", "contains": "not_contains", "matches": "not_matches", "in": "not_in"}


@pytest.mark.parametrize(
    ("test", "passing", "failing"),
    [
        ("ab", ["xaby"], ["a b"]),
        ({"in": ["a", "b  c"]}, ["a", "b c"], ["A", "", "c"]),
        ({"in": ["a"], "ignore_case": True}, ["A"], ["b"]),
        ({"not_in": ["a"]}, ["b"], ["a"]),
        ({"empty": True}, ["", " \n"], ["x"]),
        ({"empty": False}, ["x"], [" "]),
        ({"greater_than": 3}, ["3.1", "4 items"], ["3", "none", "4 of 5"]),
        ({"at_least": 3}, ["3"], ["2.9"]),
        ({"less_than": 0}, ["-1", "\u22121,5 °C"], ["0"]),
        ({"at_most": "1,000.5"}, ["1000.5"], ["1000.51"]),
        ({"between": [1, 2]}, ["1", "1.5 €", "2"], ["0.99", "2.01"]),
        ({"starts_with": "Total", "at_least": 10}, ["Total: 10 EUR"], ["Sum: 10 EUR", "Total: 9 EUR"]),
    ],
)
def test_what_passes_and_what_does_not(test: Any, passing: list[str], failing: list[str]) -> None:
    made = TextTest.model_validate(test).rendered({})
    assert [made.problem_with(text) for text in passing] == [None] * len(passing)
    for text in failing:
        problem = made.problem_with(text)
        assert problem is not None
        assert problem.startswith(f"is “{' '.join(text.split())}”, expected: ")


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1,234.50 EUR", 1234.5),
        ("1.234,50 €", 1234.5),
        ("24,50", 24.5),
        ("1,234", 1234),
        ("0,123", 0.123),
        ("1.234", 1.234),
        ("12\u202f345\u202f678", 12345678),
        ("1'234.5", 1234.5),
        ("$.5", 0.5),
        ("EUR24", 24),
        ("3 of 4", None),
        ("no", None),
        ("1" * 20_000, None),
    ],
)
def test_numbers_are_read_as_pages_show_them(text: str, number: float | None) -> None:
    assert number_of(text) == number


@given(st.decimals(-(10**12), 10**12, places=2))
def test_numbers_with_groups_are_those_without(number: Any) -> None:
    english = f"{number:,}"
    german = english.translate(str.maketrans(",.", ".,"))
    assert number_of(english) == number_of(german) == float(number)


@given(
    st.sampled_from(sorted(TWINS)), st.text("ab .", max_size=5), st.text("ab", min_size=1, max_size=3), st.booleans()
)
def test_each_negation_is_the_opposite(operator: str, text: str, expected: str, ignore_case: bool) -> None:
    given: Any = [expected] if operator == "in" else expected
    results = {
        TextTest.model_validate({each: given, "ignore_case": ignore_case}).problem_with(text) is None
        for each in (operator, TWINS[operator])
    }
    assert results == {True, False}


def test_variables_are_filled_in_everywhere() -> None:
    test = TextTest.model_validate({"in": ["{{A}}", "b"], "at_most": "{{N}}", "matches": "^{{A}}$"})
    made = test.rendered({"A": "1.", "N": "10"})
    assert made.problem_with("1.") is None
    assert made.problem_with("b") is not None
    assert test.model_dump(exclude_unset=True) == {"in": ("{{A}}", "b"), "at_most": "{{N}}", "matches": "^{{A}}$"}
    assert made.describe() == "matches “^1\\.$” and one of “1.”, “b” and at most “10”"


@pytest.mark.parametrize(
    "test", [{}, {"in": []}, {"at_least": True}, {"at_least": "many"}, {"between": [1]}, {"less_than": float("nan")}]
)
def test_a_test_that_tests_nothing_is_refused(test: Any) -> None:
    with pytest.raises(ValidationError):
        TextTest.model_validate(test)
