"""The judgement: what an observation and its assertions come to."""

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from outrider_engine.contracts.check_type import Judge
from outrider_engine.domain.assertions import Assertion, AssertionResult, Judgement, Source
from outrider_engine.domain.json_values import JsonValue
from outrider_engine.domain.observations import Observation
from outrider_engine.domain.redaction import Redactor
from outrider_engine.domain.templates import render, render_tree
from outrider_engine.domain.verdicts import Cause, Reason, Verdict, cause_of
from outrider_engine.errors import InvalidInput

from .json_paths import TooMuchWork, Unreadable
from .operators import Missing, Selected, holds
from .seen import FAILURE, Seen
from .texts import storable
from .validation import validate

_SHOWN = 200
"""Characters of a value that are shown and kept."""
_REDACTED = 10_000
"""Characters that are redacted before the value is cut, so that no half of a secret is left at the cut."""
_TOLD = 3
"""Failed assertions that the error tells in full."""

_BY_DEFAULT: Mapping[tuple[Source, str | None], Reason] = {
    (Source.STATUS, None): Reason.HTTP_STATUS,
    (Source.FACT, "exists"): Reason.DNS,
}
"""The reasons of a check type's own assertions that do not hold, where they are not ``assertion``."""

_JSON = json.JSONEncoder(ensure_ascii=False, default=str)

Redact = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class _Judged:
    result: AssertionResult
    reason: Reason

    @property
    def verdict(self) -> Verdict:
        """What this assertion alone would make of the run."""
        if self.result.passed:
            return Verdict.PASSED
        if self.reason is Reason.INVALID_DEFINITION:
            return Verdict.ERROR
        return Verdict.DEGRADED if self.result.assertion.options.get("soft") is True else Verdict.FAILED


def judge(
    observation: Observation, assertions: Sequence[Assertion], *, by_default: bool = False, redact: Redact = str
) -> Judgement:
    """Judge an observation.

    A failed observation keeps its verdict, and its assertions are not judged: there is nothing whole to judge. Only an
    assertion on the fact ``failure`` (its value is the reason, ``connect`` for instance) can expect what the target
    did; an error of the check or of ours can't be expected.

    Args:
        observation: what was seen.
        assertions: what must hold.
        by_default: the assertions are those of the check type, not of the check's owner: a status that does not hold
            is then ``http_status`` rather than ``assertion``, and a name that does not exist ``dns``.
        redact: hides secrets in a text; called before long values are cut.
    """
    failure = observation.failure
    if failure is not None and failure.verdict is not Verdict.DEGRADED and not _is_expected(observation, assertions):
        return Judgement(verdict=failure.verdict, reason=failure.reason, error=redact(failure.message))
    seen = Seen(observation)
    judged = [_judged(seen, assertion, by_default=by_default, redact=redact) for assertion in assertions]
    results = tuple(one.result for one in judged)
    for verdict in (Verdict.ERROR, Verdict.FAILED, Verdict.DEGRADED):
        so = [one for one in judged if one.verdict is verdict]
        if so:
            return Judgement(verdict=verdict, reason=so[0].reason, error=_error(so), results=results)
    if failure is not None and failure.verdict is Verdict.DEGRADED:
        return Judgement(verdict=failure.verdict, reason=failure.reason, error=redact(failure.message), results=results)
    return Judgement(verdict=Verdict.PASSED, results=results)


def judging(redactor: Redactor) -> Judge:
    """Return the judge that is handed to check types which judge parts of what they observe: it hides the secrets."""

    def judged(
        observation: Observation,
        assertions: Sequence[Assertion],
        *,
        by_default: bool = False,
        secrets: Collection[str] = (),
    ) -> Judgement:
        return judge(observation, assertions, by_default=by_default, redact=redactor.also(secrets).text)

    return judged


def rendered(assertion: Assertion, variables: Mapping[str, str]) -> Assertion:
    """Return an assertion with ``{{name}}`` replaced in what it expects and in its selector.

    Raises:
        UnknownVariable: a name that is not among ``variables``.
    """
    selector = render(assertion.selector, variables) if assertion.selector is not None else None
    return replace(assertion, expected=render_tree(assertion.expected, variables), selector=selector)


