"""Recordings that are imported and exported again are what they were, also after a journey was changed."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from imports import read

from outrider_journeys.actions.registry import StepActions
from outrider_journeys.exporting.pytest_file import export_python
from outrider_journeys.exporting.registry import Exporters
from outrider_journeys.importing.registry import Importers
from outrider_journeys.loading import parse_journey

TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20)
INTEGERS = st.integers(-(2**53), 2**53)
NUMBERS = st.integers(0, 5000) | st.floats(0, 5000, allow_nan=False, width=32)
SELECTORS = st.sampled_from(
    [
        *("#buy", "main > button:nth-of-type(2)", "form select", "canvas", "aria/Buy", 'aria/Buy[role="button"]'),
        *("text/Buy now", "xpath///*[@id='x']", "pierce/#buy", "a >>> b", "::-p-text(x)", "#9", "aria/"),
    ]
) | TEXTS.filter(bool)
ALTERNATIVES = st.lists(SELECTORS | st.lists(SELECTORS, min_size=1, max_size=3), min_size=1, max_size=4)
EVENTS = st.lists(
    st.fixed_dictionaries({"type": st.just("navigation")}, optional={"url": TEXTS, "title": TEXTS}), max_size=2
)
COMMON = {
    "timeout": st.integers(1, 30_000),
    "assertedEvents": EVENTS,
    "x-note": TEXTS | st.integers(-(2**53), 2**53) | st.booleans(),
}
TARGET = {"target": st.sampled_from(["main", "main", "https://bank.example/pay"])}
FRAME = {"frame": st.lists(st.integers(0, 5), max_size=2)}
POINTED = {
    "button": st.sampled_from(["primary", "auxiliary", "secondary", "back", "forward"]),
    "deviceType": st.sampled_from(["mouse", "pen", "touch"]),
    "duration": NUMBERS,
}


def step(kind: str, needed: dict[str, Any] | None = None, optional: dict[str, Any] | None = None) -> Any:
    return st.fixed_dictionaries(
        {"type": st.just(kind), **(needed or {})}, optional={**COMMON, **TARGET, **(optional or {})}
    )


ELEMENT = {"selectors": ALTERNATIVES}
PLACE = {"offsetX": NUMBERS, "offsetY": NUMBERS}
STEPS = st.one_of(
    step("navigate", {"url": st.sampled_from(["https://shop.example/", "https://shop.example/a?b#c", "about:blank"])}),
    step("click", ELEMENT | PLACE, FRAME | POINTED),
    step("doubleClick", ELEMENT | PLACE, FRAME | POINTED),
    step("hover", ELEMENT, FRAME),
    step("change", ELEMENT | {"value": TEXTS}, FRAME),
    step("keyDown", {"key": st.sampled_from(["Enter", "a", "Control", "Meta"])}),
    step("keyUp", {"key": st.sampled_from(["Enter", "a", "Control", "Meta"])}),
    step("scroll", None, FRAME | ELEMENT | {"x": NUMBERS, "y": NUMBERS}),
    step("close"),
    step(
        "setViewport",
        {"width": st.integers(100, 4000), "height": st.integers(100, 4000), "deviceScaleFactor": NUMBERS}
        | {name: st.booleans() for name in ("isMobile", "hasTouch", "isLandscape")},
    ),
    step("emulateNetworkConditions", dict.fromkeys(("download", "upload", "latency"), NUMBERS)),
    step(
        "waitForElement",
        ELEMENT,
        FRAME
        | {
            "operator": st.sampled_from([">=", "==", "<="]),
            "count": st.integers(0, 20),
            "visible": st.booleans(),
            "properties": st.dictionaries(TEXTS.filter(bool), TEXTS | st.booleans() | INTEGERS, max_size=2),
            "attributes": st.lists(st.fixed_dictionaries({"name": TEXTS.filter(bool), "value": TEXTS}), max_size=2),
        },
    ),
    step("waitForExpression", {"expression": TEXTS}, FRAME),
    step("customStep", {"name": TEXTS, "parameters": st.dictionaries(TEXTS, TEXTS | INTEGERS, max_size=2)}, FRAME),
)
RECORDINGS = st.fixed_dictionaries(
    {"title": TEXTS, "steps": st.lists(STEPS, max_size=6)},
    optional={"timeout": st.integers(1, 30_000), "selectorAttribute": TEXTS, "x-more": TEXTS},
)


@given(recording=RECORDINGS)
@settings(max_examples=40, deadline=None)
def test_what_is_imported_is_exported_again_unchanged(
    importers: Importers, exporters: Exporters, actions: StepActions, recording: dict[str, Any]
) -> None:
    assert again(importers, exporters, actions, recording) == recording


def again(
    importers: Importers, exporters: Exporters, actions: StepActions, recording: dict[str, Any]
) -> dict[str, Any]:
    imported = importers.import_text(json.dumps(recording), format="chrome-recorder")
    journey = actions.parse(imported.checks[0].definition)
    return dict(json.loads(exporters["chrome-recorder"].write(journey).text))


def test_what_was_changed_in_the_journey_is_exported_changed(
    importers: Importers, exporters: Exporters, actions: StepActions
) -> None:
    recording = {
        "title": "Search",
        "steps": [
            {"type": "change", "selectors": [["aria/Search"], ["#q"]], "value": "kettle", "x-note": "kept"},
            {"type": "hover", "selectors": [["aria/Go"], ["#go"]]},
        ],
    }
    definition = dict(read(importers, "chrome-recorder", recording).checks[0].definition)
    definition["steps"][0]["value"] = "teapot"
    written = json.loads(exporters["chrome-recorder"].write(actions.parse(definition)).text)
    changed, same = written["steps"]
    assert (changed["value"], changed["x-note"]) == ("teapot", "kept")
    assert same == recording["steps"][1]


def test_fields_that_a_recording_left_out_are_written_as_the_format_means_them_and_leave_no_trace(
    importers: Importers, exporters: Exporters, actions: StepActions
) -> None:
    steps = [{"type": "setViewport", "width": 800, "height": 600}, {"type": "click", "selectors": [["#a"]]}]
    definition = read(importers, "chrome-recorder", {"title": "x", "steps": steps}).checks[0].definition
    assert [step["imported_from"].get("raw") for step in definition["steps"]] == [None, None]
    exported = json.loads(exporters["chrome-recorder"].write(actions.parse(definition)).text)
    viewport = {"deviceScaleFactor": 1, "isMobile": False, "hasTouch": False, "isLandscape": False}
    assert exported["steps"] == [steps[0] | viewport, steps[1] | {"offsetX": 1, "offsetY": 1}]


def test_a_journey_of_our_own_is_written_with_what_recorder_knows(exporters: Exporters, actions: StepActions) -> None:
    journey = parse_journey(
        """
