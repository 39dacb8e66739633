"""Recordings of Playwright in lines of JSON, in each shape that its releases wrote."""

import json
from typing import Any

import pytest
from imports import outcomes, read, steps_of, without_origin

from outrider_journeys.importing.contract import Imported, ImportProblem
from outrider_journeys.importing.playwright.selectors import locator_of
from outrider_journeys.importing.receipt import Outcome
from outrider_journeys.importing.registry import Importers

HEADER = {"browserName": "chromium", "launchOptions": {}, "contextOptions": {"locale": "de-DE", "storageState": "a"}}
BUY = 'internal:role=button[name="Buy"i]'


def lines(*actions: dict[str, Any], **first: Any) -> str:
    return "\n".join(json.dumps(line) for line in [{**HEADER, **first}, *actions]) + "\n"


def imported(importers: Importers, *actions: dict[str, Any], **first: Any) -> Imported:
    return read(importers, "playwright-jsonl", lines(*actions, **first))


def old(name: str, alias: str = "page", **fields: Any) -> dict[str, Any]:
    """Return an action as releases up to 1.53 write it."""
    return {"name": name, "signals": [], "pageAlias": alias, "framePath": [], **fields}


def new(name: str, guid: str = "page@7f", **fields: Any) -> dict[str, Any]:
    """Return an action as releases from 1.62 on write it."""
    return {"name": name, "signals": [], "pageGuid": guid, **fields}


SHAPES = [
    pytest.param(lambda *args, **fields: old(*args, **fields) | {"framePath": []}, id="1.50"),
    pytest.param(lambda *args, **fields: {**old(*args, **fields), "pageGuid": "page@1"}, id="1.54"),
    pytest.param(lambda *args, **fields: {**old(*args, **fields), "ref": "e4"}, id="1.55"),
    pytest.param(new, id="1.62"),
]


@pytest.mark.parametrize("action", SHAPES)
def test_every_shape_says_the_same(importers: Importers, action: Any) -> None:
    made = imported(
        importers,
        action("openPage", url="https://shop.example/"),
        action("click", selector=BUY, button="left", modifiers=0, clickCount=1),
        action("fill", selector='internal:label="Mail"i', text="ada@example.com"),
        action("press", selector="#q", key="Enter", modifiers=2),
        action("closePage"),
    )
    assert [without_origin(step) for step in steps_of(made)] == [
        {"action": "goto", "url": "/", "page": "main"},
        {"action": "click", "locator": {"role": "button", "name": "Buy"}, "page": "main"},
        {"action": "fill", "locator": {"label": "Mail"}, "value": "ada@example.com", "page": "main"},
        {"action": "press", "locator": {"css": "#q"}, "key": "Control+Enter", "page": "main"},
    ]
    assert made.checks[0].definition["browser"] == {"locale": "de-DE"}


def test_frames_are_a_path_or_part_of_the_selector(importers: Importers) -> None:
    inside = {"button": "left", "modifiers": 0, "clickCount": 1}
    made = imported(
        importers,
        old("click", selector=BUY, **(inside | {"framePath": ["#pay", "iframe"]})),
        new("click", guid="page", selector=f"#pay >> internal:control=enter-frame >> {BUY}", **inside),
    )
    path, part = steps_of(made)
    assert path["locator"] == {"role": "button", "name": "Buy", "frame": [{"css": "#pay"}, {"css": "iframe"}]}
    assert part["locator"]["frame"] == [{"css": "#pay"}]


def test_what_a_click_causes_is_expected_of_it(importers: Importers) -> None:
    signals = [
        {"name": "navigation", "url": "https://shop.example/"},
        {"name": "popup", "popupPageGuid": "page@8"},
        {"name": "download", "downloadAlias": "1"},
        {"name": "dialog", "dialogAlias": "1"},
        {"name": "expect", "selector": "#done"},
    ]
    made = imported(
        importers,
        new("click", selector=BUY, button="right", modifiers=9, clickCount=2, signals=signals),
        new("click", "page@8", selector="#x", button="middle", modifiers=0, clickCount=1, position={"x": 1, "y": 2}),
    )
    first, seen, second = steps_of(made)
    assert first["expects"] == [
        {"popup": "page1"},
        {"download": {"as": "download1"}},
        {"dialog": {"answer": "dismiss"}},
    ]
    assert (first["action"], first["modifiers"]) == ("double_click", ["Alt", "Shift"])
    assert (seen["action"], seen["locator"]) == ("assert", {"css": "#done"})
    assert (second["page"], second["button"], second["position"]) == ("page1", "middle", {"x": 1, "y": 2})
    assert "dismissed" in outcomes(made, Outcome.CHOICE_NEEDED)["line 2"]


