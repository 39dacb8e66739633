"""Flow: which steps are walked, how often, and what bounds them."""

from collections.abc import Callable
from typing import Any

import pytest

from outrider_engine.domain.verdicts import Reason, Verdict
from outrider_journeys.interpreter import WalkResult

pytestmark = pytest.mark.browser
Walk = Callable[..., WalkResult]

P, F, C = Verdict.PASSED, Verdict.FAILED, Verdict.CANCELLED


def keep(name: str, value: str, **more: Any) -> dict[str, Any]:
    return {"action": "set_variable", "id": name.lower(), "variable": name, "value": value, **more}


def walked_ids(result: WalkResult) -> list[str]:
    return [step.id for step in result.steps if step.status is not C]


def test_each_round_has_ids_of_its_own_until_the_loop_is_left(walked: Walk) -> None:
    leave = {"action": "break", "id": "leave", "when": {"variable": "item", "equals": "b"}}
    inner = {"action": "if", "id": "if", "condition": {"variable": "item", "exists": True}, "then": [leave]}
    loop = {"action": "for_each", "id": "loop", "items": ["a", "b", "c"], "steps": [inner, keep("SEEN", "{{item}}")]}
    result = walked(loop, keep("LAST", "{{SEEN}}"))
    assert [(step.index, step.id, step.status) for step in result.steps] == [
        (0, "loop", P),
        (1, "loop[1]/if", P),
        (2, "loop[1]/if/leave", C),
        (3, "loop[1]/seen", P),
        (4, "loop[2]/if", P),
        (5, "loop[2]/if/leave", P),
        (6, "loop[2]/seen", C),
        (7, "last", P),
    ]
    assert result.steps[6].detail == {"skipped": "the loop was left"}
    assert result.steps[0].detail == {"rounds": 2, "block": True}
    assert result.variables == {"item": "b", "item_number": "2", "SEEN": "a", "LAST": "a"}


@pytest.mark.parametrize(
    ("stop", "verdict"),
    [({"verdict": "passed"}, None), ({"verdict": "failed", "message": "sold {{WHAT}}"}, F)],
)
def test_a_journey_may_stop_early(walked: Walk, stop: dict[str, Any], verdict: Verdict | None) -> None:
    group = {"action": "group", "id": "g", "steps": [{"action": "stop", "id": "stop", **stop}, keep("A", "1")]}
    result = walked(group, keep("B", "1"), variables={"WHAT": "out"}, teardown=[keep("C", "1")])
    assert [step.status for step in result.steps] == [verdict or P, verdict or P, C, C, P]
    assert result.steps[-1].id == "teardown/c"
    assert (result.failure.verdict if result.failure else None) == verdict
    if result.failure:
        assert result.failure.message == "Stop as failed: sold out"


def test_a_stop_in_the_setup_ends_all_but_the_teardown(walked: Walk) -> None:
    result = walked(keep("B", "1"), setup=[{"action": "stop"}], teardown=[keep("C", "1")])
    assert [step.status for step in result.steps] == [P, C, P]
    assert result.failure is None


def test_a_loop_that_does_not_end_fails(walked: Walk) -> None:
    result = walked({"action": "while", "condition": {"title": {"empty": True}}, "most": 3, "steps": [keep("A", "1")]})
    assert result.failure is not None
    assert (result.failure.verdict, result.failure.reason) == (F, Reason.ASSERTION)
    assert result.failure.message == "While the title empty: it still holds after 3 rounds"
    assert len(result.steps) == 4


@pytest.mark.parametrize(
    ("step", "why"),
    [
        ({"action": "for_each", "items": "{{MANY}}"}, "there are 1001 items, more than 1000"),
        ({"action": "for_each", "items": "[1, 2"}, "items begin like a JSON list, but are none"),
        ({"action": "times", "count": "{{MANY}}"}, "count must be a whole number from 0 to 1000"),
    ],
)
def test_what_is_no_bounded_loop_is_an_error(walked: Walk, step: dict[str, Any], why: str) -> None:
    result = walked({**step, "steps": []}, variables={"MANY": "1\n" * 1001})
    assert result.failure is not None
    assert (result.failure.verdict, result.failure.reason) == (Verdict.ERROR, Reason.INVALID_DEFINITION)
    assert why in result.failure.message


