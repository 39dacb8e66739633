"""What is left out of a recording, and what stays."""

from typing import Any

import pytest

from outrider_journeys.recording.cleaning import cleaned, without_shortcuts
from outrider_journeys.recording.moments import Caused, Effect, Moment, Way, attributed, in_order

from .conftest import moment

FIELD = 'internal:label="E-mail"'


def went_to(url: str, at: float, page: str = "a", way: Way = Way.UNKNOWN) -> Caused:
    return Caused(page=page, effect=Effect.NAVIGATION, at=at, detail={"url": url}, way=way)


def told(moments: list[Moment]) -> list[tuple[str, Any]]:
    """Return names of actions with what they typed, pressed, chose or opened."""
    words = ("text", "key", "options", "url", "clickCount")
    return [(each.name, next((each.action[word] for word in words if word in each.action), None)) for each in moments]


@pytest.mark.parametrize(
    ("moments", "kept"),
    [
        pytest.param(
            [moment("click", FIELD, clickCount=1), moment("fill", FIELD, text="a"), moment("fill", FIELD, text="ada")],
            [("fill", "ada")],
            id="click-and-letters-before-a-text",
        ),
        pytest.param(
            [moment("fill", FIELD, text="ada"), moment("press", FIELD, key="Tab"), moment("fill", "#b", text="x")],
            [("fill", "ada"), ("fill", "x")],
            id="tab-to-the-next-field",
        ),
        pytest.param(
            [moment("fill", FIELD, text="ada"), moment("press", FIELD, key="Tab")], [("fill", "ada")], id="last-tab"
        ),
        pytest.param(
            [moment("press", FIELD, key="Enter"), moment("click", "#send", clickCount=0)],
            [("press", "Enter")],
            id="button-that-the-browser-clicks-for-enter",
        ),
        pytest.param(
            [moment("click", "label", clickCount=1, forwards=True), moment("check", "#terms")],
            [("check", None)],
            id="click-on-the-label-of-a-box",
        ),
        pytest.param(
            [moment("press", "select", key="g"), moment("select", "select", options=["g"])],
            [("select", ["g"])],
            id="key-that-chooses",
        ),
        pytest.param(
            [moment("click", "#a", clickCount=1), moment("click", "#a", clickCount=2)],
            [("click", 2)],
            id="first-half-of-a-double-click",
        ),
        pytest.param(
            [moment("click", "#a", clickCount=1), moment("click", "#a", clickCount=1)],
            [("click", 1), ("click", 1)],
            id="two-clicks-stay",
        ),
        pytest.param(
            [moment("click", FIELD, clickCount=1, button="right"), moment("fill", FIELD, text="x")],
            [("click", 1), ("fill", "x")],
            id="click-of-another-button-stays",
        ),
        pytest.param(
            [moment("click", FIELD, clickCount=1), moment("fill", FIELD, text="x", page="b")],
            [("click", 1), ("fill", "x")],
            id="another-page-is-another-field",
        ),
        pytest.param(
            [moment("fill", FIELD, text="a"), moment("click", "#b", clickCount=1), moment("fill", FIELD, text="b")],
            [("fill", "a"), ("click", 1), ("fill", "b")],
            id="texts-with-something-between-stay",
        ),
        pytest.param(
            [
                moment("openPage", url="about:blank"),
                moment("navigate", url="http://a/", at=1),
                moment("navigate", url="http://a/login", at=2),
                moment("navigate", url="http://a/other", at=20),
            ],
            [("navigate", "http://a/"), ("navigate", "http://a/other")],
            id="page-that-sends-its-visitors-on",
        ),
    ],
)
def test_what_says_nothing_is_left_out(moments: list[Moment], kept: list[tuple[str, Any]]) -> None:
    assert told(cleaned(moments)) == kept


def test_where_a_click_led_is_no_step_but_its_effect() -> None:
    clicked = moment("click", "#go", at=10, clickCount=1)
    typed = moment("navigate", url="http://a/there", at=10.6)
    kept = cleaned(attributed([clicked, typed], [went_to("http://a/there", 10.2)]))
    assert told(kept) == [("click", 1)]
    assert kept[0].last(Effect.NAVIGATION) is not None


@pytest.mark.parametrize(
    ("later", "effect", "visits"),
    [
        pytest.param([("cart", 12.0, Way.RELOAD), ("pack", 13.0, Way.BACK)], "cart", ["reload", "back"], id="buttons"),
        pytest.param([("cart", 10.5, Way.RELOAD)], "cart", ["reload"], id="button-at-once"),
        pytest.param([("paid", 13.0, Way.SENT_ON)], "paid", [], id="page-that-sends-on-later"),
        pytest.param([("login", 10.9, Way.UNKNOWN)], "login", [], id="page-that-sends-on-at-once"),
        pytest.param([("typed", 13.0, Way.UNKNOWN)], "cart", [""], id="address"),
        pytest.param([("typed", 13.0, Way.UNKNOWN), ("in", 13.4, Way.UNKNOWN)], "cart", [""], id="address-led-on"),
    ],
)
def test_where_a_visitor_went_after_a_click_had_led_somewhere_is_a_step(
    later: list[tuple[str, float, Way]], effect: str, visits: list[str]
) -> None:
    moments = [moment("click", "#go", at=10, clickCount=1), moment("assertText", "#b", at=14, text="x")]
    caused = [went_to("cart", 10.3), *(went_to(url, at, way=way) for url, at, way in later)]
    clicked, *visited, last = cleaned(attributed(moments, caused))
    arrived = clicked.last(Effect.NAVIGATION)
    assert (arrived and arrived.detail["url"], last.name) == (effect, "assertText")
    assert [(each.name, each.way) for each in visited] == [("navigate", way) for way in visits]


