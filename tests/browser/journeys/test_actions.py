"""Every built-in action, on a real page."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import holding_steps
import pytest
from holding_steps import HOLDING, OPEN

from outrider_engine.domain.verdicts import Reason, Verdict
from outrider_journeys.actions.registry import StepActions
from outrider_journeys.interpreter import WalkResult

pytestmark = pytest.mark.browser
Walk = Callable[..., WalkResult]


@pytest.mark.parametrize("steps", [pytest.param(steps, id=name) for name, steps in HOLDING.items()])
def test_an_action_that_fits_the_page_passes(walked: Walk, steps: tuple[dict[str, Any], ...]) -> None:
    result = walked(*steps, variables={"WHO": "ada", "WHERE": "thanks", "THRICE": "3"})
    held = [step for step in result.steps if "skipped" not in step.detail]
    assert {(step.status, step.error) for step in held} == {(Verdict.PASSED, None)}
    assert result.failure is None


def test_every_built_in_action_is_walked_in_a_browser(actions: StepActions) -> None:
    sources = [Path(holding_steps.__file__), *Path(__file__).parent.glob("test_*.py")]
    walked = {name for path in sources for name in re.findall(r'"action": "([a-z_]+)"', path.read_text())}
    assert set(actions) <= walked


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
    "an option that cannot be added": (
        {"action": "select_option", "locator": {"label": "Country"}, "label": "Norway", "add": True},
        Verdict.FAILED,
        Reason.LOCATOR,
    ),
    "a page that nobody opened": (
        {"action": "use_page", "url": {"contains": "/receipt"}},
        Verdict.FAILED,
        Reason.ASSERTION,
    ),
    "closing the only page": ({"action": "close_page"}, Verdict.ERROR, Reason.INVALID_DEFINITION),
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
