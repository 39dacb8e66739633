"""Every built-in action, on a real page."""

from collections.abc import Callable
from typing import Any

import pytest

from outrider_engine.domain.verdicts import Reason, Verdict
from outrider_journeys.actions.registry import StepActions
from outrider_journeys.interpreter import WalkResult

pytestmark = pytest.mark.browser
Walk = Callable[..., WalkResult]

OPEN = {"action": "goto", "url": "/form"}
EMAIL = {"label": "E-mail"}
ZONE = {"css": "#zone"}

HOLDING: dict[str, tuple[dict[str, Any], ...]] = {
    "goto": ({"action": "goto", "url": "/"}, {"action": "assert", "title": "Home"}),
    "reload": (
        OPEN,
        {"action": "fill", "locator": EMAIL, "value": "x"},
        {"action": "reload"},
        {"action": "assert", "locator": EMAIL, "value": {"equals": "old"}},
    ),
    "back": (
        {"action": "goto", "url": "/"},
        OPEN,
        {"action": "back"},
        {"action": "assert", "title": {"equals": "Home"}},
    ),
    "forward": (
        {"action": "goto", "url": "/"},
        OPEN,
        {"action": "back"},
        {"action": "forward"},
        {"action": "assert", "title": "Sign up"},
    ),
    "click": (
        OPEN,
        {"action": "click", "locator": ZONE},
        {"action": "assert", "locator": ZONE, "text": {"equals": "once"}},
    ),
    "click with a point and a key": (
        OPEN,
        {"action": "click", "locator": ZONE, "position": {"x": 2, "y": 2}, "modifiers": ["Shift"]},
        {"action": "expect_text", "text": "once"},
    ),
    "double_click": (OPEN, {"action": "double_click", "locator": ZONE}, {"action": "expect_text", "text": "twice"}),
    "hover": (
        OPEN,
        {"action": "hover", "locator": ZONE},
        {"action": "assert", "locator": ZONE, "attribute": {"name": "data-seen", "equals": "yes"}},
    ),
    "fill": (
        OPEN,
        {"action": "fill", "locator": EMAIL, "value": "{{WHO}}@example.com"},
        {"action": "click", "locator": {"role": "button", "name": "Send"}},
        {"action": "expect_text", "text": "sent ada@example.com"},
    ),
    "type": (
        OPEN,
        {"action": "type", "locator": {"label": "Token"}, "text": "ab", "delay_ms": 1},
        {"action": "assert", "locator": {"label": "Token"}, "value": {"equals": "ab"}},
    ),
    "press on an element": (
        OPEN,
        {"action": "press", "locator": EMAIL, "key": "Control+A"},
        {"action": "press", "locator": EMAIL, "key": "Backspace"},
        {"action": "assert", "locator": EMAIL, "value": {"equals": ""}},
    ),
    "press where the focus is": (
        OPEN,
        {"action": "press", "key": "Escape"},
        {"action": "assert", "locator": "body", "attribute": {"name": "data-key", "equals": "Escape"}},
    ),
    "select_option by label": (
        OPEN,
        {"action": "select_option", "locator": {"label": "Country"}, "label": "Iceland"},
        {"action": "assert", "locator": {"label": "Country"}, "value": {"equals": "is"}},
    ),
    "select_option by value": (
        OPEN,
        {"action": "select_option", "locator": {"label": "Country"}, "value": "is"},
        {"action": "assert", "locator": {"label": "Country"}, "value": {"equals": "is"}},
    ),
    "select_option by index": (
        OPEN,
        {"action": "select_option", "locator": {"label": "Country"}, "index": 1},
        {"action": "assert", "locator": {"label": "Country"}, "value": {"equals": "is"}},
    ),
    "check and uncheck": (
        OPEN,
        {"action": "check", "locator": {"label": "I agree"}},
        {"action": "assert", "locator": {"label": "I agree"}, "state": "checked"},
        {"action": "uncheck", "locator": {"label": "I agree"}},
        {"action": "assert", "locator": {"label": "I agree"}, "state": "unchecked"},
    ),
    "upload": (
        OPEN,
        {"action": "upload", "locator": {"label": "Photo"}, "files": [{"name": "a.txt", "text": "hello {{WHO}}"}]},
        {
            "action": "assert",
            "locator": {"label": "Photo"},
            "attribute": {"name": "data-content", "equals": "hello ada"},
        },
    ),
    "wait_for an element": (OPEN, {"action": "wait_for", "locator": "#late"}),
    "wait_for an element to go": (OPEN, {"action": "wait_for", "locator": "#never", "state": "hidden"}),
    "wait_for an address": (
        OPEN,
        {"action": "click", "locator": {"role": "link", "name": "Go on"}},
        {"action": "wait_for", "url": {"ends_with": "/thanks"}},
    ),
    "wait_for a load state": (OPEN, {"action": "wait_for", "load": "networkidle"}),
    "wait_for a while": (OPEN, {"action": "wait_for", "seconds": 0.05}),
    "extract with a pattern": (
        OPEN,
        {"action": "extract", "variable": "ORDER", "locator": {"test_id": "order"}, "pattern": r"order (\d+)"},
        {"action": "assert", "locator": "#late", "text": {"ends_with": "{{ORDER}}"}},
    ),
    "set_variable": (
        {"action": "set_variable", "variable": "PATH", "value": "/{{WHERE}}"},
        {"action": "goto", "url": "{{PATH}}"},
        {"action": "assert", "url": {"ends_with": "/thanks"}},
    ),
    "assert on the page": (
        {"action": "goto", "url": "/thanks"},
        {
            "action": "assert",
            "title": {"equals": "Thanks"},
            "url": {"matches": r"/thanks$"},
            "text": {"contains": "thank you, ADA", "ignore_case": True},
        },
    ),
    "assert states": (
        OPEN,
        {"action": "assert", "locator": {"role": "button", "name": "Send"}, "state": "enabled"},
        {"action": "assert", "locator": {"role": "button", "name": "Delete"}, "state": "disabled"},
        {"action": "assert", "locator": {"placeholder": "Search"}, "state": "readonly"},
        {"action": "assert", "locator": EMAIL, "state": "editable"},
        {"action": "assert", "locator": {"alt": "A kettle"}},
        {"action": "assert", "locator": "#never", "state": "hidden"},
    ),
    "assert a count": (
        OPEN,
        {"action": "assert", "locator": "li", "count": 3},
        {"action": "assert", "locator": "li", "count": {"at_least": 2}},
    ),
    "assert white space does not matter": (
        OPEN,
        {"action": "assert", "locator": {"role": "heading", "level": 1}, "text": {"equals": "Sign up"}},
    ),
    "every kind of locator": (
        OPEN,
        {"action": "assert", "locator": {"title": "Kettle", "exact": True}},
        {"action": "assert", "locator": "//ul/li[2]", "text": {"equals": "two"}},
        {"action": "assert", "locator": {"css": "li", "nth": -1}, "text": {"equals": "three"}},
        {"action": "assert", "locator": {"css": "li", "has_text": "two"}},
        {"action": "assert", "locator": {"text": "one", "exact": True}},
        {"action": "click", "locator": {"role": "button", "name": "Pay", "frame": ["#pay"]}},
        {"action": "fill", "locator": {"label": "Card", "frame": [{"css": "iframe"}]}, "value": "42"},
    ),
    "screenshot": (OPEN, {"action": "screenshot", "file": "form"}, {"action": "screenshot", "locator": ZONE}),
    "group": (
        OPEN,
        {
            "action": "group",
            "steps": [
                {"action": "click", "locator": ZONE},
                {"action": "group", "steps": [{"action": "expect_text", "text": "once"}]},
            ],
        },
    ),
    "a condition that holds": (
        OPEN,
        {"action": "fill", "locator": EMAIL, "value": "new", "when": {"variable": "WHO", "equals": "ada"}},
        {"action": "assert", "locator": EMAIL, "value": {"equals": "new"}},
    ),
}


