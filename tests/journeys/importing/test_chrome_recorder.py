"""Recordings of Chrome's Recorder: what becomes of each type of step, and that nothing of them is lost."""

import json
from typing import Any

import pytest
from imports import outcomes, read, steps_of

from outrider_journeys.importing.contract import ImportProblem
from outrider_journeys.importing.receipt import Outcome
from outrider_journeys.importing.registry import Importers

CLICK = {"type": "click", "target": "main", "offsetX": 12.5, "offsetY": 7}
SITE = "https://shop.example"
NAMED = (
    'internal:role=button[name="Buy"s] >> internal:or="internal:role=link[name=\\"Buy\\"s]"'
    ' >> internal:or="internal:label=\\"Buy\\"s" >> internal:or="internal:attr=[placeholder=\\"Buy\\"s]"'
    ' >> internal:or="internal:attr=[title=\\"Buy\\"s]" >> internal:or="internal:attr=[alt=\\"Buy\\"s]"'
    ' >> internal:or="internal:text=\\"Buy\\"s" >> nth=0'
)


def recording(*steps: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {"title": "Buy a kettle", "steps": list(steps), **fields}


def one_step(importers: Importers, step: dict[str, Any], **options: Any) -> dict[str, Any]:
    (made,) = steps_of(read(importers, "chrome-recorder", recording(step), **options))
    return made


def test_a_recording_becomes_a_journey_on_its_site(importers: Importers) -> None:
    imported = read(
        importers,
        "chrome-recorder",
        recording(
            {"type": "navigate", "url": f"{SITE}/cart?x=1", "assertedEvents": [{"type": "navigation", "url": SITE}]},
            {"type": "navigate", "url": "https://other.example/"},
            timeout=5000,
        ),
    )
    definition = imported.checks[0].definition
    assert (definition["name"], definition["base_url"]) == ("Buy a kettle", SITE)
    assert definition["defaults"] == {"timeout": 5.0, "navigation_timeout": 30.0}
    assert [step["url"] for step in steps_of(imported)] == ["/cart?x=1", "https://other.example/"]


@pytest.mark.parametrize(
    ("selectors", "locators"),
    [
        (['aria/Buy[role="button"]'], [{"role": "button", "name": "Buy", "exact": True}]),
        (["#buy"], [{"css": "#buy"}]),
        (["xpath///*[@id='buy']"], [{"xpath": "//*[@id='buy']"}]),
        (["pierce/#buy"], [{"css": "#buy"}]),
        (["text/Buy"], [{"text": "Buy"}]),
        (["aria/Buy", "main > button"], [{"role": "button", "name": "Buy", "exact": True}, {"css": "main > button"}]),
        (["aria/Buy", "#buy"], [{"selector": NAMED}, {"css": "#buy"}]),
        (
            ["xpath///a", "#b", "a > i", "text/Buy", "[data-testid='buy']", 'aria/Buy[role="link"]'],
            [
                {"role": "link", "name": "Buy", "exact": True},
                {"css": "[data-testid='buy']"},
                {"text": "Buy"},
                {"css": "#b"},
                {"css": "a > i"},
                {"xpath": "//a"},
            ],
        ),
        ([["my-shop", "#buy"]], [{"selector": "css=my-shop >> css=#buy"}]),
        ([["#buy"], ["pierce/#buy"]], [{"css": "#buy"}]),
    ],
)
def test_selectors_become_locators_those_that_last_longest_first(
    importers: Importers, selectors: list[Any], locators: list[dict[str, Any]]
) -> None:
    step = one_step(importers, CLICK | {"selectors": selectors})
    assert (step.get("locators") or [step["locator"]]) == locators


def test_every_element_that_is_counted_has_to_be_like_that(importers: Importers) -> None:
    wait = {"type": "waitForElement", "selectors": ["li"], "operator": ">=", "count": 2, "attributes": {"class": "new"}}
    counted, like = one_step(importers, wait)["steps"]
    assert counted == {"action": "wait_for", "locator": {"css": "li"}, "count": {"at_least": 2}}
    assert like["each"] == "every"


def test_names_that_the_style_shows_in_capitals_are_those_of_the_source(importers: Importers) -> None:
    selectors = [['aria/ADD TO CART[role="button"]'], ["#add"], ["text/Add to cart"]]
    step = {"type": "click", "selectors": selectors, "offsetX": 1, "offsetY": 1}
    made = steps_of(read(importers, "chrome-recorder", {"title": "Buy", "steps": [step]}))
    assert made[0]["locators"][0] == {"role": "button", "name": "Add to cart", "exact": True}


def test_frames_are_found_by_their_number(importers: Importers) -> None:
    step = one_step(importers, CLICK | {"selectors": ["#pay"], "frame": [0, 1]})
    holder = "iframe, frame"
    assert step["locator"]["frame"] == [{"css": holder, "nth": 0}, {"css": holder, "nth": 1}]


def test_clicks_aim_at_the_middle_unless_the_place_matters(importers: Importers) -> None:
    assert "position" not in one_step(importers, CLICK | {"selectors": ["#buy"]})
    assert one_step(importers, CLICK | {"selectors": ["canvas"]})["position"] == {"x": 12.5, "y": 7}
    exact = one_step(importers, CLICK | {"selectors": ["#buy"]}, exact_positions=True)
    assert exact["position"] == {"x": 12.5, "y": 7}


@pytest.mark.parametrize(
    ("step", "made"),
    [
        (CLICK | {"button": "secondary"}, {"action": "click", "button": "right"}),
        (CLICK | {"duration": 300}, {"action": "click", "delay_ms": 300}),
        (CLICK | {"type": "doubleClick"}, {"action": "double_click"}),
        ({"type": "hover"}, {"action": "hover"}),
        ({"type": "change", "value": "kettle"}, {"action": "fill", "value": "kettle"}),
        ({"type": "scroll", "y": 400}, {"action": "scroll", "x": 0, "y": 400}),
        ({"type": "waitForElement"}, {"action": "wait_for", "state": "visible"}),
        ({"type": "waitForElement", "visible": False}, {"action": "wait_for", "state": "hidden"}),
        (
            {"type": "waitForElement", "operator": ">=", "count": 2},
            {"action": "wait_for", "count": {"at_least": 2}},
        ),
        (
            {"type": "waitForElement", "attributes": [{"name": "href", "value": "/a"}]},
            {"action": "assert", "attribute": {"name": "href", "equals": "/a"}},
        ),
        (
            {"type": "waitForElement", "properties": {"checked": True}},
            {"action": "assert", "property": {"name": "checked", "equals": "true"}},
        ),
    ],
)
def test_each_type_of_step_about_an_element(importers: Importers, step: dict[str, Any], made: dict[str, Any]) -> None:
    assert one_step(importers, step | {"selectors": ["#x"]}) == {"locator": {"css": "#x"}, **made}


@pytest.mark.parametrize(
    ("step", "made"),
    [
        ({"type": "keyDown", "key": "Enter"}, {"action": "key_down", "key": "Enter"}),
        ({"type": "keyUp", "key": "Enter"}, {"action": "key_up", "key": "Enter"}),
        ({"type": "close"}, {"action": "close_page", "skip": True}),
        ({"type": "close", "target": "https://a.example/"}, {"action": "close_page"}),
        ({"type": "scroll", "x": 1, "y": 2}, {"action": "scroll", "x": 1, "y": 2}),
        ({"type": "waitForExpression", "expression": "ready"}, {"action": "wait_for", "function": "ready"}),
        (
            {"type": "emulateNetworkConditions", "download": 50_000, "upload": 50_000, "latency": 100},
            {"action": "set_network", "download_kbps": 400, "upload_kbps": 400, "latency_ms": 100},
        ),
        (
            {"type": "emulateNetworkConditions", "download": 0, "upload": 0, "latency": 0},
            {"action": "set_network", "offline": True},
        ),
        (
            {"type": "customStep", "name": "pay", "parameters": {"by": "card"}},
            {"action": "custom", "custom": "pay", "parameters": {"by": "card"}, "skip": True},
        ),
        ({"type": "keyUp", "key": "a", "timeout": 1500}, {"action": "key_up", "key": "a", "timeout": 1.5}),
    ],
)
def test_each_other_type_of_step(importers: Importers, step: dict[str, Any], made: dict[str, Any]) -> None:
    assert steps_of(read(importers, "chrome-recorder", recording(step)))[-1] == made


@pytest.mark.parametrize(
    ("targets", "skipped"),
    [
        pytest.param(["main", "main"], [True, True], id="only-page-twice"),
        pytest.param(["https://a.example/", "main"], [False, True], id="popup-first"),
        pytest.param(["main", "https://a.example/"], [False, True], id="popup-last"),
    ],
)
def test_the_last_page_is_left_open(importers: Importers, targets: list[str], skipped: list[bool]) -> None:
    closing = [{"type": "close", "target": target} for target in targets]
    imported = read(importers, "chrome-recorder", recording(*closing, {"type": "keyUp", "key": "a", "target": "main"}))
    closed = [step for step in steps_of(imported) if step["action"] == "close_page"]
    assert [step.get("skip", False) for step in closed] == skipped
    told = outcomes(imported, Outcome.APPROXIMATED)
    assert ["the last page stays open" in told.get(f"steps[{at}]", "") for at in range(2)] == skipped


def test_a_selection_list_and_a_file_field_are_known_by_their_selectors(importers: Importers) -> None:
    listed = one_step(importers, {"type": "change", "selectors": ["form > select"], "value": "de"})
    assert (listed["action"], listed["value"]) == ("select_option", "de")
    imported = read(
        importers,
        "chrome-recorder",
        recording({"type": "change", "selectors": ["#photo"], "value": "C:\\fakepath\\me.png"}),
    )
    assert steps_of(imported)[0]["files"] == [{"name": "me.png", "text": ""}]
    assert "supply me.png" in outcomes(imported, Outcome.CHOICE_NEEDED)["steps[0]"]


def test_a_box_that_was_clicked_is_not_filled(importers: Importers) -> None:
    box = {"selectors": [["#box"]], "target": "main"}
    click, change = {"type": "click", "offsetX": 1, "offsetY": 1, **box}, {"type": "change", "value": "on", **box}
    made = steps_of(read(importers, "chrome-recorder", recording(click, change, change)))
    assert [(step["action"], step.get("skip", False)) for step in made] == [
        *(("click", False), ("fill", True), ("fill", False)),
    ]


def test_a_navigation_that_a_step_caused_is_waited_for(importers: Importers) -> None:
    events = [{"type": "navigation", "url": f"{SITE}/thanks", "title": "Thanks"}]
    step = one_step(importers, CLICK | {"selectors": ["#buy"], "assertedEvents": events})
    assert step["expects"] == [{"navigation": {}}]


def test_the_first_viewport_is_that_of_the_browser_and_touch_taps(importers: Importers) -> None:
    viewport = {"type": "setViewport", "width": 390, "height": 844, "deviceScaleFactor": 3, "isMobile": True}
    touched = CLICK | {"selectors": ["#buy"], "deviceType": "touch"}
    imported = read(
        importers, "chrome-recorder", recording(viewport | {"hasTouch": True, "isLandscape": False}, touched)
    )
    browser = imported.checks[0].definition["browser"]
    assert browser == {
        "viewport": {"width": 390, "height": 844},
        "device_scale_factor": 3,
        "is_mobile": True,
        "has_touch": True,
    }
    assert [step["action"] for step in steps_of(imported)] == ["set_viewport", "tap"]


def test_another_page_is_turned_to_and_back(importers: Importers) -> None:
    there = {"selectors": ["#x"], "target": "https://bank.example/pay"}
    imported = read(
        importers, "chrome-recorder", recording(CLICK | there, CLICK | there, CLICK | {"selectors": ["#y"]})
    )
    turns = [step for step in steps_of(imported) if step["action"] == "use_page"]
    assert turns == [
        {"action": "use_page", "url": {"equals": "https://bank.example/pay"}},
        {"action": "use_page", "page": "main"},
    ]


def test_a_password_is_a_secret_wherever_it_stands(importers: Importers) -> None:
    imported = read(
        importers,
        "chrome-recorder",
        recording(
            {"type": "change", "selectors": ["aria/Password", "#login-pw"], "value": "correct horse"},
            {"type": "change", "selectors": ["#again"], "value": "correct horse"},
            {"type": "waitForElement", "selectors": ["#a"], "note": "types correct horse", "properties": {"a": {}}},
            {"type": "navigate", "url": f"{SITE}/?p=correct+horse"},
        ),
    )
    assert imported.secrets == ("PASSWORD",)
    assert imported.checks[0].definition["secrets"] == ["PASSWORD"]
    assert [step.get("value") for step in steps_of(imported)][:2] == ["{{PASSWORD}}", "{{PASSWORD}}"]
    whole = json.dumps([imported.checks[0].definition, imported.receipt.as_json()])
    assert "horse" not in whole


def test_braces_that_were_typed_are_no_variables(importers: Importers) -> None:
    imported = importers.import_text(
        json.dumps(recording({"type": "change", "selectors": ["#a"], "value": "Hi {{name}}"}))
    )
    assert imported.checks[0].definition["variables"] == {"BRACES": "{{"}
    assert steps_of(imported)[0]["value"] == "Hi {{BRACES}}name}}"


def test_pages_of_the_browser_itself_are_skipped(importers: Importers) -> None:
    assert one_step(importers, {"type": "navigate", "url": "chrome://newtab/"})["skip"] is True


@pytest.mark.parametrize(
    ("source", "place", "problem"),
    [
        ({"title": "x"}, "steps", "is missing"),
        (recording({"type": "click", "offsetX": 1, "offsetY": 1}), "steps[0].selectors", "is missing"),
        (recording({"type": "change", "selectors": ["#a"], "value": 5}), "steps[0].value", "must be a text"),
        (recording({"type": "keyUp", "key": "a", "timeout": -1}), "steps[0].timeout", "must be more than 0"),
        (recording({"type": "click", "selectors": [[]]}), "steps[0].selectors[0]", "must be a text"),
        (recording({"type": "hover", "selectors": ["#a"], "frame": ["x"]}), "steps[0].frame", "whole numbers"),
        (recording(5), "steps[0]", "must be an object"),  # type: ignore[arg-type]
        (recording({}), "steps[0].type", "is missing"),
    ],
)
def test_a_damaged_recording_is_refused_with_its_place(
    importers: Importers, source: dict[str, Any], place: str, problem: str
) -> None:
    with pytest.raises(ImportProblem, match=problem) as refused:
        read(importers, "chrome-recorder", source)
    assert refused.value.field == place
