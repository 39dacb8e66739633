"""Judging: assert about an element or the page, and expect_text, its short form."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self

from playwright.sync_api import TimeoutError  # noqa: A004 - Playwright's name
from pydantic import ConfigDict, Field, model_validator

from outrider_engine.domain.verdicts import Reason
from outrider_journeys.comparing import TextTest, TextTests
from outrider_journeys.steps import OptionalElementStep, SoftStep, shortened
from outrider_journeys.strict_model import ShortenableModel, Text

from .contract import StepFailure, StepScope

if TYPE_CHECKING:
    from playwright.sync_api import Locator as Element

State = Literal["visible", "hidden", "enabled", "disabled", "checked", "unchecked", "editable", "readonly"]
_OF_ELEMENT = ("state", "value", "attribute", "count")
_OF_PAGE = ("title", "url")


class AttributeTest(TextTests):
    """Tests on an attribute; without any, that the element has it."""

    name: str = Field(min_length=1, max_length=200)
    """Name of the attribute."""


class CountTest(ShortenableModel):
    """How many elements there have to be; a bare number means exactly so many."""

    bare_schema: ClassVar[dict[str, Any]] = {"type": "integer", "minimum": 0}

    at_least: int = Field(default=0, ge=0)
    """So many or more."""
    at_most: int | None = Field(default=None, ge=0)
    """So many or fewer."""

    @model_validator(mode="before")
    @classmethod
    def _bare(cls, data: Any) -> Any:
        is_number = isinstance(data, int) and not isinstance(data, bool)
        return {"at_least": data, "at_most": data} if is_number else data

    def holds(self, count: int) -> bool:
        """Whether so many elements are right."""
        return self.at_least <= count and (self.at_most is None or count <= self.at_most)

    def describe(self) -> str:
        """Return it in words."""
        if self.at_least == self.at_most:
            return str(self.at_least)
        return f"at least {self.at_least}" + (f", at most {self.at_most}" if self.at_most is not None else "")


class AssertStep(OptionalElementStep, SoftStep):
    """Judge an element (with a locator) or the page (without). All tests that are given must come to hold in time.

    With a locator and no test, the element must be visible.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"action": "assert", "locator": {"test_id": "total"}, "text": {"equals": "42.00"}},
                {"action": "assert", "locator": "#cart li", "count": 3},
                {"action": "assert", "url": {"ends_with": "/cart"}, "title": "Cart", "soft": True},
            ]
        }
    )

    action: Literal["assert"]
    state: State | None = None
    """What the element has to be."""
    text: TextTest | None = None
    """The visible text of the element, or of the page."""
    value: TextTest | None = None
    """The value of the field."""
    attribute: AttributeTest | None = None
    """An attribute of the element."""
    count: CountTest | None = None
    """How many elements the locator finds."""
    title: TextTest | None = None
    """The page's title."""
    url: TextTest | None = None
    """The page's address."""

    @model_validator(mode="after")
    def _fitting(self) -> Self:
        unfit = _OF_PAGE if self.ways else _OF_ELEMENT
        for test in unfit:
            if getattr(self, test) is not None:
                raise ValueError(f"{test} {'is judged without' if self.ways else 'needs'} a locator")
        if not self.ways and not any((self.text, self.title, self.url)):
            raise ValueError("nothing is judged: give a locator, or text, title or url of the page")
        return self

    def summary(self) -> str:
        """Return the step in words."""
        return self.about("Check that") + f" {self._expected()}"

    def _expected(self) -> str:
        if self.count is not None:
            return f"is there {self.count.describe()} times"
        for test in ("text", "value", "attribute", "title", "url"):
            given: TextTests | None = getattr(self, test)
            if given is not None:
                return shortened(f"has a {test} that {given.describe()}" if given.expectations() else f"has {test}")
        return f"is {self.state or 'visible'}"


class ExpectTextStep(SoftStep):
    """Wait until the page shows a text; short for `assert` with `text` of the page."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"action": "expect_text", "text": "Thank you"}]})

    action: Literal["expect_text"]
    text: Text = Field(min_length=1)
    """The text; upper and lower case differ, runs of white space don't."""

    def summary(self) -> str:
        """Return the step in words."""
        return f"Expect “{shortened(self.text)}”"


