"""Tests and their steps as the steps of a run, and what they add up to."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from outrider_engine.domain.json_values import JsonValue
from outrider_engine.domain.observations import Failure, StepResult
from outrider_engine.domain.verdicts import Reason, Verdict

from .telling import Began, Collected, Ended, Finished, Parallel, Phase, Problem, Raised, Step, Told, ToldStep

MOST_RESULTS = 10_000
_OF_THE_SUITE = frozenset(
    {"NameError", "ImportError", "ModuleNotFoundError", "SyntaxError", "IndentationError", "FixtureLookupError"}
)
"""Exceptions that say that the suite is wrong, whatever the site is like."""
_RELATIVE = re.compile(
    r'Cannot navigate to invalid URL[\s\S]*?navigating to ("(?![A-Za-z][A-Za-z0-9+.-]*:)[^"\n]{0,500}")'
)
"""What Playwright says of an address without scheme and host, in a context without a base URL."""
_STATUSES = {"passed": Verdict.PASSED, "failed": Verdict.FAILED, "skipped": Verdict.CANCELLED}
_LONGEST_NAME = 200


@dataclass(slots=True)
class _Test:
    id: str
    began_at: datetime
    index: int | None
    phases: list[Phase] = field(default_factory=list)
    steps: dict[int, ToldStep] = field(default_factory=dict)
    is_over: bool = False


class Results:
    """Takes what is told, in whatever order, and makes results of it.

    Args:
        on_result: called with each result as it is known.
        now: the time, for tests that are cut short.
    """

    def __init__(self, on_result: Callable[[StepResult], None], now: Callable[[], datetime]) -> None:
        self.steps: dict[int, StepResult] = {}
        self.problems: list[str] = []
        self.is_finished = False
        self.collected = 0
        self._on_result = on_result
        self._now = now
        self._tests: dict[str, _Test] = {}
        self._parallel = False
        self._next = 0

    def take(self, told: Told) -> None:
        """Take one thing that was told."""
        match told:
            case Parallel():
                self._parallel = True
            case Collected():
                self.collected = len(told.tests)
            case Problem():
                self.problems.append(f"{told.where}: {_last_line(told.text)}" if told.where else _last_line(told.text))
            case Began():
                self._begin(told)
            case Step():
                self._step(self._test(told.test, told.at), told)
            case Phase():
                self._phase(self._test(told.test, told.at), told)
            case Ended():
                self._end(told.test)
            case Finished():
                self.is_finished = True

    def cut_short(self, why: Failure) -> None:
        """Give those tests that are under way an end."""
        for test in self._tests.values():
            if not test.is_over:
                self._give_index(test)
                self._add(self._result(test, why.verdict, why.reason, why.message))

    def under_way(self) -> list[str]:
        """Return the names of the tests that have begun and not ended."""
        return [_name(test.id) for test in self._tests.values() if not test.is_over]

    def files(self) -> Iterable[tuple[str, str, int | None]]:
        """Return (kind, path, index of its test) of each file that was told."""
        for test in self._tests.values():
            for kind, path in dict.fromkeys(each for phase in test.phases for each in phase.files):
                yield kind, path, test.index

    def facts(self) -> dict[str, JsonValue]:
        """Return how many tests ended how."""
        ended = [self.steps[test.index].status for test in self._tests.values() if test.index in self.steps]
        counted = {
            "passed": ended.count(Verdict.PASSED),
            "failed": len(ended) - ended.count(Verdict.PASSED) - ended.count(Verdict.CANCELLED),
            "skipped": ended.count(Verdict.CANCELLED),
        }
        return {"tests": len(ended), **counted}

    def failure(self) -> Failure | None:
        """Return what the tests amount to."""
        results = [self.steps[test.index] for test in self._tests.values() if test.index in self.steps]
        broken = [each for each in results if each.status not in (Verdict.PASSED, Verdict.CANCELLED)]
        if not broken:
            return None
        of_target = [each for each in broken if each.status is not Verdict.ERROR]
        first = (of_target or broken)[0]
        count = f"{len(broken)} of {len(results)} tests did not pass: " if len(results) > 1 else ""
        return Failure(
            first.status, first.reason or Reason.ASSERTION, f"{count}{first.name}: {first.error or 'failed'}"
        )

    def _test(self, id: str, at: datetime) -> _Test:
        return self._tests[id] if id in self._tests else self._begin(Began(kind="began", test=id, at=at))

    def _begin(self, told: Began) -> _Test:
        before = self._tests.get(told.test)
        index = before.index if before is not None else None if self._parallel else self._take_index()
        test = self._tests[told.test] = _Test(told.test, told.at, index)
        return test

    def _take_index(self) -> int:
        self._next += 1
        return self._next - 1

    def _give_index(self, test: _Test) -> int:
        """Place a test of several that run at once: it and its steps in a row, when it is known how many they are."""
        if test.index is None:
            test.index = self._take_index()
            for step in test.steps.values():
                self._add_step(test, step)
        return test.index

    def _step(self, test: _Test, told: ToldStep) -> None:
        if told.number not in test.steps:
            test.steps[told.number] = told
            if test.index is not None:
                self._add_step(test, told)

    def _phase(self, test: _Test, told: Phase) -> None:
        test.phases.append(told)
        for step in told.steps:
            self._step(test, step)

    def _end(self, id: str) -> None:
        test = self._tests.get(id)
        if test is None or not test.phases:
            return
        test.is_over = True
        self._give_index(test)
        broken = next((phase for phase in test.phases if phase.outcome == "failed"), None)
        if broken is not None:
            verdict, reason = _judged(broken)
            message = _message(broken)
            self._add(self._result(test, verdict, reason, _first_lines(message), phase=broken))
            return
        skipped = next((phase for phase in test.phases if phase.outcome == "skipped" and not phase.expected), None)
        self._add(self._result(test, Verdict.CANCELLED if skipped else Verdict.PASSED, None, None, phase=skipped))

    def _result(
        self, test: _Test, verdict: Verdict, reason: Reason | None, error: str | None, *, phase: Phase | None = None
    ) -> StepResult:
        detail: dict[str, JsonValue] = {"block": True} if test.steps else {}
        if phase is not None and phase.outcome == "skipped":
            detail["skipped"] = phase.problem.text if phase.problem else "skipped"
        elif phase is not None:
            detail |= {"phase": phase.phase, "text": phase.text or ""}
        duration_ms = sum(each.ms for each in test.phases)
        if not test.is_over:
            duration_ms = (self._now() - test.began_at).total_seconds() * 1000
        return StepResult(
            index=test.index or 0,
            id=test.id,
            name=_name(test.id),
            action="test",
            status=verdict,
            started_at=test.began_at,
            duration_ms=max(duration_ms, 0.0),
            reason=reason,
            error=error,
            detail=detail,
        )

    def _add_step(self, test: _Test, told: ToldStep) -> None:
        index = (test.index or 0) + 1 + told.number
        status = _status(told.status)
        self._next = max(self._next, index + 1)
        self._add(
            StepResult(
                index=index,
                id=f"{test.id}::{'/'.join(told.path)}",
                name=told.path[-1][:_LONGEST_NAME],
                action="step",
                status=status,
                started_at=told.at,
                duration_ms=max(told.ms, 0.0),
                reason=None if status in (Verdict.PASSED, Verdict.CANCELLED) else Reason.ASSERTION,
                error=told.error,
                detail={"path": list(told.path)} if len(told.path) > 1 else {},
            )
        )

    def _add(self, result: StepResult) -> None:
        if len(self.steps) < MOST_RESULTS or result.index in self.steps:
            self.steps[result.index] = result
            self._on_result(result)


def _judged(phase: Phase) -> tuple[Verdict, Reason]:
    """Return what a failed phase says: of the site, or of the suite itself."""
    raised = phase.problem or Raised(sort="", text="")
    if raised.verdict is not None and raised.reason is not None:
        return raised.verdict, raised.reason
    if raised.sort == "NotGiven":
        return Verdict.ERROR, Reason.MISSING_SECRET
    if raised.sort in _OF_THE_SUITE or _RELATIVE.search(raised.text):
        return Verdict.ERROR, Reason.INVALID_DEFINITION
    if raised.sort == "TimeoutError":
        return Verdict.TIMED_OUT, Reason.TIMEOUT
    if "net::ERR_" in raised.text:
        return Verdict.FAILED, Reason.CONNECT if "ERR_CONNECTION" in raised.text else Reason.NAVIGATION
    return Verdict.FAILED, Reason.ASSERTION


def _message(phase: Phase) -> str:
    """Return what people read of a failed phase; of an address that nothing is there to join to, what to set."""
    if phase.problem is None:
        return _last_line(phase.text or "")
    relative = _RELATIVE.search(phase.problem.text)
    if relative is None:
        return phase.problem.text
    return f"{relative[1]} has no base URL to be joined to: set base_url of the suite, or of its environment"


def _status(text: str) -> Verdict:
    try:
        return _STATUSES.get(text) or Verdict(text)
    except ValueError:
        return Verdict.ERROR


def _name(id: str) -> str:
    """Return what people read: the test, and the browser only where it is not the usual one."""
    return (id.partition("::")[2] or id).removesuffix("[chromium]")[:_LONGEST_NAME]


def _first_lines(text: str) -> str:
    return "\n".join(line for line in text.strip().splitlines()[:5] if line.strip())


def _last_line(text: str) -> str:
    lines = [line.removeprefix("E").strip() for line in text.strip().splitlines() if line.strip()]
    return lines[-1] if lines else "no text"
