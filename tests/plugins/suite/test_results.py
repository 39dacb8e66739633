"""What a suite's pytest tells, as steps of a run and as a verdict."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outrider_engine.domain.observations import Failure, StepResult
from outrider_engine.domain.verdicts import Reason, Verdict
from outrider_plugins.suite.concluding import concluded
from outrider_plugins.suite.following import Ended
from outrider_plugins.suite.results import Results
from outrider_plugins.suite.telling import read_line

AT = "2030-01-01T10:00:00+00:00"
NOW = datetime(2030, 1, 1, 10, 0, 5, tzinfo=UTC)
CLEAN = Ended(0, None, "")


def told(lines: Iterable[dict[str, Any]], seen: list[StepResult] | None = None) -> Results:
    results = Results((seen if seen is not None else []).append, lambda: NOW)
    for line in lines:
        results.take(read_line(json.dumps(line).encode()))
    return results


def began(test: str) -> dict[str, Any]:
    return {"kind": "began", "test": test, "at": AT}


def step(test: str, number: int, *path: str, **more: Any) -> dict[str, Any]:
    given = {"number": number, "path": list(path), "status": "passed", "at": AT, "ms": 1, **more}
    return {"kind": "step", "test": test, **given}


def phase(test: str, outcome: str = "passed", phase: str = "call", **more: Any) -> dict[str, Any]:
    given = {"phase": phase, "outcome": outcome, "expected": False, "ms": 10, "at": AT, **more}
    return {"kind": "phase", "test": test, **given}


def ended(test: str) -> dict[str, Any]:
    return {"kind": "ended", "test": test}


def raised(sort: str, text: str = "it broke") -> dict[str, Any]:
    return {"problem": {"sort": sort, "text": text}}


FINISHED = {"kind": "finished"}


def test_steps_come_after_their_test_in_the_order_in_which_they_began() -> None:
    lines = [began("t.py::a"), step("t.py::a", 1, "Open", "Look"), step("t.py::a", 0, "Open"), phase("t.py::a")]
    results = told([*lines, ended("t.py::a"), began("t.py::b"), phase("t.py::b"), ended("t.py::b"), FINISHED])
    found = [(index, each.id, each.name) for index, each in sorted(results.steps.items())]
    assert found == [
        (0, "t.py::a", "a"),
        (1, "t.py::a::Open", "Open"),
        (2, "t.py::a::Open/Look", "Look"),
        (3, "t.py::b", "b"),
    ]
    assert results.steps[0].detail == {"block": True}
    assert concluded(results, CLEAN, 60) is None


def test_tests_that_run_at_once_are_placed_when_they_end() -> None:
    steps = [{**step("b", 0, "Open"), "kind": None}]
    lines = [{"kind": "parallel"}, began("a"), began("b"), phase("b", steps=steps), ended("b"), phase("a"), ended("a")]
    results = told(lines)
    assert [each.id for _, each in sorted(results.steps.items())] == ["b", "b::Open", "a"]


@pytest.mark.parametrize(
    ("sort", "verdict", "reason"),
    [
        ("AssertionError", Verdict.FAILED, Reason.ASSERTION),
        ("TimeoutError", Verdict.TIMED_OUT, Reason.TIMEOUT),
        ("NameError", Verdict.ERROR, Reason.INVALID_DEFINITION),
        ("NotGiven", Verdict.ERROR, Reason.MISSING_SECRET),
        ("Failed", Verdict.FAILED, Reason.ASSERTION),
    ],
)
def test_a_failed_test_says_who_has_to_act(sort: str, verdict: Verdict, reason: Reason) -> None:
    results = told([began("t::a"), phase("t::a", "failed", **raised(sort)), ended("t::a"), FINISHED])
    failure = concluded(results, Ended(1, None, ""), 60)
    assert failure == Failure(verdict, reason, "a: it broke")


def test_a_journey_among_the_tests_says_itself_what_its_failure_means() -> None:
    told_by_it = {"problem": {"sort": "JourneyFailed", "text": "x", "verdict": "failed", "reason": "locator"}}
    results = told([began("a"), phase("a", "failed", **told_by_it), ended("a"), FINISHED])
    assert concluded(results, Ended(1, None, ""), 60) == Failure(Verdict.FAILED, Reason.LOCATOR, "a: x")


def test_a_failure_of_the_site_goes_before_an_error_of_the_suite() -> None:
    lines = [began("a"), phase("a", "failed", **raised("NameError")), ended("a")]
    lines += [began("b"), phase("b", "failed", "setup", **raised("Error", "net::ERR_CONNECTION_REFUSED")), ended("b")]
    failure = concluded(told([*lines, FINISHED]), Ended(1, None, ""), 60)
    assert failure is not None
    assert (failure.reason, failure.message[:31]) == (Reason.CONNECT, "2 of 2 tests did not pass: b: n")


@pytest.mark.parametrize(
    ("lines", "end", "says"),
    [
        ([FINISHED], Ended(5, None, ""), "no tests were found"),
        ([FINISHED], Ended(4, None, "usage\nERROR: unknown option --x\n"), "does not accept its options.*--x"),
        ([began("a"), phase("a"), ended("a")], Ended(0, None, "…"), "ended with status 0 before it was done"),
        ([began("a")], Ended(137, None, ""), "killed by signal 9 .out of memory"),
        ([began("a"), phase("a", "skipped"), ended("a"), FINISHED], CLEAN, "all were skipped"),
        (
            [{"kind": "problem", "where": "t.py", "text": "E  ImportError: no x"}, FINISHED],
            Ended(2, None, ""),
            "^t.py: ImportError: no x$",
        ),
    ],
)
def test_a_suite_that_did_not_test_anything_is_an_error(lines: list[Any], end: Ended, says: str) -> None:
    failure = concluded(told(lines), end, 60)
    assert failure is not None
    assert (failure.verdict, failure.reason) == (Verdict.ERROR, Reason.INVALID_DEFINITION)
    with pytest.raises(AssertionError, match=says):
        raise AssertionError(failure.message)


def test_a_test_that_is_cut_short_is_told() -> None:
    seen: list[StepResult] = []
    results = told([began("t::a"), step("t::a", 0, "Open")], seen)
    late = Failure(Verdict.TIMED_OUT, Reason.TIMEOUT, "x")
    failure = concluded(results, Ended(None, late, ""), 60)
    assert failure is not None
    assert failure.message == "not done after 60 s and was ended; under way: a"
    results.cut_short(failure)
    assert (seen[-1].id, seen[-1].status, seen[-1].duration_ms) == ("t::a", Verdict.TIMED_OUT, 5000)


def test_an_expected_failure_is_no_failure_and_a_skipped_test_no_pass() -> None:
    lines = [began("a"), phase("a", "skipped", expected=True), ended("a")]
    lines += [began("b"), phase("b", "skipped", **raised("Skipped", "Skipped: not here")), ended("b"), FINISHED]
    results = told(lines)
    assert [each.status for each in results.steps.values()] == [Verdict.PASSED, Verdict.CANCELLED]
    assert results.steps[1].detail == {"skipped": "Skipped: not here"}
    assert concluded(results, CLEAN, 60) is None
    assert results.facts() == {"tests": 2, "passed": 1, "failed": 0, "skipped": 1}


@settings(deadline=None)
@given(st.lists(st.one_of(st.binary(max_size=60), st.builds(lambda text: json.dumps(text).encode(), st.text()))))
def test_nonsense_is_refused_line_by_line(lines: list[bytes]) -> None:
    for line in lines:
        try:
            read_line(line)
        except ValueError:
            continue


def test_an_address_without_a_base_url_is_the_suites_fault() -> None:
    text = (
        "Page.goto: Protocol error (Page.navigate): Cannot navigate to invalid URL\nCall log:\n"
        '  - navigating to "/cart", waiting until "load"'
    )
    lines = [began("t.py::a"), phase("t.py::a", "failed", **raised("Error", text)), ended("t.py::a"), FINISHED]
    found = concluded(told(lines), Ended(1, None, ""), 60)
    assert found == Failure(
        Verdict.ERROR,
        Reason.INVALID_DEFINITION,
        'a: "/cart" has no base URL to be joined to: set base_url of the suite, or of its environment',
    )
