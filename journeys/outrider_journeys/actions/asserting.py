"""Judging: assert about an element, the page or what was recorded, and expect_text, its short form."""

from collections.abc import Callable, Mapping
from typing import Any, Literal, Self

from pydantic import ConfigDict, Field, model_validator

from outrider_journeys.asserting.answers import ResponseTest, judge_response
from outrider_journeys.asserting.console import ConsoleTest, judge_console
from outrider_journeys.asserting.dialogs import DialogTest, judge_dialog
from outrider_journeys.asserting.downloaded import DownloadTest, judge_download
from outrider_journeys.asserting.elements import (
    AttributeTest,
    BoxTest,
    CssTest,
    PropertyTest,
    judge_box,
    judge_texts,
    texts_of,
)
from outrider_journeys.asserting.judging import judge_number, judge_text
from outrider_journeys.asserting.pages import AriaTest, judge_aria, page_text
from outrider_journeys.asserting.several import Quantifier, judge_several
from outrider_journeys.asserting.states import State, judge_state
from outrider_journeys.asserting.traffic import RequestsTest, judge_requests
from outrider_journeys.asserting.variables import ExpressionTest, VariableTest, judge_expression, judge_variable
from outrider_journeys.asserting.visual import VisualTest, judge_visual
from outrider_journeys.comparing import TextTest
from outrider_journeys.exporting.code import CodeWriter
from outrider_journeys.exporting.judging import write_assert
from outrider_journeys.locators import Locators
from outrider_journeys.number_tests import NumberTest
from outrider_journeys.steps import OptionalElementStep, Record, SoftStep, shortened
from outrider_journeys.strict_model import Text

from .contract import StepScope

_TEXTS_OF_ELEMENT = ("text", "value", "attribute", "property_", "css", "selected")
_OF_ELEMENT = ("state", "value", "attribute", "property_", "css", "selected", "box", "count", "each")
_OF_PAGE = ("url", "title")
_OF_WALK = ("response", "console", "requests", "download", "dialog", "variable")
_OF_BOTH = ("text", "aria", "visual", "expression")
_WITH_EACH = ("state", *_TEXTS_OF_ELEMENT)


class AssertStep(OptionalElementStep, SoftStep):
    """Judge an element (with a locator), the page, or what happened so far (without).

    All tests that are given must come to hold in time. With a locator and no test, the element must be visible.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"action": "assert", "locator": {"test_id": "total"}, "text": {"equals": "42.00"}},
                {"action": "assert", "locator": "#cart li", "count": 3},
                {"action": "assert", "locator": ".price", "each": "every", "text": {"greater_than": 0}},
                {"action": "assert", "url": {"ends_with": "/cart"}, "title": "Cart", "soft": True},
                {"action": "assert", "aria": '- heading "Cart" [level=1]\n- button "Buy"'},
                {
                    "action": "assert",
                    "response": {"url": "**/api/cart", "status": 200, "json_path": {"path": "$.items", "empty": False}},
                },
                {"action": "assert", "visual": {"name": "cart", "masks": [".today"], "threshold_percent": 1}},
                {"action": "assert", "console": {"level": "error"}},
                {"action": "assert", "requests": {"failed": True, "count": 0}},
                {"action": "assert", "variable": {"name": "TOTAL", "between": [10, 50]}},
                {"action": "assert", "expression": {"script": "window.cart.total", "greater_than": 0}},
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
    property_: PropertyTest | None = Field(default=None, alias="property")
    """A property of the element's JavaScript object."""
    css: CssTest | None = None
    """A property of the element's computed style."""
    selected: TextTest | None = None
    """What the chosen option of a `<select>` shows; several are joined by `, `."""
    box: BoxTest | None = None
    """Where the element is, and how large."""
    count: NumberTest | None = None
    """How many elements the locator finds."""
    each: Quantifier | None = None
    """The locator may find several elements: `any`, `every` or `none` of them must pass, or it is the `first` that is
    judged."""
    title: TextTest | None = None
    """The page's title."""
    url: TextTest | None = None
    """The page's address."""
    aria: AriaTest | None = None
    """What a screen reader finds in the element, or on the page."""
    visual: VisualTest | None = None
    """What the element or the page looks like."""
    response: ResponseTest | None = None
    """An answer to a request of the page."""
    console: ConsoleTest | None = None
    """What pages have printed and thrown."""
    requests: RequestsTest | None = None
    """The requests that pages have sent."""
    download: DownloadTest | None = None
    """A file that was downloaded."""
    dialog: DialogTest | None = None
    """The latest alert, question or prompt of a page."""
    variable: VariableTest | None = None
    """A variable."""
    expression: ExpressionTest | None = None
    """What JavaScript gives in the page."""

    @model_validator(mode="after")
    def _fitting(self) -> Self:
        for test in (*_OF_PAGE, *_OF_WALK) if self.ways else _OF_ELEMENT:
            if getattr(self, test) is not None:
                raise ValueError(f"{test.rstrip('_')} {'is judged without' if self.ways else 'needs'} a locator")
        if not self.ways and not self._given((*_OF_PAGE, *_OF_WALK, *_OF_BOTH)):
            raise ValueError("nothing is judged: give a locator, or one of " + ", ".join(_ALONE))
        unfit = [test for test in ("aria", "box", "count", "expression", "visual") if getattr(self, test) is not None]
        if self.each is not None and (unfit or not self._given(_WITH_EACH)):
            problem = f"{unfit[0]} does not go with it" if unfit else "a test is missing"
            raise ValueError(f"each: {problem}; it goes with {', '.join(_WITH_EACH).replace('_,', ',')}")
        return self

    @property
    def needs(self) -> frozenset[Record]:
        """What has to be recorded."""
        subjects = {record for subject, record in _RECORDS.items() if getattr(self, subject) is not None}
        by_address = self.response is not None and self.response.url is not None
        return super().needs | subjects | ({Record.REQUESTS} if by_address else set())

    def summary(self) -> str:
        """Return the step in words."""
        first = next(iter(self._given(_OF_WALK)), None)
        if first is not None:
            return shortened(f"Check {_words(first, getattr(self, first))}", 120)
        each = {"every": "each ", "any": "one of ", "none": "no ", "first": "the first "}.get(self.each or "", "")
        return f"{self.about(f'Check that {each}'.rstrip())} {self._expected()}"

    def _given(self, tests: tuple[str, ...]) -> list[str]:
        return [test for test in tests if getattr(self, test) is not None]

    def _expected(self) -> str:
        if self.count is not None:
            return f"is there {self.count.describe()} times"
        for test in self._given((*_TEXTS_OF_ELEMENT, "title", "url")):
            given = getattr(self, test)
            what = f"{test.rstrip('_')} {given.name}" if hasattr(given, "name") else test
            article = "an" if test.startswith("attribute") else "a"
            return shortened(f"has {article} {what} that {given.describe()}" if given.expectations() else f"has {what}")
        if self.box is not None:
            return f"has a box with {self.box.describe()}"
        if self.aria is not None:
            return f"has the roles {self.aria.describe()}"
        if self.expression is not None:
            return f"makes {shortened(self.expression.script)} {self.expression.describe() or 'true'}"
        return self.visual.describe() if self.visual else f"is {(self.state or 'visible').replace('_', ' ')}"