def test_a_walk_ends_after_ten_thousand_steps(walked: Walk) -> None:
    inner = {"action": "times", "count": 1000, "steps": [keep("A", "1")]}
    result = walked({"action": "times", "count": 1000, "steps": [inner]}, keep("B", "1"), within=60)
    assert result.failure is not None
    assert (result.failure.verdict, result.failure.reason) == (Verdict.ERROR, Reason.INVALID_DEFINITION)
    assert result.failure.message.endswith("more than 10,000 steps were walked")
    assert len(result.steps) == 10_000


def test_what_a_block_sets_may_be_used_after_it(walked: Walk) -> None:
    block = {"action": "if", "condition": {"variable": "A", "exists": False}, "then": [keep("A", "1")], "else": []}
    assert walked(block, keep("B", "{{A}}")).variables == {"A": "1", "B": "1"}
    unknown = walked({"action": "group", "steps": [keep("A", "{{B}}"), keep("B", "1")]})
    assert unknown.failure is not None
    assert unknown.failure.reason is Reason.UNKNOWN_VARIABLE
    assert unknown.steps[0].status is Verdict.ERROR


SIGN_IN = {
    "name": "Sign in",
    "variables": {"WHO": "nobody", "HOW": "quietly"},
    "secrets": ["PASSWORD"],
    "defaults": {"timeout": 1},
    "setup": [keep("READY", "yes")],
    "steps": [keep("SIGNED_IN", "{{WHO}} {{HOW}}"), {"action": "stop"}, keep("NEVER", "x")],
    "teardown": [keep("DONE", "yes"), {"action": "expect_text", "id": "sorry", "text": "Sorry", "timeout": 1}],
}


def test_a_journey_calls_another(walked: Walk) -> None:
    call = {"action": "call", "id": "call", "journey": "sign-in", "variables": {"WHO": "{{ADMIN}}"}}
    result = walked(
        call,
        keep("AFTER", "{{SIGNED_IN}}, then {{WHO}}"),
        journeys={"sign-in": SIGN_IN},
        variables={"ADMIN": "root", "WHO": "ada"},
        walk_secrets={"PASSWORD": "tops3cret"},
    )
    assert [(step.id, step.status) for step in result.steps] == [
        ("call", P),
        ("call/setup/ready", P),
        ("call/signed_in", P),
        ("call/stop-as-passed", P),
        ("call/never", C),
        ("call/teardown/done", P),
        ("call/teardown/sorry", F),
        ("after", P),
    ]
    assert result.variables["AFTER"] == "root quietly, then ada"
    assert result.failure is not None
    assert result.failure.verdict is Verdict.DEGRADED


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({}, Reason.INVALID_DEFINITION),
        ({"journeys": {"sign-in": SIGN_IN}}, Reason.MISSING_SECRET),
        ({"journeys": {"sign-in": {"steps": [keep("A", "{{NOBODY}}")]}}}, Reason.UNKNOWN_VARIABLE),
    ],
)
def test_what_cannot_be_called_is_known_before_the_first_step(
    walked: Walk, given: dict[str, Any], reason: Reason
) -> None:
    result = walked(keep("A", "1"), {"action": "call", "journey": "sign-in"}, **given)
    assert result.failure is not None
    assert (result.failure.verdict, result.failure.reason) == (Verdict.ERROR, reason)
    assert result.steps[0].status is C


def test_a_block_whose_time_is_over_between_two_steps_keeps_a_picture(walked: Walk) -> None:
    rounds = {"action": "while", "id": "rounds", "timeout": 0.2, "condition": {"title": {"empty": True}}, "most": 999}
    result = walked({**rounds, "steps": [keep("A", "1")]})
    assert result.failure is not None
    assert result.failure.verdict is Verdict.TIMED_OUT
    assert [file.name for file in result.files] == ["001-rounds.png"]