class Assert:
    """Judges an element or the page."""

    name = "assert"
    title = "Check something"
    model = AssertStep

    def run(self, step: AssertStep, scope: StepScope) -> None:
        """Wait for each test in turn, within the time of the step."""
        if not step.ways:
            self._judge_page(step, scope)
            return
        what = step.ways[0].describe()
        if step.count is not None:
            count = step.count
            element = scope.elements(step.ways)[0]
            held, found = scope.eventually(lambda _: scope.count(element), count.holds)
            _demand(held, f"{what} is there {found} times, expected: {count.describe()}")
        tests = (step.text, step.value, step.attribute)
        if step.state is not None or (step.count is None and not any(tests)):
            _judge_state(step, step.state or "visible", scope)
        if any(tests):
            element = scope.on_element(step.ways, lambda element, _: element)  # whoever reads of it waits for it
            self._judge_texts(step, element, scope)

    @staticmethod
    def _judge_page(step: AssertStep, scope: StepScope) -> None:
        if step.url is not None:
            _judge(step.url, "the address", lambda _: scope.page.url, scope)
        if step.title is not None:
            _judge(step.title, "the title", lambda _: scope.page_title(), scope)
        if step.text is not None:
            _judge(step.text, "the text of the page", page_text(scope), scope)

    @staticmethod
    def _judge_texts(step: AssertStep, element: "Element", scope: StepScope) -> None:
        what = step.ways[0].describe()
        if step.text is not None:
            _judge(step.text, f"the text of {what}", lambda timeout: element.inner_text(timeout=timeout), scope)
        if step.value is not None:
            _judge(step.value, f"the value of {what}", lambda timeout: element.input_value(timeout=timeout), scope)
        if step.attribute is not None:
            name = step.attribute.name
            _judge(
                step.attribute,
                f"the attribute {name} of {what}",
                lambda timeout: element.get_attribute(name, timeout=timeout),
                scope,
            )


class ExpectText:
    """Waits for a text."""

    name = "expect_text"
    title = "Expect a text"
    model = ExpectTextStep

    def run(self, step: ExpectTextStep, scope: StepScope) -> None:
        """Wait until the page shows it."""
        _judge(TextTest(contains=step.text), "the text of the page", page_text(scope), scope)


def page_text(scope: StepScope) -> Callable[[float], str]:
    """Return a reader of the text that the page shows."""
    root = scope.page.locator(":root")
    return lambda timeout: root.inner_text(timeout=timeout)


def _judge(test: TextTests, what: str, read: Callable[[float], str | None], scope: StepScope) -> None:
    rendered = test.rendered(scope.variables)
    held, actual = scope.eventually(read, lambda text: rendered.problem_with(text) is None)
    _demand(held, f"{what} {rendered.problem_with(actual)}")


def _judge_state(step: AssertStep, state: State, scope: StepScope) -> None:
    what = step.ways[0].describe()
    if state == "hidden":
        held = all(scope.reaches(element, "hidden") for element in scope.elements(step.ways))
        _demand(held, f"{what} is still visible")
        return
    try:
        if state == "visible":
            scope.on_element(step.ways, partial(_wait_until_visible, what))
            return
        element = scope.element(step.ways)
    except StepFailure as failure:
        if failure.reason is Reason.LOCATOR:
            raise StepFailure(f"expected {state}: {failure.message}", reason=Reason.ASSERTION) from None
        raise
    held, _ = scope.eventually(_STATES[state](element), bool)
    _demand(held, f"{what} is not {state}")


def _wait_until_visible(what: str, element: "Element", timeout_ms: float) -> None:
    try:
        element.wait_for(state="visible", timeout=timeout_ms)
    except TimeoutError as error:
        if "resolved to" in error.message:
            raise StepFailure(f"{what} is on the page, but not visible", reason=Reason.ASSERTION) from None
        raise StepFailure(f"{what} was not found in time", reason=Reason.LOCATOR) from None


_STATES: dict[str, Callable[["Element"], Callable[[float], bool]]] = {
    "enabled": lambda element: lambda timeout: element.is_enabled(timeout=timeout),
    "disabled": lambda element: lambda timeout: element.is_disabled(timeout=timeout),
    "checked": lambda element: lambda timeout: element.is_checked(timeout=timeout),
    "unchecked": lambda element: lambda timeout: not element.is_checked(timeout=timeout),
    "editable": lambda element: lambda timeout: element.is_editable(timeout=timeout),
    "readonly": lambda element: lambda timeout: not element.is_editable(timeout=timeout),
}


def _demand(held: bool, problem: str) -> None:
    if not held:
        raise StepFailure(problem, reason=Reason.ASSERTION)
