"""Tests on what an element holds: its text, value, attributes, properties, style and box."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Self

from pydantic import Field, model_validator

from outrider_engine.domain.json_values import JsonValue
from outrider_journeys.actions.contract import StepScope
from outrider_journeys.comparing import TextTest, TextTests
from outrider_journeys.evaluating import evaluated
from outrider_journeys.number_tests import NumberTest
from outrider_journeys.strict_model import StrictModel
from outrider_journeys.values import as_text

from .judging import demand, judge_text

if TYPE_CHECKING:
    from playwright.sync_api import Locator as Element

_SIDES = ("x", "y", "width", "height")


class AttributeTest(TextTests):
    """Tests on an attribute; without any, that the element has it."""

    name: str = Field(min_length=1, max_length=200)
    """Name of the attribute."""


class PropertyTest(TextTests):
    """Tests on a property of the element's JavaScript object; what is no text is tested as JSON."""

    name: str = Field(min_length=1, max_length=200)
    """Name of the property."""


class CssTest(TextTests):
    """Tests on the computed style of the element, in the browser's own spelling, such as `rgb(255, 0, 0)`."""

    name: str = Field(min_length=1, max_length=200)
    """Name of the CSS property."""


class BoxTest(StrictModel):
    """Where an element is on the screen and how large it is, in CSS pixels."""

    x: NumberTest | None = None
    """Distance from the left edge of the viewport."""
    y: NumberTest | None = None
    """Distance from its upper edge."""
    width: NumberTest | None = None
    """Width."""
    height: NumberTest | None = None
    """Height."""

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not any(getattr(self, side) for side in _SIDES):
            raise ValueError("give a test on one of " + ", ".join(_SIDES))
        return self

    def describe(self) -> str:
        """Return the tests in words."""
        given = ((side, getattr(self, side)) for side in _SIDES)
        return ", ".join(f"{side} {test.describe()}" for side, test in given if test is not None)


@dataclass(frozen=True, slots=True)
class ElementText:
    """One text that an element holds, and what it has to be like.

    Attributes:
        what: in words.
        script: a JavaScript expression for it, of ``element`` and ``name``.
        read: reads it of one element, within so many milliseconds.
    """

    what: str
    test: TextTests
    script: str
    name: str | None
    read: Callable[["Element", float], str | None]


def texts_of(
    *,
    text: TextTest | None,
    value: TextTest | None,
    attribute: AttributeTest | None,
    property_: PropertyTest | None,
    css: CssTest | None,
    selected: TextTest | None,
) -> Iterator[ElementText]:
    """Yield what is judged of an element."""
    if text is not None:
        yield ElementText("the text", text, "element.innerText", None, lambda e, ms: e.inner_text(timeout=ms))
    if value is not None:
        yield ElementText("the value", value, "element.value", None, lambda e, ms: e.input_value(timeout=ms))
    if attribute is not None:
        named = attribute.name
        script = "element.getAttribute(name)"
        what = f"the attribute {named}"
        yield ElementText(what, attribute, script, named, lambda e, ms: e.get_attribute(named, timeout=ms))
    for kind, test, script in (("property", property_, PROPERTY), ("style", css, CSS)):
        if test is not None:
            yield ElementText(f"the {kind} {test.name}", test, script, test.name, by_script(script, test.name))
    if selected is not None:
        yield ElementText("the selected option", selected, SELECTED, None, by_script(SELECTED, None))


PROPERTY = "element[name]"
CSS = "getComputedStyle(element).getPropertyValue(name) || null"
SELECTED = "[...element.selectedOptions].map(option => option.label).join(', ')"


def by_script(script: str, name: JsonValue) -> Callable[["Element", float], str | None]:
    """Return a reader of what a JavaScript expression of ``element`` and ``name`` says."""
    return lambda element, timeout_ms: as_text(
        evaluated(element, f"(element, name) => {script}", name, timeout_ms=timeout_ms)
    )


def judge_texts(subjects: Iterator[ElementText], element: "Element", whose: str, scope: StepScope) -> None:
    """Wait until all texts of one element pass, one after the other.

    Raises:
        StepFailure: one did not within the step's time.
    """
    for subject in subjects:
        judge_text(subject.test, f"{subject.what} of {whose}", partial(subject.read, element), scope)


def judge_box(test: BoxTest, element: "Element", whose: str, scope: StepScope) -> None:
    """Wait until an element is where it has to be, and as large.

    Raises:
        StepFailure: it was not within the step's time.
    """
    tests = {side: getattr(test, side).rendered(scope.variables) for side in _SIDES if getattr(test, side)}

    def problem(timeout_ms: float) -> str | None:
        box = element.bounding_box(timeout=timeout_ms)
        if box is None:
            return f"{whose} is not visible and has no box"
        sides: dict[str, float] = {side: box[side] for side in _SIDES}  # type: ignore[literal-required]
        found = ((side, each.problem_with(sides[side])) for side, each in tests.items())
        return next((f"the {side} of {whose} {why}" for side, why in found if why is not None), None)

    held, why = scope.eventually(problem, lambda each: each is None)
    demand(held, why or "")
