"""What extract takes from where, what wait_for waits for, and what is said when it is not there."""

from collections.abc import Callable
from typing import Any

import pytest
from holding_judgements import CART, OF_CART, OPEN, TAKEN

from outrider_engine.domain.verdicts import Reason, Verdict
from outrider_journeys.actions.registry import StepActions
from outrider_journeys.interpreter import WalkResult
from outrider_journeys.problems import InvalidJourney

pytestmark = pytest.mark.browser
Walk = Callable[..., WalkResult]

CAUSES = {"action": "goto", "url": "/causes"}


def test_values_are_taken_from_everywhere(walked: Walk) -> None:
    save = {"action": "click", "locator": {"role": "link", "name": "Save"}}
    download = {"action": "wait_for", "download": {"as": "report", "file_name": {"ends_with": ".csv"}}}
    names = {name: f"V{number}" for number, name in enumerate(TAKEN)}
    steps = [{"action": "extract", "variable": names[name], **step} for name, (step, _) in TAKEN.items()]
    result = walked(OPEN, CART, save, download, *steps, variables={"WHICH": "visit"})
    assert [step.error for step in result.steps if step.error] == []
    assert {name: result.variables[names[name]] for name in TAKEN} == {
        name: value for name, (_, value) in TAKEN.items()
    }


MISSING: dict[str, tuple[dict[str, Any], str]] = {
    "an attribute": (
        {"source": "attribute", "locator": "h1", "attribute": "lang"},
        "the element has no attribute lang",
    ),
    "a property": ({"source": "property", "locator": "h1", "key": "nope"}, "the property nope is not there"),
    "a script": ({"source": "script", "script": "null"}, "the script is not there"),
    "a text that is another": (
        {"locator": "h1", "pattern": "[0-9]+"},
        "the text is “Cart”, which does not match [0-9]+",
    ),
    "a cookie": ({"source": "cookie", "key": "none"}, "the cookie none is not there"),
    "an entry": ({"source": "storage", "key": "none"}, "the storage none is not there"),
    "a header": ({"source": "header", "key": "etag"}, "the header etag is not there"),
    "a line": ({"source": "console", "pattern": "never"}, "there is no line that matches never"),
    "an answer": (OF_CART, "no answer is called 'cart' (there are: none)"),
    "a download": ({"source": "download"}, "nothing has been downloaded"),
}


def test_what_can_t_be_taken_is_told(walked: Walk, hasty: object) -> None:
    steps = [
        {"action": "extract", "variable": "X", "name": name, "on_failure": "continue", **step}
        for name, (step, _) in MISSING.items()
        if name != "an answer"
    ]
    given = {"walk_clock": hasty, "walk_screenshots": "never", "within": 3000}
    result = walked({**OPEN, "timeout": 1000}, *steps, {"action": "extract", "variable": "X", **OF_CART}, **given)
    told = {step.name: step.error for step in result.steps[1:-1]}
    assert told == {name: problem for name, (_, problem) in MISSING.items() if name != "an answer"}
    assert result.steps[-1].error == MISSING["an answer"][1]
    assert result.steps[-1].reason is Reason.INVALID_DEFINITION


@pytest.mark.parametrize(
    ("step", "problem"),
    [
        ({"source": "attribute", "locator": "a"}, "attribute is missing; source: attribute needs it"),
        ({"source": "url", "key": "x"}, "key does not go with source: url"),
        ({"source": "cookie", "key": "x", "locator": "a"}, "cookie is taken without a locator"),
        ({**OF_CART, "part": "size"}, "part size does not go with source: response"),
        ({**OF_CART, "part": "json_path"}, "path is missing; source: response, part: json_path needs it"),
        ({**OF_CART, "path": "$.a"}, "path does not go with source: response, part: body"),
    ],
)
def test_what_a_source_does_not_know_is_refused(actions: StepActions, step: dict[str, Any], problem: str) -> None:
    with pytest.raises(InvalidJourney) as refused:
        actions.parse({"steps": [{"action": "extract", "variable": "X", **step}]})
    assert problem in str(refused.value)


def test_what_pages_cause_is_waited_for_once_each(walked: Walk) -> None:
    fetch = {"action": "click", "locator": {"role": "button", "name": "Fetch"}}
    request = {"action": "wait_for", "request": {"url": "**/article", "method": "GET"}}
    response = {"action": "wait_for", "response": {"url": {"ends_with": "/article"}, "as": "article"}}
    again = {**request, "timeout": 0.3}
    result = walked(CAUSES, fetch, request, response, fetch, request, again)
    assert [step.status for step in result.steps] == [Verdict.PASSED] * 6 + [Verdict.TIMED_OUT]
    assert result.steps[-1].error == "a request GET like “**/article” did not come in time"
    assert result.steps[3].detail["response"] == {"url": result.steps[2].detail["request"], "status": 200}


def test_pages_that_open_are_waited_for_and_get_names(walked: Walk) -> None:
    opens = {"action": "click", "locator": {"role": "link", "name": "Open"}}
    wait = {"action": "wait_for", "popup": "other"}
    title = {"action": "assert", "title": "Thanks", "page": "other"}
    result = walked(CAUSES, opens, wait, title, {**wait, "timeout": 0.3})
    assert [step.error for step in result.steps] == [None, None, None, None, "no other page opened in time"]


def test_moments_are_waited_for(walked: Walk) -> None:
    result = walked(
        OPEN,
        {"action": "wait_for", "function": "window.late"},
        {"action": "wait_for", "locator": ".price", "count": {"at_least": 3}},
        {"action": "wait_for", "function": "window.never", "timeout": 0.2, "on_failure": "continue"},
        {"action": "wait_for", "locator": ".price", "count": 4, "timeout": 0.2, "on_failure": "continue"},
        {"action": "wait_for", "download": {}, "timeout": 0.2},
    )
    assert [step.error for step in result.steps] == [
        None,
        None,
        None,
        "“window.never” is still null",
        "the number of .price is 3, expected: 4",
        "no download began in time",
    ]
    assert {step.status for step in result.steps[3:]} == {Verdict.TIMED_OUT}


def test_a_wait_survives_that_the_page_goes_elsewhere(walked: Walk) -> None:
    leave = {"action": "evaluate", "script": "setTimeout(() => { location.href = '/thanks' }, 30)"}
    wait = {
        "action": "wait_for",
        "function": "new Promise(then => setTimeout(() => then(document.title === 'Thanks'), 60))",
    }
    assert walked(OPEN, leave, wait).failure is None
