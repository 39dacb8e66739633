"""How a walk as a whole ends: what stops it, what degrades it, what it tells and what it never shows."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, Error, Page

from outrider_engine.domain.observations import StepResult
from outrider_engine.domain.verdicts import Reason, Verdict
from outrider_journeys.faults import was_performed
from outrider_journeys.interpreter import WalkResult

pytestmark = pytest.mark.browser
Walk = Callable[..., WalkResult]

OPEN = {"action": "goto", "url": "/form"}
WRONG_TEXT = {"action": "expect_text", "text": "Sold out", "timeout": 1}
P, D, F, C = Verdict.PASSED, Verdict.DEGRADED, Verdict.FAILED, Verdict.CANCELLED
SECRET = "tops3cret"


def statuses(result: WalkResult) -> list[Verdict]:
    return [step.status for step in result.steps]


@pytest.mark.parametrize(
    ("extra", "expected", "verdict"),
    [
        pytest.param({}, [P, F, C], Verdict.FAILED, id="a hard failure stops the walk"),
        pytest.param({"soft": True}, [P, D, P], Verdict.DEGRADED, id="a soft one degrades it"),
        pytest.param({"on_failure": "continue"}, [P, F, P], Verdict.DEGRADED, id="one that may fail degrades it"),
    ],
)
def test_a_failing_assertion(walked: Walk, extra: dict[str, Any], expected: list[Verdict], verdict: Verdict) -> None:
    result = walked(OPEN, WRONG_TEXT | extra, {"action": "hover", "locator": "h1"})
    assert statuses(result) == expected
    assert result.failure is not None
    assert (result.failure.verdict, result.failure.reason) == (verdict, Reason.ASSERTION)
    assert result.failure.message.startswith("Expect “Sold out”: ")


def test_what_is_wrong_with_the_journey_is_never_forgiven(walked: Walk) -> None:
    result = walked(OPEN, {"action": "click", "locator": "li:shiny", "on_failure": "continue"}, {"action": "reload"})
    assert statuses(result) == [P, Verdict.ERROR, C]


def test_a_fallback_locator_heals_the_step(walked: Walk) -> None:
    broken_first = [{"role": "button", "name": "Submit"}, {"css": "li"}, {"role": "button", "name": "Send"}]
    result = walked(OPEN, {"action": "click", "locators": broken_first, "timeout": 1.5}, {"action": "reload"})
    assert statuses(result) == [P, D, P]
    assert result.steps[1].reason is Reason.HEALED
    assert result.steps[1].detail["locator"] == "role='button' name='Send'"
    assert result.steps[1].detail["patch"] == [
        {"op": "replace", "path": "/steps/1/locators", "value": [broken_first[2], *broken_first[:2]]}
    ]
    assert result.failure is not None
    assert (result.failure.verdict, result.failure.reason) == (D, Reason.HEALED)


def test_a_first_locator_that_comes_late_is_no_healing(walked: Walk) -> None:
    result = walked(OPEN, {"action": "click", "locators": ["#late", "h1"], "timeout": 4})
    assert statuses(result) == [P, P]


def test_when_no_locator_finds_anything_all_are_named(walked: Walk) -> None:
    result = walked(OPEN, {"action": "click", "locators": ["#a", "#b"], "timeout": 1})
    assert result.failure is not None
    assert "#a was not found; #b was not found" in result.failure.message


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        pytest.param({"secrets": ["TOKEN"]}, Reason.MISSING_SECRET, id="a secret without a value"),
        pytest.param({}, Reason.UNKNOWN_VARIABLE, id="a variable that nothing defines"),
    ],
)
def test_a_journey_that_cannot_end_does_not_begin(walked: Walk, given: dict[str, Any], reason: Reason) -> None:
    result = walked(OPEN, {"action": "fill", "locator": "#x", "value": "{{TOKEN}}"}, **given)
    assert result.failure is not None
    assert (result.failure.verdict, result.failure.reason) == (Verdict.ERROR, reason)
    assert result.steps[0].status is C


def test_a_journey_without_steps_is_an_error(walked: Walk) -> None:
    failure = walked().failure
    assert failure is not None
    assert failure.reason is Reason.INVALID_DEFINITION


def test_a_step_whose_condition_does_not_hold_is_not_run(walked: Walk) -> None:
    unless = {"variable": "COUNTRY", "not_equals": "de"}
    result = walked(OPEN, {"action": "click", "locator": "#no", "when": unless}, variables={"COUNTRY": "de"})
    assert statuses(result) == [P, C]
    assert result.failure is None
    assert "COUNTRY" in str(result.steps[1].detail["skipped"])


def test_values_of_the_run_go_before_those_of_the_journey(walked: Walk, site: str) -> None:
    elsewhere = {"base_url": "http://127.0.0.1:9", "variables": {"PAGE": "form"}}
    opened = {"action": "goto", "url": "/{{PAGE}}"}
    result = walked(opened, **elsewhere, walk_base_url=site, walk_variables={"PAGE": "thanks"})
    assert result.failure is None
    assert result.steps[0].detail["url"] == f"{site}/thanks"


def test_steps_are_told_as_they_end(walked: Walk) -> None:
    told: list[StepResult] = []
    result = walked(OPEN, WRONG_TEXT, {"action": "reload", "id": "again"}, told=told)
    assert tuple(told) == result.steps
    assert [step.index for step in told] == [0, 1, 2]
    assert told[2].id == "again"
    assert told[1].duration_ms >= 1000


@pytest.mark.parametrize(
    ("policy", "steps", "pictures"),
    [
        pytest.param("on_failure", (OPEN,), [], id="nothing failed"),
        pytest.param("on_failure", (OPEN, WRONG_TEXT), [1], id="a step failed"),
        pytest.param("always", (OPEN, OPEN), [1], id="at the end"),
        pytest.param("never", (OPEN, {"action": "screenshot"}, WRONG_TEXT), [], id="never"),
    ],
)
def test_pictures_are_taken_as_the_policy_says(
    walked: Walk, policy: str, steps: tuple[dict[str, Any], ...], pictures: list[int], tmp_path: Path
) -> None:
    result = walked(*steps, walk_screenshots=policy)
    assert [file.step_index for file in result.files] == pictures
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(file.name for file in result.files)


def test_names_and_failures_show_plain_variables_and_never_secrets(walked: Walk) -> None:
    result = walked(
        {"action": "goto", "url": "/{{PAGE}}"},
        {"action": "click", "locator": {"role": "button", "name": "{{CUSTOMER}} {{TOKEN}}"}, "timeout": 0.5},
        variables={"PAGE": "form", "CUSTOMER": "Ada"},
        secrets=["TOKEN"],
        walk_secrets={"TOKEN": SECRET},
    )
    assert "/form" in result.steps[0].name
    assert result.steps[1].name == "Click button “Ada {{TOKEN}}”"
    assert result.steps[1].error is not None
    assert result.steps[1].error.startswith("button “Ada {{TOKEN}}” was not found")
    assert result.failure is not None
    assert result.failure.message.startswith("Click button “Ada {{TOKEN}}”: button “Ada {{TOKEN}}” was not found")


def test_secrets_are_shown_nowhere(walked: Walk) -> None:
    result = walked(
        {"action": "goto", "url": "/echo-secret?q={{TOKEN}}"},
        {"action": "extract", "variable": "SEEN", "locator": "#shown"},
        {"action": "assert", "locator": "#shown", "text": {"equals": "token is {{TOKEN}}!"}, "timeout": 1},
        secrets=["TOKEN"],
        walk_secrets={"TOKEN": SECRET},
    )
    assert result.failure is not None
    assert result.failure.reason is Reason.ASSERTION
    assert SECRET not in repr(result)
    assert "TOKEN" not in result.variables
    assert "SEEN" not in result.variables


def test_a_pinned_variable_keeps_its_value(walked: Walk) -> None:
    taken = {"action": "extract", "variable": "CODE", "locator": "#late", "pattern": "[0-9]+"}
    result = walked(OPEN, taken, walk_variables={"CODE": "asked"}, walk_pinned=("CODE",))
    assert result.failure is None
    assert result.variables["CODE"] == "asked"


def test_an_extracted_secret_is_masked_from_then_on(walked: Walk) -> None:
    taken = {"action": "extract", "variable": "CODE", "locator": "#late", "pattern": "[0-9]+", "secret": True}
    result = walked(OPEN, taken, {"action": "assert", "locator": "#late", "text": {"equals": "{{CODE}}"}, "timeout": 1})
    assert result.failure is not None
    assert "4711" not in repr(result)


def test_fields_with_secrets_are_masked_in_pictures(walked: Walk, blank: Page) -> None:
    filled = ({"label": "Token"}, {"label": "Card", "frame": ["#pay"]})
    steps = [{"action": "fill", "locator": field, "value": "{{TOKEN}}"} for field in filled]
    result = walked(
        OPEN,
        *steps,
        {"action": "screenshot"},
        secrets=["TOKEN"],
        walk_secrets={"TOKEN": SECRET},
        walk_screenshots="always",
    )
    assert result.failure is None
    with Image.open(result.files[0].path) as picture:
        shown = picture.convert("RGB")
        for locator in (
            blank.get_by_label("Token"),
            blank.get_by_label("Password"),
            blank.frame_locator("#pay").get_by_label("Card"),
        ):
            box = locator.bounding_box()
            assert box is not None
            middle = (int(box["x"] + box["width"] / 2), int(box["y"] + box["height"] / 2))
            assert shown.getpixel(middle) == (0x5B, 0x5B, 0x66)
        box = blank.get_by_label("E-mail").bounding_box()
        assert box is not None
        assert shown.getpixel((int(box["x"] + box["width"] - 8), int(box["y"] + 8))) == (255, 255, 255)


LOOPING = {"action": "goto", "url": "/looping", "wait_until": "commit"}


@pytest.mark.parametrize(
    "step",
    [
        pytest.param({"action": "expect_text", "text": "After"}, id="text"),
        pytest.param({"action": "assert", "locator": "p", "count": 2}, id="count"),
        pytest.param({"action": "assert", "title": "After"}, id="title"),
        pytest.param({"action": "click", "locator": "p"}, id="click"),
        pytest.param({"action": "press", "key": "a"}, id="key"),
        pytest.param({"action": "screenshot"}, id="screenshot"),
        pytest.param({"action": "goto", "url": "/form"}, id="navigation"),
        pytest.param({"action": "extract", "variable": "X", "source": "title"}, id="extract"),
    ],
)
def test_a_page_that_loops_for_ever_ends_at_the_deadline(chromium: Browser, walked: Walk, step: dict[str, Any]) -> None:
    pause = {"action": "wait_for", "seconds": 0.3}
    result = walked(LOOPING, pause, step, {"action": "reload"}, within=2.5, defaults={"timeout": 60})
    assert result.failure is not None
    assert (result.failure.verdict, result.failure.reason) == (Verdict.TIMED_OUT, Reason.TIMEOUT)
    assert result.steps[-1].status is C
    assert sum(one.duration_ms for one in result.steps) < 3500


def test_nothing_begins_after_the_deadline(walked: Walk) -> None:
    result = walked(OPEN, within=-1)
    assert result.failure is not None
    assert (result.failure.verdict, result.failure.reason) == (Verdict.TIMED_OUT, Reason.TIMEOUT)
    assert statuses(result) == [C]


def test_a_page_that_crashes_is_told_so(walked: Walk, blank: Page) -> None:
    def crash(step: StepResult) -> None:
        if step.index == 0:
            with pytest.raises(Error, match="ERR_ABORTED"):
                blank.goto("chrome://crash")

    result = walked(OPEN, {"action": "click", "locator": "h1"}, {"action": "reload"}, walk_on_step=crash)
    assert result.failure is not None
    assert (result.failure.verdict, result.failure.reason) == (Verdict.FAILED, Reason.PAGE_CRASH)
    assert statuses(result) == [P, F, C]


@pytest.mark.parametrize(
    ("log", "closed", "expected"),
    [
        pytest.param("\n  - performing click action\n", "popup", True, id="the mouse was there"),
        pytest.param("\n  - waiting for element to be stable\n", "popup", False, id="it was not yet"),
        pytest.param("\n  - performing click action\n", "none", False, id="the window is open"),
        pytest.param("\n  - performing click action\n", "all", False, id="there is no other window"),
    ],
)
def test_a_click_that_closes_its_own_window_was_performed(
    chromium: Browser, log: str, closed: str, expected: bool
) -> None:
    with chromium.new_context() as context:
        popup, other = context.new_page(), context.new_page()
        for page in {"popup": [popup], "none": [], "all": [other, popup]}[closed]:
            page.close()
        error = Error(f"Locator.click: Target page, context or browser has been closed\nCall log:{log}")
        assert was_performed(error, popup) is expected
