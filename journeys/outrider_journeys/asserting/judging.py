"""Judging: wait until a test holds, or say what was found instead."""

from collections.abc import Callable

from outrider_engine.domain.verdicts import Reason, Verdict
from outrider_journeys.actions.contract import StepFailure, StepScope
from outrider_journeys.comparing import TextTests
from outrider_journeys.number_tests import NumberTest


def judge_text(test: TextTests, what: str, read: Callable[[float], str | None], scope: StepScope) -> None:
    """Wait until a text passes a test.

    Args:
        test: as it is written in the journey.
        what: what the text is, in words (``the title``).
        read: reads it, within so many milliseconds.
        scope: of the step.

    Raises:
        StepFailure: it did not within the step's time; the message tells what it was.
    """
    rendered = test.rendered(scope.variables)
    held, actual = scope.eventually(read, lambda text: rendered.problem_with(text) is None)
    demand(held, f"{what} {rendered.problem_with(actual)}")


def judge_number(test: NumberTest, what: str, read: Callable[[float], float | None], scope: StepScope) -> None:
    """Wait until a number passes a test; as ``judge_text``."""
    rendered = test.rendered(scope.variables)
    held, actual = scope.eventually(read, lambda number: rendered.problem_with(number) is None)
    demand(held, f"{what} {rendered.problem_with(actual)}")


def demand(held: bool, problem: str) -> None:
    """Fail the step unless something holds."""
    if not held:
        raise StepFailure(problem, reason=Reason.ASSERTION)


def wrong(problem: str) -> StepFailure:
    """Return the failure of a step that can't be meant."""
    return StepFailure(problem, reason=Reason.INVALID_DEFINITION, verdict=Verdict.ERROR)


def too_late(problem: str) -> StepFailure:
    """Return the failure of a step that waited in vain."""
    return StepFailure(problem, reason=Reason.TIMEOUT, verdict=Verdict.TIMED_OUT)