name: Buy
base_url: https://shop.example
variables: {ARTICLE: kettle}
secrets: [PIN]
browser: {viewport: {width: 800, height: 600}}
steps:
  - {action: goto, url: /}
  - {action: fill, locator: {label: Search}, value: "{{ARTICLE}}"}
  - {action: press, key: Control+A}
  - {action: click, locator: {role: button, name: Go}}
  - {action: check, locator: {test_id: terms}}
  - {action: fill, locator: "#pin", value: "{{PIN}}"}
  - {action: reload}
""",
        actions,
    )
    exported = exporters["chrome-recorder"].write(journey)
    steps = json.loads(exported.text)["steps"]
    assert [step["type"] for step in steps] == [
        *("setViewport", "navigate", "change", "keyDown", "keyDown", "keyUp", "keyUp", "click", "click", "change"),
        "customStep",
    ]
    assert steps[1]["url"] == "https://shop.example/"
    assert (steps[2]["selectors"], steps[2]["value"]) == ([["aria/Search"]], "kettle")
    assert steps[7]["selectors"] == [['aria/Go[role="button"]']]
    assert steps[9]["value"] == "{{PIN}}"
    assert steps[10]["name"] == "outrider.reload"
    assert exported.receipt.counts["secret"] == 1


def test_what_chrome_changed_is_exported_to_python_as_a_field_or_a_list(
    importers: Importers, actions: StepActions
) -> None:
    change = {"type": "change", "selectors": ["#country"], "value": "is"}
    imported = importers.import_text(json.dumps({"title": "x", "steps": [change]}))
    written = export_python(actions.parse(imported.checks[0].definition), actions)
    assert 'filled(page.locator("css=#country"), "is")' in written
    assert "def filled(" in written


@pytest.mark.parametrize("action", ["reload", "back"])
def test_a_step_that_recorder_lacks_comes_back_as_itself(
    importers: Importers, exporters: Exporters, actions: StepActions, action: str
) -> None:
    journey = actions.parse({"name": "x", "steps": [{"action": action}]})
    written = exporters["chrome-recorder"].write(journey).text
    (step,) = actions.parse(importers.import_text(written).checks[0].definition).steps
    assert getattr(step, "action", None) == action
