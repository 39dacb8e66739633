"""Judging several elements at once: any, every or none of them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from playwright.sync_api import Error

from outrider_engine.domain.verdicts import Reason
from outrider_journeys.actions.contract import StepFailure, StepScope
from outrider_journeys.bounded_calls import within_time
from outrider_journeys.comparing import TextTests
from outrider_journeys.evaluating import parsed_result, went_elsewhere
from outrider_journeys.operators import cut
from outrider_journeys.values import as_text

from .elements import ElementText
from .states import State, script_of

if TYPE_CHECKING:
    from playwright.sync_api import Locator as Element

Quantifier: TypeAlias = Literal["any", "every", "none", "first"]
_MOST = 1000
_LONGEST = 10_000
_MOST_SHOWN = 5
_READ_ALL = """async (elements, [most, longest, name]) => {
  const read = async (element, name) => { try { return await (%s) } catch { return null } };
  const values = [];
  for (const element of elements.slice(0, most)) {
    const value = await read(element, name);
    values.push(typeof value === 'string' ? value.slice(0, longest) : value ?? null);
  }
  return JSON.stringify([elements.length, values]);
}"""


@dataclass(frozen=True, slots=True)
class _Wish:
    """What elements have to be like: what is read of each, and whether that passes."""

    script: str
    passes: Callable[[Any], bool]
    words: str
    name: str | None = None
    is_text: bool = True


@dataclass(frozen=True, slots=True)
class _Found:
    count: int
    values: Sequence[Any]


def judge_several(
    quantifier: Quantifier,
    element: "Element",
    whose: str,
    *,
    state: State | None,
    texts: Sequence[ElementText],
    scope: StepScope,
) -> None:
    """Wait until each test is passed by any, every or none of the elements.

    Raises:
        StepFailure: one was not within the step's time.
    """
    wishes = []
    if state is not None:
        is_true = _Wish(script_of(state), lambda value: value is True, state.replace("_", " "), is_text=False)
        wishes.append(is_true)
    for subject in texts:
        test = subject.test.rendered(scope.variables)
        words = f"with {subject.what.removeprefix('the ')} {test.describe() or 'at all'}"
        wishes.append(_Wish(subject.script, _passes(test), words, subject.name))
    for wish in wishes:
        _judge(quantifier, element, whose, wish, scope)


def quantified(quantifier: str, passing: int, count: int) -> bool:
    """Whether so many of all are enough; of none at all, none is every one."""
    if quantifier == "none":
        return passing == 0
    return passing > 0 if quantifier == "any" else 0 < passing == count


def _passes(test: TextTests) -> Callable[[Any], bool]:
    return lambda value: test.problem_with(as_text(value)) is None


def _judge(quantifier: Quantifier, element: "Element", whose: str, wish: _Wish, scope: StepScope) -> None:
    expression = _READ_ALL % wish.script
    argument = [_MOST, _LONGEST, wish.name]

    def read(timeout_ms: float) -> _Found:
        try:
            with within_time(element, timeout_ms):
                told = element.evaluate_all(expression, argument)
        except Error as error:
            if went_elsewhere(error):
                return _Found(0, ())
            raise
        return _Found(*_pair(parsed_result(told)))

    def holds(found: _Found) -> bool:
        return found.count <= _MOST and quantified(quantifier, sum(map(wish.passes, found.values)), found.count)

    held, found = scope.eventually(read, holds)
    if not held:
        raise StepFailure(_problem(quantifier, whose, wish, found), reason=Reason.ASSERTION)


def _problem(quantifier: Quantifier, whose: str, wish: _Wish, found: _Found) -> str:
    if found.count > _MOST:
        return f"{whose} is there {found.count} times, more than the {_MOST} that can be judged"
    if found.count == 0:
        return f"{whose} was not found, expected: {quantifier} {wish.words}"
    passing = sum(map(wish.passes, found.values))
    shown = ", ".join(f"“{cut(as_text(value) or '', 60)}”" for value in found.values[:_MOST_SHOWN])
    actual = f": {shown}" + (", …" if found.count > _MOST_SHOWN else "") if wish.is_text else ""
    return f"{passing} of {found.count} of {whose} {wish.words}, expected: {quantifier}{actual}"


def _pair(told: Any) -> tuple[int, list[Any]]:
    is_pair = isinstance(told, list) and len(told) == 2 and isinstance(told[0], int) and isinstance(told[1], list)
    return (told[0], told[1]) if is_pair else (0, [])
