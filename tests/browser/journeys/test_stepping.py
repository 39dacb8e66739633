"""What every step may have: things that it causes, tries, a page; and steps within steps, setup and teardown."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Error, Page

from outrider_engine.adapters.clock import SystemClock
from outrider_engine.domain.observations import StepResult
from outrider_engine.domain.verdicts import Reason, Verdict
from outrider_journeys.actions.registry import StepActions
from outrider_journeys.interpreter import WalkOptions, WalkResult, walk

pytestmark = pytest.mark.browser
Walk = Callable[..., WalkResult]

P, D, F, C = Verdict.PASSED, Verdict.DEGRADED, Verdict.FAILED, Verdict.CANCELLED
OPEN = {"action": "goto", "url": "/causes"}
WRONG = {"action": "expect_text", "text": "Sold out", "timeout": 0.3}
COUNT = {"action": "click", "id": "count", "locator": {"role": "button", "name": "Count"}}


def link(name: str, **more: Any) -> dict[str, Any]:
    return {"action": "click", "locator": {"role": "link", "name": name}, **more}


def button(name: str, **more: Any) -> dict[str, Any]:
    return {"action": "click", "locator": {"role": "button", "name": name}, **more}


CAUSED = {
    "a navigation": (link("Go"), {"navigation": {"url": {"ends_with": "/thanks"}, "title": "Thanks"}}),
    "another page": (link("Open"), {"popup": "thanks"}),
    "a download": (link("Save"), {"download": {"as": "report", "file_name": {"equals": "report.csv"}}}),
    "a dialog": (button("Ask"), {"dialog": {"answer": "accept", "message": "Sure"}}),
    "a request": (button("Fetch"), {"request": {"url": "**/article", "method": "GET"}}),
    "an answer": (button("Fetch"), {"response": {"url": "/article", "status": 200, "as": "article"}}),
}


@pytest.mark.parametrize(("step", "expected"), [pytest.param(*given, id=name) for name, given in CAUSED.items()])
def test_what_a_step_causes_is_awaited(walked: Walk, step: dict[str, Any], expected: dict[str, Any]) -> None:
    result = walked(OPEN, {**step, "expects": [expected]}, variables={"WHO": "Ada"})
    assert result.failure is None


@pytest.mark.parametrize("expected", [pytest.param(given[1], id=name) for name, given in CAUSED.items()])
def test_what_does_not_come_fails_the_step(walked: Walk, expected: dict[str, Any]) -> None:
    result = walked(
        OPEN, {"action": "hover", "locator": {"role": "link", "name": "Go"}, "expects": [expected], "timeout": 1}
    )
    assert result.failure is not None
    assert (result.failure.verdict, result.failure.reason) == (F, Reason.ASSERTION), result.failure
    assert "was expected, and did not come in time" in result.failure.message


@pytest.mark.parametrize(
    ("step", "expected", "why"),
    [
        (link("Go"), {"navigation": {"title": "Sorry"}}, "the title is “Thanks”"),
        (link("Save"), {"download": {"file_name": "report.pdf"}}, "the name of the download is “report.csv”"),
        (button("Ask"), {"dialog": {"message": "Really"}}, "the dialog's message is “Sure?”"),
    ],
)
def test_what_comes_otherwise_fails_the_step(
    walked: Walk, step: dict[str, Any], expected: dict[str, Any], why: str
) -> None:
    result = walked(OPEN, {**step, "expects": [expected], "timeout": 1})
    assert result.failure is not None
    assert why in result.failure.message


def test_a_step_names_the_page_it_is_about(walked: Walk) -> None:
    result = walked(
        OPEN,
        link("Open", expects=[{"popup": "thanks"}]),
        {"action": "expect_text", "text": "Thank you", "page": "thanks"},
        {"action": "assert", "title": "Causes"},
        {"action": "reload", "page": "elsewhere"},
    )
    assert [step.status for step in result.steps] == [P, P, P, P, Verdict.ERROR]
    assert "no page is called 'elsewhere' (there are: main, thanks)" in str(result.steps[4].error)


def test_a_step_is_tried_again(walked: Walk) -> None:
    third = {"action": "expect_text", "text": "third", "timeout": 0.2}
    again = {"action": "group", "id": "again", "retries": 4, "retry_delay": 0.01, "steps": [COUNT, third]}
    result = walked(OPEN, again, {**WRONG, "retries": 1})
    assert result.steps[1].detail == {"block": True, "tries": 3}
    assert [(step.id, step.status) for step in result.steps[1:8]] == [
        ("again", P),
        ("again/count", P),
        ("again/expect-third", F),
        ("again~2/count", P),
        ("again~2/expect-third", F),
        ("again~3/count", P),
        ("again~3/expect-third", P),
    ]
    assert result.steps[8].detail["tries"] == 2


def test_steps_within_steps_count_in_the_order_in_which_they_begin(walked: Walk) -> None:
    told: list[StepResult] = []
    inner = {"action": "group", "id": "inner", "steps": [WRONG, COUNT]}
    outer = {"action": "group", "id": "outer", "on_failure": "continue", "steps": [COUNT, inner, {"action": "reload"}]}
    result = walked(OPEN, outer, {"action": "reload", "id": "last"}, told=told)
    assert [(step.index, step.id, step.status) for step in result.steps] == [
        (0, "open-causes", P),
        (1, "outer", F),
        (2, "outer/count", P),
        (3, "outer/inner", F),
        (4, "outer/inner/expect-sold-out", F),
        (5, "outer/inner/count", C),
        (6, "outer/reload", C),
        (7, "last", P),
    ]
    assert result.failure is not None
    assert (result.failure.verdict, result.failure.reason) == (D, Reason.ASSERTION)
    assert result.failure.message.startswith("Expect “Sold out”: ")
    assert [step.id for step in told][-3:] == ["outer/reload", "outer", "last"]


def test_a_block_has_a_time_of_its_own(walked: Walk) -> None:
    pause = {"action": "wait_for", "seconds": 0.2, "timeout": 5}
    result = walked({"action": "group", "name": "Slow", "timeout": 0.3, "steps": [pause, pause, pause]})
    assert result.failure is not None
    assert result.failure.verdict is Verdict.TIMED_OUT
    assert "the time of the block Slow was over" in result.failure.message
    assert [step.status for step in result.steps] == [Verdict.TIMED_OUT, P, Verdict.TIMED_OUT, C]


def test_a_step_may_be_left_out(walked: Walk) -> None:
    unknown = {"action": "custom", "custom": "acme.unknown", "skip": True}
    result = walked(OPEN, {**WRONG, "skip": True}, unknown)
    assert [step.status for step in result.steps] == [P, C, C]
    assert result.failure is None


@pytest.mark.parametrize(
    ("parts", "expected", "verdict"),
    [
        pytest.param({}, [P, P, P, P], None, id="all holds"),
        pytest.param({"setup": [WRONG]}, [F, C, P, P], F, id="the setup fails"),
        pytest.param({"steps": [WRONG]}, [P, F, P, P], F, id="a step fails"),
        pytest.param({"teardown": [WRONG, COUNT]}, [P, P, F, P], D, id="the teardown fails"),
    ],
)
def test_the_teardown_always_runs(walked: Walk, parts: dict[str, Any], expected: list[Verdict], verdict: Any) -> None:
    given = {"setup": [OPEN], "steps": [COUNT], "teardown": [OPEN, COUNT], **parts}
    result = walked(*given.pop("steps"), **given)
    assert [step.status for step in result.steps] == expected
    assert [step.id.partition("/")[0] for step in result.steps if "/" in step.id] == ["setup", "teardown", "teardown"]
    assert (result.failure.verdict if result.failure else None) == verdict


def test_the_teardown_has_time_of_its_own(walked: Walk) -> None:
    waits = {"action": "wait_for", "seconds": 60, "timeout": 60}
    result = walked(waits, teardown=[{"action": "set_variable", "variable": "DONE", "value": "yes"}], within=1)
    assert [step.status for step in result.steps] == [Verdict.TIMED_OUT, P]
    assert result.failure is not None
    assert result.failure.verdict is Verdict.TIMED_OUT


def test_the_teardown_gets_a_page_that_is_not_stuck(walked: Walk) -> None:
    stuck = {"action": "goto", "url": "/looping", "wait_until": "commit"}
    waits = {"action": "expect_text", "text": "After", "timeout": 0.5}
    result = walked(stuck, waits, teardown=[OPEN, COUNT], walk_screenshots="never")
    assert [step.status is P for step in result.steps] == [True, False, True, True]


def test_the_teardown_gets_another_page_after_a_crash(walked: Walk, blank: Page) -> None:
    def crash(step: StepResult) -> None:
        if step.index == 0:
            with pytest.raises(Error, match="ERR_ABORTED"):
                blank.goto("chrome://crash")

    result = walked(OPEN, COUNT, teardown=[OPEN, COUNT], walk_on_step=crash)
    assert [step.status for step in result.steps] == [P, F, P, P]
    assert result.failure is not None
    assert result.failure.reason is Reason.PAGE_CRASH


def test_a_journey_has_a_time_of_its_own(walked: Walk) -> None:
    result = walked({"action": "wait_for", "url": "/never", "timeout": 30}, timeout=0.5)
    assert result.failure is not None
    assert (result.failure.verdict, result.failure.reason) == (Verdict.TIMED_OUT, Reason.TIMEOUT)


def test_nothing_is_shown_of_a_sensitive_step(walked: Walk) -> None:
    result = walked(OPEN, {**WRONG, "sensitive": True, "on_failure": "continue"}, COUNT | {"screenshot": "always"})
    assert result.steps[1].detail == {}
    assert [file.step_index for file in result.files] == [2]


def test_a_page_with_touch_is_tapped(chromium: Browser, site: str, actions: StepActions, tmp_path: Path) -> None:
    touched = {"action": "assert", "locator": "#pad", "attribute": {"name": "data-told", "starts_with": "touchstart"}}
    steps = [OPEN, {"action": "tap", "locator": "#pad"}, touched]
    context = chromium.new_context(has_touch=True)
    clock = SystemClock()
    options = WalkOptions(deadline=clock.monotonic() + 10, clock=clock, folder=tmp_path, actions=actions)
    result = walk(actions.parse({"base_url": site, "steps": steps}), context.new_page(), options)
    context.close()
    assert result.failure is None