_ALONE = (*_OF_BOTH, *_OF_PAGE, *_OF_WALK)
_RECORDS = {
    "console": Record.CONSOLE,
    "requests": Record.REQUESTS,
    "download": Record.DOWNLOADS,
    "dialog": Record.DIALOGS,
}


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
    """Judges an element, the page, or what was recorded."""

    name = "assert"
    title = "Check something"
    model = AssertStep

    def run(self, step: AssertStep, scope: StepScope) -> None:
        """Wait for each test in turn, within the time of the step."""
        if step.ways:
            _judge_element(step, scope)
        else:
            _judge_page(step, scope)
            for subject, judge in _JUDGES.items():
                test = getattr(step, subject)
                if test is not None:
                    judge(test, scope)

    def export(self, step: AssertStep, code: CodeWriter) -> None:
        """Write what it demands."""
        write_assert(step, code)


class ExpectText:
    """Waits for a text."""

    name = "expect_text"
    title = "Expect a text"
    model = ExpectTextStep

    def run(self, step: ExpectTextStep, scope: StepScope) -> None:
        """Wait until the page shows it."""
        judge_text(TextTest(contains=step.text), "the text of the page", page_text(scope), scope)

    def export(self, step: ExpectTextStep, code: CodeWriter) -> None:
        """Wait until the page shows it."""
        read = f'{code.page}.locator(":root").inner_text()'
        test = TextTest(contains=step.text)
        code.test_of(read, test, what="the text of the page", timeout_ms=code.milliseconds(step))


_JUDGES: Mapping[str, Callable[[Any, StepScope], None]] = {
    "response": judge_response,
    "console": judge_console,
    "requests": judge_requests,
    "download": judge_download,
    "dialog": judge_dialog,
    "variable": judge_variable,
}


def _judge_page(step: AssertStep, scope: StepScope) -> None:
    if step.url is not None:
        judge_text(step.url, "the address", lambda _: scope.page.url, scope)
    if step.title is not None:
        judge_text(step.title, "the title", lambda _: scope.page_title(), scope)
    if step.text is not None:
        judge_text(step.text, "the text of the page", page_text(scope), scope)
    if step.aria is not None:
        judge_aria(step.aria, scope.page.locator("body"), "the page", scope)
    if step.visual is not None:
        judge_visual(step.visual, None, scope)
    if step.expression is not None:
        judge_expression(step.expression, scope.page, scope)


def _judge_element(step: AssertStep, scope: StepScope) -> None:
    ways = _first(step.ways) if step.each == "first" else step.ways
    what, texts = ways[0].describe(), {test: getattr(step, test) for test in _TEXTS_OF_ELEMENT}
    if step.count is not None:
        counted = scope.elements(step.ways)[0]
        judge_number(step.count, f"the number of {what}", lambda _: scope.count(counted), scope)
    if step.each is not None and step.each != "first":
        several = scope.elements(step.ways)[0]
        judge_several(step.each, several, what, state=step.state, texts=list(texts_of(**texts)), scope=scope)
        return
    others = (*texts.values(), step.box, step.aria, step.visual, step.expression)
    if step.state is not None or (step.count is None and not any(others)):
        judge_state(ways, step.state or "visible", scope)
    if not any(others):
        return
    element = scope.on_element(ways, lambda element, _: element)  # whoever reads of it waits for it
    judge_texts(texts_of(**texts), element, what, scope)
    if step.box is not None:
        judge_box(step.box, element, what, scope)
    if step.aria is not None:
        judge_aria(step.aria, scope.element(ways), what, scope)
    if step.visual is not None:
        judge_visual(step.visual, scope.element(ways), scope)
    if step.expression is not None:
        judge_expression(step.expression, element, scope)


def _first(ways: Locators) -> Locators:
    return tuple(way if way.nth is not None else way.model_copy(update={"nth": 0}) for way in ways)


def _words(subject: str, test: Any) -> str:
    described = test.describe() if hasattr(test, "describe") else ""
    return f"{subject} {described}".strip()