@pytest.mark.parametrize("steps", [pytest.param(steps, id=name) for name, steps in HOLDING.items()])
def test_an_action_that_fits_the_page_passes(walked: Walk, steps: tuple[dict[str, Any], ...]) -> None:
    result = walked(*steps, variables={"WHO": "ada", "WHERE": "thanks"})
    assert {(s.status, s.error) for s in result.steps} == {(Verdict.PASSED, None)}
    assert result.failure is None


def test_every_built_in_action_is_walked_here(actions: StepActions) -> None:
    walked = {step["action"] for steps in HOLDING.values() for step in steps}
    assert walked == set(actions)


FAILING = {
    "an element that is not there": ({"action": "click", "locator": "#no"}, Verdict.FAILED, Reason.LOCATOR),
    "an element that is there twice": ({"action": "click", "locator": "li"}, Verdict.FAILED, Reason.LOCATOR),
    "an element of the wrong kind": (
        {"action": "fill", "locator": {"role": "button", "name": "Send"}, "value": "x"},
        Verdict.FAILED,
        Reason.LOCATOR,
    ),
    "a button that stays disabled": (
        {"action": "click", "locator": {"role": "button", "name": "Delete"}},
        Verdict.TIMED_OUT,
        Reason.TIMEOUT,
    ),
    "an option that is not there": (
        {"action": "select_option", "locator": {"label": "Country"}, "label": "Norway"},
        Verdict.TIMED_OUT,
        Reason.TIMEOUT,
    ),
    "a text that is not there": ({"action": "expect_text", "text": "Sold out"}, Verdict.FAILED, Reason.ASSERTION),
    "a text that is another": (
        {"action": "assert", "locator": "h1", "text": {"equals": "Sign in"}},
        Verdict.FAILED,
        Reason.ASSERTION,
    ),
    "an attribute that is not there": (
        {"action": "assert", "locator": "h1", "attribute": {"name": "lang"}},
        Verdict.FAILED,
        Reason.ASSERTION,
    ),
    "an element that is not visible": ({"action": "assert", "locator": "#no"}, Verdict.FAILED, Reason.ASSERTION),
    "an element that does not go": (
        {"action": "assert", "locator": "h1", "state": "hidden"},
        Verdict.FAILED,
        Reason.ASSERTION,
    ),
    "a wrong count": ({"action": "assert", "locator": "li", "count": 2}, Verdict.FAILED, Reason.ASSERTION),
    "a title that is another": ({"action": "assert", "title": {"equals": "x"}}, Verdict.FAILED, Reason.ASSERTION),
    "an address that does not come": (
        {"action": "wait_for", "url": {"ends_with": "/thanks"}},
        Verdict.TIMED_OUT,
        Reason.TIMEOUT,
    ),
    "an element that is waited for in vain": ({"action": "wait_for", "locator": "#no"}, Verdict.FAILED, Reason.LOCATOR),
    "a value that can't be extracted": (
        {"action": "extract", "variable": "X", "locator": "h1", "pattern": "[0-9]+"},
        Verdict.FAILED,
        Reason.ASSERTION,
    ),
    "a missing page": ({"action": "goto", "url": "/missing"}, Verdict.FAILED, Reason.HTTP_STATUS),
    "a server error": ({"action": "goto", "url": "/status/500"}, Verdict.FAILED, Reason.HTTP_STATUS),
    "an address that the egress proxy refuses": (
        {"action": "goto", "url": "/status/403"},
        Verdict.ERROR,
        Reason.EGRESS_DENIED,
    ),
    "a closed port": ({"action": "goto", "url": "http://127.0.0.1:59999/"}, Verdict.FAILED, Reason.CONNECT),
    "a name that does not resolve": ({"action": "goto", "url": "http://shop.invalid/"}, Verdict.FAILED, Reason.DNS),
    "plain HTTP behind https": ({"action": "goto", "url": "https://127.0.0.1:{{PORT}}/"}, Verdict.FAILED, Reason.TLS),
    "a pseudo-class that no browser knows": (
        {"action": "click", "locator": "li:shiny"},
        Verdict.ERROR,
        Reason.SELECTOR_SYNTAX,
    ),
    "a function that XPath does not know": (
        {"action": "click", "locator": "//li[shiny()]"},
        Verdict.ERROR,
        Reason.SELECTOR_SYNTAX,
    ),
    "a key that no keyboard has": ({"action": "press", "key": "Any"}, Verdict.ERROR, Reason.INVALID_DEFINITION),
    "a scheme that is not of the web": (
        {"action": "goto", "url": "file:///etc/passwd"},
        Verdict.ERROR,
        Reason.INVALID_DEFINITION,
    ),
}


