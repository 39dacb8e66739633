"""Assertions over a window of runs, judged as a run is stored: only then is it known what the runs before came to."""

from collections.abc import Iterable
from dataclasses import replace

from outrider_engine.assertions import is_windowed, judge_window, window_of
from outrider_engine.domain.assertions import AssertionResult
from outrider_engine.domain.runs import Claim, Outcome
from outrider_engine.domain.verdicts import Reason, Verdict
from outrider_engine.ports.storage import Transaction


def judged_over_window(tx: Transaction, claim: Claim, outcome: Outcome) -> Outcome:
    """Return an outcome with the judgement of the check's windowed assertions added to it.

    A run that did not hold already stays as it is, and a rehearsal says nothing about the runs before it.
    """
    windowed = [each for each in claim.check.definition.assertions if is_windowed(each)]
    if not windowed or not outcome.verdict.is_up or claim.overrides is not None:
        return outcome
    results = []
    for assertion in windowed:
        before = tx.runs.durations(claim.check.id, outcome.completed_at - window_of(assertion))
        results.append(judge_window(assertion, [*before, outcome.duration_ms]))
    broken = [result for result in results if not result.passed]
    judged = replace(outcome, assertions=(*outcome.assertions, *results))
    if not broken:
        return judged
    told = [outcome.error] if outcome.error else []
    error = "; ".join([*told, *(result.message for result in broken)])
    return replace(judged, verdict=_verdict(broken), reason=Reason.ASSERTION, error=error)


def _verdict(broken: Iterable[AssertionResult]) -> Verdict:
    is_soft = all(result.assertion.options.get("soft") is True for result in broken)
    return Verdict.DEGRADED if is_soft else Verdict.FAILED
