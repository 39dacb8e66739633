"""What differs between two definitions."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from outrider_engine.domain.comparing import MOST_CHANGES, ChangeKind, Labelled, compare

PLAIN = st.none() | st.booleans() | st.integers(-3, 3) | st.text(max_size=3)
ANY = st.recursive(
    PLAIN, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from("ab"), inner, max_size=2)
)
STEP = st.fixed_dictionaries(
    {"action": st.sampled_from(["goto", "click"])},
    optional={"id": st.sampled_from("abcdef"), "name": st.sampled_from("xyz"), "value": PLAIN},
)
JOURNEY = st.fixed_dictionaries({"name": PLAIN, "steps": st.lists(STEP, max_size=8)})


def lines(before: Any, after: Any) -> list[str]:
    return [change.line() for change in compare(before, after)]


def test_steps_are_told_apart_by_their_ids() -> None:
    before = {"steps": [{"id": "open", "action": "goto"}, {"id": "buy", "action": "click", "locator": {"text": "Buy"}}]}
    after = {
        "steps": [
            {"id": "look", "action": "hover"},
            {"id": "open", "action": "goto"},
            {"id": "buy", "action": "click", "locator": {"text": "Buy now"}},
        ]
    }
    assert lines(before, after) == [
        '+ steps[look]: {"action": "hover", "id": "look"}',
        '~ steps[buy].locator.text: "Buy" → "Buy now"',
    ]


def test_what_only_changed_its_place_has_moved() -> None:
    a, b, c = ({"id": id, "action": "click"} for id in "abc")
    assert lines({"steps": [a, b, c]}, {"steps": [c, a, b]}) == ["> steps[c]: moved from 3 to 1"]


def test_a_step_without_an_id_of_its_own_is_found_again_by_its_place_and_action() -> None:
    before = [Labelled({"action": "goto"}, "goto"), Labelled({"action": "click", "text": "Buy"}, "click-buy")]
    after = [Labelled({"action": "goto"}, "goto"), Labelled({"action": "click", "text": "Pay"}, "click-pay")]
    assert lines({"steps": before}, {"steps": after}) == ['~ steps[click-buy].text: "Buy" → "Pay"']
    named = [Labelled({"action": "click", "id": id}, id) for id in ("buy", "pay")]
    assert [change.kind for change in compare(named[:1], named[1:])] == [ChangeKind.REMOVED, ChangeKind.ADDED]


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ({"on": True}, {"on": 1}, ["~ on: true → 1"]),
        ({"tags": ["a"]}, {"tags": ["a", "b"]}, ['~ tags: ["a"] → ["a", "b"]']),
        ({"a": None}, {}, ["- a: null"]),
        ({}, {"a": []}, ["+ a: []"]),
        ({"a": []}, {"a": [{"x": 1}]}, ['+ a[0]: {"x": 1}']),
        ({"a": "x" * 500}, {"a": ""}, ['~ a: "' + "x" * 158 + '… → ""']),
    ],
)
def test_differences_are_told_on_a_line_each(before: Any, after: Any, told: list[str]) -> None:
    assert lines(before, after) == told


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(ANY | JOURNEY, ANY | JOURNEY)
def test_only_what_is_the_same_has_no_differences(before: Any, after: Any) -> None:
    is_same = json.dumps(before, sort_keys=True) == json.dumps(after, sort_keys=True)
    assert (compare(before, after) == ()) is is_same
    assert compare(before, before) == ()


def test_ten_thousand_steps_in_another_order_are_compared_in_no_time() -> None:
    steps = [{"id": f"s{number}", "action": "click"} for number in range(10_000)]
    assert len(compare({"steps": steps}, {"steps": steps[::-1]})) == MOST_CHANGES