@pytest.mark.parametrize(
    ("step", "verdict", "reason"), [pytest.param(*failing, id=name) for name, failing in FAILING.items()]
)
def test_a_step_that_does_not_hold_says_why(
    walked: Walk, site: str, step: dict[str, Any], verdict: Verdict, reason: Reason
) -> None:
    port = site.rpartition(":")[2]
    result = walked(OPEN, {"timeout": 1, **step}, {"action": "reload"}, variables={"PORT": port}, tags=["x"])
    assert result.failure is not None
    assert (result.failure.verdict, result.failure.reason) == (verdict, reason), result.failure.message
    assert [s.status for s in result.steps] == [Verdict.PASSED, verdict, Verdict.CANCELLED]
    assert result.steps[1].error
    assert "\n" not in result.failure.message


def test_a_status_that_is_expected_is_no_failure(walked: Walk) -> None:
    result = walked(
        {"action": "goto", "url": "/status/404", "status": [404]},
        {"action": "goto", "url": "/status/500", "status": "any"},
    )
    assert result.failure is None
    assert [step.detail["status"] for step in result.steps] == [404, 500]


def test_there_is_nothing_to_go_back_to_on_the_first_page(walked: Walk) -> None:
    result = walked({"action": "back"})
    assert result.failure is not None
    assert result.failure.reason is Reason.NAVIGATION