def _is_expected(observation: Observation, assertions: Sequence[Assertion]) -> bool:
    failure = observation.failure
    if failure is None or cause_of(failure.verdict, failure.reason) is not Cause.TARGET:
        return False
    about = [one for one in assertions if one.source is Source.FACT and one.selector == FAILURE]
    seen = Seen(observation)
    return bool(about) and all(_judged(seen, one, by_default=False, redact=str).result.passed for one in about)


def _judged(seen: Seen, assertion: Assertion, *, by_default: bool, redact: Redact) -> _Judged:
    try:
        validate(assertion)
        actual = seen.value(assertion)
        expected = seen.expected(assertion)
        case_sensitive = assertion.options.get("case_sensitive") is not False
        passed = holds(assertion.operator, actual, expected, case_sensitive=case_sensitive)
        shown = _shown(actual, redact)
    except InvalidInput as error:
        return _unjudged(assertion, f"makes no sense: {error}", Reason.INVALID_DEFINITION, redact)
    except Unreadable as problem:
        return _unjudged(assertion, str(problem), Reason.BODY, redact)
    except TooMuchWork as problem:
        return _unjudged(assertion, str(problem), Reason.ASSERTION, redact)
    except RecursionError:
        return _unjudged(assertion, "the value is nested too deeply", Reason.BODY, redact)
    got = "nothing" if isinstance(actual, Missing) else _cut(_written(shown))
    message = f"{_wish(assertion, redact)}, got {got}"
    reason = _BY_DEFAULT.get((assertion.source, assertion.selector)) if by_default else None
    reason = reason or Reason.ASSERTION
    return _Judged(AssertionResult(_hidden(assertion, redact), passed, shown, message), reason)


def _unjudged(assertion: Assertion, problem: str, reason: Reason, redact: Redact) -> _Judged:
    message = f"{_wish(assertion, redact)}, but {problem}"
    return _Judged(AssertionResult(_hidden(assertion, redact), passed=False, actual=None, message=message), reason)


def _error(failed: Sequence[_Judged]) -> str:
    told = [one.result.message for one in failed[:_TOLD]]
    if len(failed) > _TOLD:
        told.append(f"and {len(failed) - _TOLD} more")
    return "; ".join(told)


def _hidden(assertion: Assertion, redact: Redact) -> Assertion:
    """Return an assertion without the secrets that were rendered into what it expects."""
    if redact is str:
        return assertion
    selector = redact(assertion.selector) if assertion.selector is not None else None
    return replace(assertion, expected=_tree(assertion.expected, redact), selector=selector)


def _tree(value: JsonValue, redact: Redact) -> JsonValue:
    if isinstance(value, str):
        return redact(value)
    if isinstance(value, Mapping):
        return {redact(key): _tree(item, redact) for key, item in value.items()}
    return [_tree(item, redact) for item in value] if isinstance(value, Sequence) else value


def _wish(assertion: Assertion, redact: Redact) -> str:
    source = f"{assertion.source} {redact(assertion.selector)}" if assertion.selector else str(assertion.source)
    wish = f"{source}: expected {assertion.operator.value.replace('_', ' ')}"
    return wish if assertion.expected is None else f"{wish} {_cut(redact(_written(assertion.expected)))}"


def _shown(actual: Selected, redact: Redact) -> JsonValue:
    """Return a value as it may be kept: redacted, storable, and its text when it is long."""
    if isinstance(actual, Missing):
        return None
    if isinstance(actual, str):
        return _cut(redact(storable(actual[:_REDACTED])))
    if actual is None or isinstance(actual, bool | int | float):
        return actual
    text = _written(actual)
    kept = redact(storable(text[:_REDACTED]))
    return actual if kept == text and len(text) <= _SHOWN else _cut(kept)


def _written(value: JsonValue) -> str:
    return _JSON.encode(value)


def _cut(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"
