"""Journeys that are made of moments: ways to elements, effects, secrets, notes."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outrider_journeys.recording.codegen import moments_of
from outrider_journeys.recording.effects import expectations_of
from outrider_journeys.recording.making import journey_of
from outrider_journeys.recording.moments import Caused, Effect, Moment
from outrider_journeys.recording.recording import Recording
from outrider_journeys.recording.ways import all_ways, best_ways, way_for_people

from .conftest import ACTIONS, moment

OPENED = moment("navigate", url="http://shop.example/login")
PASSWORD = 'internal:label="Password"'
SECRET = "tra1l/head+9"


def caused(effect: Effect, **detail: str) -> Caused:
    return Caused(page="a", effect=effect, at=1, detail=detail)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://a/cart", {"url": {"contains": "/cart"}}),
        ("http://a/orders/4711/receipt?x=1", {"url": {"contains": "/orders/"}}),
        ("http://a/files/8d3f1c2b9a7e4f60/x", {"url": {"contains": "/files/"}}),
        ("http://a/v2/cart", {"url": {"contains": "/v2/cart"}}),
        ("http://a/?added=1", {"url": {"matches": r"^https?://[^/]+/?([?#].*)?$"}}),
        ("http://a/4711", {}),
        ("http://a/#/cart?x", {"url": {"contains": "#/cart"}}),
        ("http://a/{{NAME}}/x", {"url": {"contains": "/{{BRACES}}NAME}}/x"}}),
    ],
)
def test_of_an_address_is_expected_what_does_not_change(url: str, expected: dict[str, Any]) -> None:
    clicked = moment("click", "#a", caused=(caused(Effect.NAVIGATION, url=url),))
    assert expectations_of(clicked) == [{"navigation": expected}]


def test_a_navigation_to_no_site_is_not_expected() -> None:
    clicked = moment("click", "#a", caused=(caused(Effect.NAVIGATION, url="chrome-error://chromewebdata/"),))
    assert expectations_of(clicked) == []


def test_ways_begin_with_what_people_see_and_leave_out_what_changes() -> None:
    first = {"test_id": "buy"}
    others = (
        "body > a:nth-of-type(2)",
        'internal:text="Buy for 98.00"s',
        'internal:role=link[name="Buy"s]',
        'internal:testid=[data-testid="buy"s]',
        "xpath=//broken[",
    )
    ways = all_ways(first, others)
    assert way_for_people(ways) == {"role": "link", "name": "Buy", "exact": True}
    assert best_ways(ways) == [
        {"role": "link", "name": "Buy", "exact": True},
        {"test_id": "buy"},
        {"css": "body > a:nth-of-type(2)"},
    ]


def test_a_way_that_changes_is_better_than_only_one() -> None:
    text = {"text": "Buy for 98.00", "exact": True}
    assert best_ways(all_ways(text, ["body > a"])) == [{"css": "body > a"}, text]


def test_ways_stay_in_the_frame_of_the_first() -> None:
    frame = [{"css": "#pay"}]
    ways = all_ways({"label": "Card", "frame": frame}, ["#card"])
    assert best_ways(ways) == [{"label": "Card", "frame": frame}, {"css": "#card", "frame": frame}]


def test_a_secret_is_named_and_nowhere_in_the_journey() -> None:
    moments = [
        OPENED,
        moment("fill", "#code", text=SECRET, secret=True),
        moment("assertText", "p", text=f"You typed {SECRET}", substring=True),
        moment("navigate", url="http://shop.example/?code=tra1l%2Fhead%2B9"),
        moment("fill", PASSWORD, text=SECRET, secret=True),
        moment("click", "#echo", selectors=(f'internal:text="You typed {SECRET}"s',)),
        moment("fill", PASSWORD, text="click", secret=True),
    ]
    recorded = journey_of(moments, ACTIONS)
    assert set(recorded.definition["secrets"]) == set(recorded.secrets)
    assert sorted(recorded.secrets.values()) == sorted({SECRET, "click"})
    written = json.dumps(recorded.definition)
    assert not [form for form in (SECRET, "tra1l%2Fhead%2B9") if form in written]
    steps = recorded.definition["steps"]
    assert steps[1]["value"] == steps[4]["value"]
    assert steps[2]["text"]["contains"] == f"You typed {steps[1]['value']}"
    assert steps[5]["name"] == f"Click “You typed {steps[1]['value']}”"
    assert steps[3]["url"] == f"/?code={steps[1]['value']}"


@given(value=st.text(min_size=1, max_size=30))
def test_whatever_is_typed_into_a_password_field_comes_back_as_a_secret(value: str) -> None:
    recorded = journey_of([OPENED, moment("fill", "#code", text=value, secret=True)], ACTIONS)
    assert list(recorded.secrets.values()) == [value]
    assert recorded.definition["steps"][1]["value"] == f"{{{{{next(iter(recorded.secrets))}}}}}"


def test_a_field_that_only_sounds_secret_is_one_too() -> None:
    recorded = journey_of([OPENED, moment("fill", 'internal:label="API key"', text="k-123456")], ACTIONS)
    assert recorded.secrets == {"API_KEY": "k-123456"}
    assert recorded.definition["steps"][1]["value"] == "{{API_KEY}}"


def test_the_journey_is_called_after_the_site_and_begins_there() -> None:
    definition = journey_of([OPENED, moment("click", "#a")], ACTIONS, browser={"device": "iPhone 15"}).definition
    assert definition["name"] == "Recording of shop.example/login"
    assert (definition["base_url"], definition["browser"]) == ("http://shop.example", {"device": "iPhone 15"})
    assert definition["steps"] == [
        {"name": "Open /login", "action": "goto", "url": "/login"},
        {"name": "Click #a", "action": "click", "locator": {"css": "#a"}},
    ]


def test_nonsense_of_a_page_is_left_out_and_told() -> None:
    recording = Recording(ACTIONS)
    for each in (OPENED, moment("click", "#a", clickCount="many", modifiers=["x"]), moment("click", "#b")):
        recording.acted(each)
    recorded = recording.made()
    assert recorded.step_names == ("Open /login", "Click #b")
    assert len(recorded.notes) == 1


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)
NAMES = (
    "openPage",
    "closePage",
    "navigate",
    "click",
    "fill",
    "press",
    "select",
    "setInputFiles",
    "check",
    "assertText",
)
FIELDS = (
    "selector",
    "text",
    "url",
    "key",
    "options",
    "files",
    "clickCount",
    "button",
    "modifiers",
    "position",
    "value",
)
ACTION = st.builds(
    lambda name, fields: {**fields, "name": name},
    st.sampled_from(NAMES) | JSON,
    st.dictionaries(st.sampled_from(FIELDS), JSON, max_size=6),
)


@settings(max_examples=60, deadline=None)
@given(told=st.lists(st.tuples(st.sampled_from(("a", "b")), ACTION, st.booleans()), max_size=5))
def test_whatever_pages_tell_a_journey_comes_of_it(told: list[tuple[str, dict[str, Any], bool]]) -> None:
    recording = Recording(ACTIONS)
    for at, (page, action, secret) in enumerate(told):
        recording.acted(Moment(page=page, action=action, at=at, secret=secret))
    ACTIONS.parse(recording.made().definition)


def test_lines_of_the_command_line_are_moments_with_effects() -> None:
    lines = [
        {"browserName": "chromium"},
        {"name": "openPage", "url": "about:blank", "signals": [], "pageAlias": "page"},
        {
            "name": "click",
            "selector": "#a",
            "pageAlias": "page",
            "signals": [
                {"name": "navigation", "url": "http://a/b"},
                {"name": "popup", "popupAlias": "page1"},
                {"name": "download", "downloadAlias": "0"},
                {"name": "dialog", "dialogAlias": "1"},
                {"name": "unheard"},
            ],
        },
    ]
    text = "\n".join(json.dumps(line) for line in lines)
    moments, effects = moments_of(f'{text}\n{{"name": "cli')
    assert [(each.name, each.page) for each in moments] == [("openPage", "page"), ("click", "page")]
    assert [each.effect for each in effects] == [Effect.NAVIGATION, Effect.POPUP, Effect.DOWNLOAD, Effect.DIALOG]
    assert {each.at for each in effects} == {moments[1].at}
    acted: Moment = moments[1]
    assert "signals" not in acted.action