@pytest.mark.parametrize(
    ("key", "modifiers", "stays"),
    [("l", 2, False), ("R", 10, False), ("F5", 0, False), ("ArrowLeft", 1, False), ("l", 0, True), ("a", 2, True)],
)
def test_keys_for_the_browser_are_no_steps(key: str, modifiers: int, stays: bool) -> None:
    pressed = moment("press", "#body", key=key, modifiers=modifiers, at=15)
    assert without_shortcuts([OPENED, pressed]) == [OPENED, *([pressed] if stays else [])]


def test_a_page_that_is_reloaded_by_a_key_is_reloaded_in_the_journey() -> None:
    moments = without_shortcuts([OPENED, moment("press", "#body", key="F5", at=15), LATER])
    kept = cleaned(attributed(moments, [went_to("/", 15.2, way=Way.RELOAD)]))
    assert [(each.name, each.way) for each in kept] == [
        ("navigate", None),
        ("navigate", "reload"),
        ("assertText", None),
    ]


OPENED, LATER = moment("navigate", url="/", at=10), moment("assertText", "#b", at=20, text="x")


@pytest.mark.parametrize(
    ("recorded", "caused", "visits"),
    [
        pytest.param([("typed", 13.4)], [("typed", 13.0, Way.UNKNOWN)], [("typed", None)], id="typed-soon"),
        pytest.param([("typed", 18.4)], [("typed", 18.0, Way.UNKNOWN)], [("typed", None)], id="typed-late"),
        pytest.param([("home", 13.4)], [("home", 13.0, Way.SENT_ON)], [], id="page-that-sends-on"),
        pytest.param([("home", 11.0)], [("home", 10.8, Way.UNKNOWN)], [], id="page-that-sends-on-and-hides-it"),
        pytest.param([("home", 13.0)], [], [], id="page-that-tells-nothing"),
        pytest.param(
            [], [("/", 10.8, Way.RELOAD), ("/", 18.0, Way.RELOAD)], [("/", "reload")] * 2, id="reloaded-twice"
        ),
        pytest.param([("b", 13.4)], [("b", 13.0, Way.BACK)], [("b", "back")], id="gone-back"),
    ],
)
def test_where_a_visitor_went_after_a_page_was_opened_is_a_step(
    recorded: list[tuple[str, float]], caused: list[tuple[str, float, Way]], visits: list[tuple[str, Way | None]]
) -> None:
    moments = [OPENED, *(moment("navigate", url=url, at=at) for url, at in recorded), LATER]
    effects = [went_to("/", 9.9), *(went_to(url, at, way=way) for url, at, way in caused)]
    opened, *visited, last = cleaned(attributed(moments, effects))
    assert (opened.action, last.action) == (OPENED.action, LATER.action)
    assert [(each.action["url"], each.way) for each in visited] == visits


def test_an_address_that_was_typed_soon_after_an_assertion_is_a_step() -> None:
    moments = [OPENED, moment("assertVisible", "#a", at=12), LATER]
    kept = cleaned(attributed(moments, [went_to("typed", 13, way=Way.UNKNOWN), went_to("on", 13.3, way=Way.SENT_ON)]))
    assert [each.action.get("url", each.name) for each in kept] == ["/", "assertVisible", "typed", "assertText"]


def test_what_the_browser_clicked_for_enter_leaves_its_effects_to_the_key() -> None:
    moments = [moment("press", FIELD, key="Enter", at=1), moment("click", "#send", clickCount=0, at=1.001)]
    kept = cleaned(attributed(moments, [went_to("http://a/sent", 1.2)]))
    assert [(each.name, len(each.caused)) for each in kept] == [("press", 1)]


@pytest.mark.parametrize(
    "caused",
    [
        pytest.param(went_to("http://a/", 9), id="before"),
        pytest.param(went_to("http://a/", 16), id="too-late"),
        pytest.param(went_to("http://a/", 11, page="b"), id="another-page"),
        pytest.param(went_to("http://a/", 14), id="after-an-action-that-causes-nothing"),
    ],
)
def test_what_no_action_caused_is_left_out(caused: Caused) -> None:
    moments = [moment("click", "#a", at=10), moment("assertText", "#b", at=13, text="x")]
    assert not [each for each in attributed(moments, [caused]) if each.caused]


def test_what_the_recorder_held_back_is_not_later_than_what_it_told_next() -> None:
    held_back, stamped = moment("navigate", url="http://a/", at=10.5), moment("click", "#a", at=10.2)
    closed = moment("closePage", page="b", at=10.4)
    assert [each.name for each in in_order([held_back, stamped], [closed])] == ["navigate", "click", "closePage"]
    caused = attributed(in_order([held_back, stamped], []), [went_to("http://a/there", 10.3)])
    assert [len(each.caused) for each in caused] == [0, 1]
