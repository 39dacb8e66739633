"""Everything that assert can judge, on a real page: what passes, and what is said of the rest."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from holding_judgements import ANSWER, OPEN, PASSING
from playwright.sync_api import Browser

from outrider_engine.domain.verdicts import Reason, Verdict
from outrider_journeys.actions.registry import StepActions
from outrider_journeys.interpreter import WalkOptions, WalkResult, walk
from outrider_journeys.problems import InvalidJourney

from .conftest import SHELL, RealClock

pytestmark = pytest.mark.browser
Walk = Callable[..., WalkResult]

SAVE = {"action": "click", "locator": {"role": "link", "name": "Save"}}
ASK = {"action": "click", "locator": {"role": "button", "name": "Ask"}}


def test_what_is_so_passes(walked: Walk) -> None:
    steps = [{"action": "assert", "name": name, **test} for name, test in PASSING.items()]
    result = walked(OPEN, *steps, variables={"PRICE": "20.50 EUR", "FOUR": "4"})
    assert [(step.name, step.error) for step in result.steps if step.status is not Verdict.PASSED] == []


FAILING: dict[str, tuple[dict[str, Any], str]] = {
    "a property": ({"locator": "#low", "property": {"name": "id", "equals": "x"}}, "the property id of #low is “low”"),
    "a property that is not there": ({"locator": "#low", "property": {"name": "nope"}}, "is missing, expected: any"),
    "a style": (
        {"locator": "h1", "css": {"name": "color", "equals": "red"}},
        "the style color of h1 is “rgb(0, 0, 0)”",
    ),
    "the chosen option": ({"locator": "#one", "selected": {"equals": "Germany"}}, "is “Iceland”, expected: equals"),
    "a box": ({"locator": "#box", "box": {"width": 5}}, "the width of #box is 100, expected: 5"),
    "the focus": ({"locator": "h1", "state": "focused"}, "h1 is not focused"),
    "in view": ({"locator": "#low", "state": "in_viewport"}, "#low is not in viewport"),
    "attached": ({"locator": "#never", "state": "attached"}, "expected attached: #never was not found in time"),
    "detached": ({"locator": "h1", "state": "detached"}, "h1 is still there"),
    "every text": (
        {"locator": ".price", "each": "every", "text": {"greater_than": 0}},
        "2 of 3 of .price with text greater than 0, expected: every: “10 EUR”, “20.50 EUR”, “0 EUR”",
    ),
    "every state": (
        {"locator": "input", "each": "every", "state": "checked"},
        "1 of 2 of input checked, expected: every",
    ),
    "every of nothing": ({"locator": "#never", "each": "every", "state": "visible"}, "#never was not found"),
    "none of them": ({"locator": ".price", "each": "none", "text": "EUR"}, "3 of 3 of .price with text contains “EUR”"),
    "a count": ({"locator": ".price", "count": {"at_least": 4}}, "the number of .price is 3, expected: at least 4"),
    "roles": ({"aria": '- heading "Basket"'}, 'the roles of the page are - heading "Cart" [level=1]'),
    "roles in part": ({"locator": "h1", "aria": {"contains": "Basket"}}, 'the roles of h1 are - heading "Cart"'),
    "an expression": ({"expression": {"script": "window.never"}}, "“window.never” is null, expected: true"),
    "an expression's value": ({"expression": {"script": "cart.total", "at_most": 3}}, "is “30.5”, expected: at most 3"),
    "an expression that throws": ({"expression": {"script": "no.way"}}, "the script threw ReferenceError"),
    "a variable": (
        {"variable": {"name": "PRICE", "equals": "1"}},
        "the variable PRICE is “20.50 EUR”, expected: equals",
    ),
    "a variable that is not set": ({"variable": {"name": "OTHER"}}, "the variable OTHER is missing"),
    "a variable that is set": ({"variable": {"name": "PRICE", "exists": False}}, "“20.50 EUR”, expected: not set"),
    "an answer": ({"response": {"url": "**/other"}}, "the answer to an address like “**/other” has not come"),
    "a status": ({"response": {**ANSWER, "status": {"in": [201, 204]}}}, "status is 200, expected: one of 201, 204"),
    "a header": ({"response": {**ANSWER, "header": {"name": "etag"}}}, "the header etag is missing"),
    "a body": ({"response": {**ANSWER, "body": {"empty": True}}}, 'the body is “{"id": "C-9"'),
    "no JSON": ({"response": {"url": {"ends_with": "/judged"}, "json_path": {"path": "$.id"}}}, "the body is not JSON"),
    "a value in JSON": (
        {"response": {**ANSWER, "json_path": {"path": "$.paid", "equals": "true"}}},
        "$.paid is “false”, expected: equals “true”",
    ),
    "a value that is null": ({"response": {**ANSWER, "json_path": {"path": "$.note", "contains": "x"}}}, "is missing"),
    "several values in JSON": (
        {"response": {**ANSWER, "json_path": {"path": "$.items[*].price", "each": "every", "less_than": 20}}},
        "1 of 2 values at $.items[*].price pass, expected: every less than 20: [10.5, 20]",
    ),
    "a schema": (
        {"response": {**ANSWER, "json_schema": {"properties": {"items": {"items": {"required": ["sku"]}}}}}},
        '$.items[0]: "sku" is a required property',
    ),
    "a line of the console": ({"console": {"level": "error"}}, "expected: at most 0 error(s): “broken 42”"),
    "a line that does not come": (
        {"console": {"matches": "x", "at_least": 1}},
        "the console has 0, expected: at least 1",
    ),
    "requests": ({"requests": {"url": "**/judged", "count": 0}}, "is 1, expected: 0: http://127.0.0.1"),
    "bytes": ({"requests": {"total_bytes": {"at_most": 10}}}, "the bytes of requests is "),
    "a download": ({"download": {"name": "x"}}, "nothing has been downloaded"),
    "a dialog": ({"dialog": {"message": "x"}}, "the message of the latest dialog is missing"),
}


SHORT = {name: {"timeout": 0.7} for name in ("attached", "detached", "every of nothing", "roles")}
"""What Playwright waits for by itself."""


def test_what_is_not_so_is_told_with_what_was_there(walked: Walk, hasty: object) -> None:
    steps = [
        {"action": "assert", "name": name, "soft": True, **SHORT.get(name, {}), **test}
        for name, (test, _) in FAILING.items()
    ]
    settled = {"action": "assert", "response": {**ANSWER, "size": {"greater_than": 0}}, "timeout": 500}
    given = {"variables": {"PRICE": "20.50 EUR"}, "walk_clock": hasty, "walk_screenshots": "never", "within": 3000}
    result = walked({**OPEN, "timeout": 1000}, settled, *steps, **given)
    told = {step.name: (step.error or "") for step in result.steps[2:]}
    assert {name: told[name] for name, (_, message) in FAILING.items() if message not in told[name]} == {}
    assert {step.status for step in result.steps[2:]} == {Verdict.DEGRADED}
    assert {step.reason for step in result.steps[2:]} == {Reason.ASSERTION, Reason.BODY}


def test_downloads_and_dialogs_are_judged(walked: Walk) -> None:
    result = walked(
        {"action": "goto", "url": "/causes"},
        SAVE,
        {"action": "assert", "download": {"name": "report.csv", "size": 3, "contains": "a,b"}},
        {"action": "assert", "soft": True, "download": {"contains": "c", "size": 3}},
        {**ASK, "expects": [{"dialog": {"answer": "accept"}}]},
        {"action": "assert", "dialog": {"message": {"equals": "Sure?"}, "kind": "confirm"}},
        {"action": "assert", "soft": True, "dialog": {"message": "Really?"}, "timeout": 0.2},
    )
    assert [step.status.value for step in result.steps] == [*["passed"] * 3, "degraded", *["passed"] * 2, "degraded"]
    assert result.steps[3].error == "the latest download does not contain “c”; it begins with “a,b”"
    assert "is “Sure?”, expected: contains “Really?”" in (result.steps[6].error or "")


def test_answers_to_requests_of_the_journey_itself_are_judged_and_taken_from(walked: Walk) -> None:
    result = walked(
        {"action": "http_request", "method": "GET", "url": "/api/cart", "as": "own"},
        {"action": "assert", "response": {"as": "own", "status": 200, "json_path": {"path": "$.id", "equals": "C-9"}}},
        {"action": "assert", "response": {"as": "own", "header": {"name": "Content-Type", "contains": "html"}}},
        {"action": "extract", "variable": "ID", "source": "response", "response": "own", "pattern": "C-[0-9]"},
        {"action": "assert", "response": {"as": "own", "time_ms": {"at_most": 1000}}, "timeout": 0.2},
    )
    assert result.variables["ID"] == "C-9"
    assert result.steps[-1].error == "the answer own does not fit: its time in ms is missing, expected: at most 1000"


def test_secrets_are_not_told(walked: Walk) -> None:
    result = walked(
        {"action": "goto", "url": "/echo-secret"},
        {"action": "assert", "locator": "#shown", "property": {"name": "textContent", "equals": "x"}, "timeout": 0.2},
        secrets=["TOKEN"],
        walk_secrets={"TOKEN": "tops3cret"},
    )
    assert "tops3cret" not in str(result)
    assert "token is •••" in str(result.steps[1].error)
    result = walked({"action": "assert", "variable": {"name": "T"}}, secrets=["T"], walk_secrets={"T": "tops3cret"})
    assert result.failure is not None
    assert result.failure.message.endswith("T is a secret, and can't be tested")


@pytest.mark.parametrize(
    "step", [{"expression": {"script": "1"}}, {"locator": "p", "css": {"name": "color", "in": ["x"]}}]
)
def test_a_page_that_is_stuck_ends_the_step_in_its_time(walked: Walk, step: dict[str, Any]) -> None:
    pause = {"action": "wait_for", "seconds": 0.2}
    result = walked(
        {"action": "goto", "url": "/looping"},
        pause,
        {"action": "assert", "timeout": 0.3, **step},
        walk_screenshots="never",
    )
    assert result.failure is not None
    assert result.steps[2].duration_ms < 1500


def test_a_frame_that_is_stuck_ends_counting_in_its_time_though_the_page_still_answers(
    chromium: Browser, site: str, actions: StepActions, tmp_path: Path
) -> None:
    steps = [
        {"action": "goto", "url": f"{site.replace('127.0.0.1', 'localhost')}/stuck-frame"},
        {"action": "wait_for", "seconds": 0.2},
        {"action": "assert", "timeout": 0.4, "locator": {"css": "p", "frame": [{"css": "iframe"}]}, "count": 2},
    ]
    browser = chromium.browser_type.launch(
        executable_path=SHELL,
        chromium_sandbox=False,
        args=["--site-per-process"],  # the frame's own process is stuck
    )
    clock = RealClock()
    options = WalkOptions(
        deadline=clock.monotonic() + 10, clock=clock, folder=tmp_path, actions=actions, screenshots="never"
    )
    result = walk(actions.parse({"steps": steps}), browser.new_page(), options)
    assert result.failure is not None
    assert re.search(r"the page did not answer within 0\.[1-4] s$", result.failure.message), result.failure
    assert result.steps[2].duration_ms < 2000
    browser.close()


@pytest.mark.parametrize(
    ("test", "problem"),
    [
        ({}, "nothing is judged: give a locator, or one of text"),
        ({"property": {"name": "x"}}, "property needs a locator"),
        ({"locator": "a", "console": {}}, "console is judged without a locator"),
        ({"locator": "a", "each": "any"}, "each: a test is missing"),
        ({"locator": "a", "each": "any", "count": 3}, "each: count does not go with it"),
        ({"response": {"status": 200}}, "exactly one of as and url is needed"),
        ({"response": {"url": "x", "json_path": {"path": "items["}}}, "is not a JSONPath"),
        ({"response": {"url": "x", "json_schema": {"type": "nope"}}}, "not a JSON Schema"),
        ({"response": {"url": "x", "json_schema": {"$ref": "http://a.test/b"}}}, "Retrieval is disabled"),
        ({"variable": {"name": "X", "exists": False, "equals": "1"}}, "has no text to be tested"),
        ({"locator": "a", "box": {}}, "give a test on one of x, y, width, height"),
        ({"requests": {"count": {}}}, "give a number, or a test"),
    ],
)
def test_what_can_t_be_meant_is_refused(actions: StepActions, test: dict[str, Any], problem: str) -> None:
    with pytest.raises(InvalidJourney) as refused:
        actions.parse({"steps": [{"action": "assert", **test}]})
    assert problem in str(refused.value)