@pytest.mark.parametrize(
    ("action", "made"),
    [
        (new("navigate", url="https://a.example/x"), {"action": "goto", "url": "/x"}),
        (new("hover", selector="#a", position={"x": 1, "y": 1}), {"action": "hover", "position": {"x": 1, "y": 1}}),
        (new("check", selector="#a"), {"action": "check"}),
        (new("uncheck", selector="#a"), {"action": "uncheck"}),
        (new("select", selector="#a", options=["de"]), {"action": "select_option", "value": ["de"]}),
        (
            new("setInputFiles", selector="#a", files=["me.png"]),
            {"action": "upload", "files": [{"name": "me.png", "text": ""}]},
        ),
        (
            new("assertText", selector="#a", text="Hi", substring=True),
            {"action": "assert", "text": {"contains": "Hi", "ignore_case": True}},
        ),
        (new("assertValue", selector="#a", value="1"), {"action": "assert", "value": {"equals": "1"}}),
        (new("assertChecked", selector="#a", checked=False), {"action": "assert", "state": "unchecked"}),
        (new("assertVisible", selector="#a"), {"action": "assert", "state": "visible"}),
        (
            new("assertSnapshot", selector="#a", ariaSnapshot='- heading "Hi"'),
            {"action": "assert", "aria": {"snapshot": '- heading "Hi"'}},
        ),
        (new("assertSnapshot", selector="#a"), {"action": "assert", "state": "visible"}),
    ],
)
def test_each_action(importers: Importers, action: dict[str, Any], made: dict[str, Any]) -> None:
    (step,) = steps_of(imported(importers, action))
    expected = {**made, "page": "main"} | ({"locator": {"css": "#a"}} if "selector" in action else {})
    assert step == expected


def test_further_pages_are_opened_and_closed(importers: Importers) -> None:
    made = imported(
        importers,
        new("openPage", url="about:blank"),
        new("openPage", "page@9", url="https://shop.example/help"),
        new("closePage", "page@9"),
        new("closePage"),
    )
    assert steps_of(made) == [
        {"action": "open_page", "as": "page1", "url": "/help"},
        {"action": "close_page", "page": "page1"},
    ]


@pytest.mark.parametrize(
    "begin",
    [
        '{"browserName":"firefox","launchOptions":{}}\n{"name":"navigate","url":"https://shop.example"}',
        '{"tool":1,"test-name":"Log in"}\n{"name":"openPage","url":"https://shop.example","pageAlias":"page"}',
        '{"name":"navigate","url":"https://shop.example"}',
    ],
)
def test_recordings_are_known_whatever_their_header(importers: Importers, begin: str) -> None:
    made = importers.import_text(f'{begin}\n{{"name":"click","selector":"#a"}}', file_name="a.jsonl")
    assert made.format == "playwright-jsonl"
    assert [step["action"] for step in steps_of(made)] == ["goto", "click"]
    assert made.checks[0].name == "Recording of shop.example"


def test_a_password_is_a_secret(importers: Importers) -> None:
    made = imported(importers, new("fill", selector='internal:label="Password"i', text="correct horse"))
    assert steps_of(made)[0]["value"] == "{{PASSWORD}}"
    assert "horse" not in json.dumps(made.checks[0].definition)
    assert made.secrets == ("PASSWORD",)


def test_what_a_later_release_adds_is_kept_or_told(importers: Importers) -> None:
    made = imported(
        importers,
        new("check", selector="#a", mood="good", tone=None, hues=[], loud=False),
        new("teleport", selector="#a"),
    )
    assert made.checks[0].definition["steps"][0]["imported_from"]["raw"] == {"mood": "good", "loud": False}
    assert "no such action" in outcomes(made, Outcome.DROPPED)["line 3"]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (lines({"name": "click"}), "line 2: selector: is missing"),
        (lines(new("fill", selector="#a")), "line 2: text: is missing"),
        (lines() + "{", "line 2: not JSON"),
        (lines() + "[]", "line 2: must be an object"),
        (lines(new("click", selector="#a", modifiers="x")), "line 2: modifiers: must be a number"),
    ],
)
def test_a_damaged_line_is_named(importers: Importers, text: str, problem: str) -> None:
    with pytest.raises(ImportProblem, match=problem):
        read(importers, "playwright-jsonl", text)


@pytest.mark.parametrize(
    ("selector", "locator"),
    [
        ('internal:role=heading[name="A \\"b\\""s][level=2]', {"role": "heading", "name": 'A "b"', "exact": True}),
        ('internal:text="a\\nb"s', {"text": "a\nb", "exact": True}),
        ('internal:attr=[placeholder="Search"i]', {"placeholder": "Search"}),
        ('internal:testid=[data-testid="x"s]', {"test_id": "x"}),
        ('internal:testid=[data-qa="x"s]', {"css": '[data-qa="x"]'}),
        ('li >> internal:has-text="x"i >> nth=-1', {"css": "li", "has_text": "x", "nth": -1}),
        ("#a >> visible=true", {"css": "#a", "visible": True}),
        ("xpath=//a[1]", {"xpath": "//a[1]"}),
        ("//a[1]", {"xpath": "//a[1]"}),
        ('a[href=">>"]', {"css": 'a[href=">>"]'}),
        ("internal:role=link[name=/b/i]", None),
        ("nth=1 >> #a", None),
        ("text=Buy", None),
        ('#a >> internal:has="b"', None),
    ],
)
def test_selectors_are_said_in_our_words_only_where_these_say_the_same(
    selector: str, locator: dict[str, Any] | None
) -> None:
    expected = {"selector": selector} if locator is None else locator
    found = locator_of(selector)
    assert {key: value for key, value in found.items() if key != "level"} == expected
