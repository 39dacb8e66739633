"""Scripts, measures, vitals, notes and custom steps: what they tell, and how they fail."""

from collections.abc import Callable
from typing import Any

import pytest

from outrider_engine.domain.verdicts import Reason, Verdict
from outrider_journeys.interpreter import WalkResult

pytestmark = pytest.mark.browser
Walk = Callable[..., WalkResult]

OPEN = {"action": "goto", "url": "/form"}
MARK = {"action": "mark", "mark": "begin"}
PAUSE = {"action": "wait_for", "seconds": 0.05}


@pytest.mark.parametrize(
    ("steps", "verdict", "reason", "message"),
    [
        (
            (MARK, PAUSE, {"action": "measure", "measure": "Pause", "at_most_ms": 10}),
            Verdict.FAILED,
            Reason.SLOW,
            "expected: at most 10 ms",
        ),
        (
            ({"action": "measure", "measure": "Pause"},),
            Verdict.ERROR,
            Reason.INVALID_DEFINITION,
            "nothing has been marked",
        ),
        (
            (MARK, {"action": "measure", "measure": "Pause", "from": "start"}),
            Verdict.ERROR,
            Reason.INVALID_DEFINITION,
            "there is no mark start (there are: begin)",
        ),
        (
            (
                MARK,
                {"action": "mark", "mark": "end"},
                {"action": "measure", "measure": "X", "from": "end", "to": "begin"},
            ),
            Verdict.ERROR,
            Reason.INVALID_DEFINITION,
            "the mark begin was set before end",
        ),
        (
            (OPEN, {"action": "web_vitals", "at_most": {"lcp_ms": 0.1, "inp_ms": 100}, "timeout": 0.5}),
            Verdict.FAILED,
            Reason.ASSERTION,
            "inp_ms has not been measured, expected: at most 100",
        ),
        (
            ({"action": "evaluate", "script": "while (true);", "timeout": 0.3},),
            Verdict.TIMED_OUT,
            Reason.TIMEOUT,
            "the page did not answer within 0.3 s",
        ),
        (
            ({"action": "evaluate", "script": "1 +"},),
            Verdict.ERROR,
            Reason.INVALID_DEFINITION,
            "the script is not JavaScript",
        ),
        (
            ({"action": "evaluate", "script": "void 0", "variable": "X"},),
            Verdict.FAILED,
            Reason.ASSERTION,
            "the script gave nothing to keep as X",
        ),
        (
            ({"action": "custom", "custom": "dance"},),
            Verdict.ERROR,
            Reason.UNKNOWN_ACTION,
            "no plugin offers the custom step 'dance' (installed: greet)",
        ),
        (
            ({"action": "custom", "custom": "greet", "parameters": {"who": 1}},),
            Verdict.ERROR,
            Reason.INVALID_DEFINITION,
            "parameters.whom: Field required",
        ),
    ],
)
def test_what_does_not_hold_says_why(
    walked: Walk, steps: tuple[dict[str, Any], ...], verdict: Verdict, reason: Reason, message: str
) -> None:
    result = walked(*steps, walk_screenshots="never")
    assert result.failure is not None
    assert (result.failure.verdict, result.failure.reason) == (verdict, reason), result.failure
    assert message in result.failure.message


def test_results_tell_what_was_measured_and_noted(walked: Walk) -> None:
    result = walked(
        OPEN,
        MARK,
        PAUSE,
        {"action": "measure", "measure": "Pause"},
        {"action": "web_vitals"},
        {"action": "note", "text": "{{WHO}} knows {{TOKEN}}"},
        {"action": "evaluate", "script": "document.title"},
        {"action": "evaluate", "script": "'hidden' + 1", "variable": "H", "secret": True},
        {"action": "note", "text": "{{H}}"},
        variables={"WHO": "Ada"},
        secrets=["TOKEN"],
        walk_secrets={"TOKEN": "tops3cret"},
    )
    assert result.failure is None
    details = [step.detail for step in result.steps]
    assert details[3]["measure"] == "Pause"
    assert 50 <= details[3]["ms"] < 1500  # type: ignore[operator]
    vitals = details[4]["web_vitals"]
    assert isinstance(vitals, dict)
    assert {name for name, value in vitals.items() if value is not None} == {"lcp_ms", "cls", "ttfb_ms", "fcp_ms"}
    assert details[5]["note"] == "Ada knows •••"
    assert details[6]["value"] == "Sign up"
    assert details[8]["note"] == "•••"
    assert "hidden1" not in str(result)


def test_a_custom_step_is_handed_to_its_plugin(walked: Walk) -> None:
    greet = {"action": "custom", "custom": "greet", "parameters": {"whom": "{{WHO}}"}}
    result = walked(OPEN, greet, variables={"WHO": "ada"})
    assert result.failure is None
    assert result.variables["GREETING"] == "Hello ada on Sign up"
