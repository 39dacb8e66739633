"""Doing one thing or another: if."""

from typing import Literal

from pydantic import ConfigDict, Field

from outrider_journeys.conditions import Condition
from outrider_journeys.evaluating import evaluated
from outrider_journeys.exporting.code import CodeWriter
from outrider_journeys.exporting.conditions import condition_on_page
from outrider_journeys.page_conditions import AnyCondition, PageCondition, in_words
from outrider_journeys.page_scripts import filled_in
from outrider_journeys.steps import StepModel, Steps

from .contract import StepScope

Either = Condition | PageCondition


class IfStep(StepModel):
    """Do some steps if a condition holds, and others, or none, if it does not."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "action": "if",
                    "condition": {"visible": {"role": "button", "name": "Accept cookies"}, "within": 2},
                    "then": [{"action": "click", "locator": {"role": "button", "name": "Accept cookies"}}],
                },
                {
                    "action": "if",
                    "condition": {"variable": "COUNTRY", "in": ["de", "at"]},
                    "then": [{"action": "expect_text", "text": "inkl. MwSt."}],
                    "else": [{"action": "expect_text", "text": "incl. VAT"}],
                },
            ]
        }
    )

    action: Literal["if"]
    condition: AnyCondition
    """What decides: a variable as in `when`; `visible`, `hidden`, `url`, `title`, `text` or `expression` of the page;
    or `all`, `any` or `not` of these."""
    then: Steps
    """What is done if it holds."""
    else_: Steps = Field(default=(), alias="else")
    """What is done if it does not."""

    def summary(self) -> str:
        """Return the condition."""
        return f"If {in_words(self.condition)}"


class If:
    """Decides."""

    name = "if"
    title = "If"
    model = IfStep

    def run(self, step: IfStep, scope: StepScope) -> None:
        """Look at the condition and walk one of the two lists."""
        held = holds(step.condition, scope)
        scope.note(branch="then" if held else "else")
        scope.walk(step.then if held else step.else_)

    def export(self, step: IfStep, code: CodeWriter) -> None:
        """Write both lists."""
        with code.block(f"if {condition_on_page(step.condition, code)}:"):
            code.steps(step.then)
        if step.else_:
            with code.block("else:"):
                code.steps(step.else_)


def holds(condition: Either, scope: StepScope) -> bool:
    """Whether a condition holds now, or comes to hold within its time.

    Raises:
        UnknownVariable: an expected text names a variable that nothing defines.
        StepFailure: the page does not answer.
    """
    wait_s = condition.within if isinstance(condition, PageCondition) else 0.0
    with scope.at_most(None if wait_s == 0 else wait_s):
        if wait_s == 0:
            return _holds_now(condition, scope)
        held, _ = scope.eventually(lambda _: _holds_now(condition, scope), bool)
        return held


def _holds_now(condition: Either, scope: StepScope) -> bool:
    if isinstance(condition, Condition):
        return condition.objection(scope.variables) is None
    if condition.not_ is not None:
        return not _holds_now(condition.not_, scope)
    if condition.all is not None or condition.any is not None:
        parts = (_holds_now(each, scope) for each in condition.all or condition.any or ())
        return all(parts) if condition.all is not None else any(parts)
    return _page_is_so(condition, scope)


def _page_is_so(condition: PageCondition, scope: StepScope) -> bool:
    if condition.expression is not None:
        script = filled_in(condition.expression, scope.variables)
        return bool(evaluated(scope.page, script, timeout_ms=scope.time_left_ms()))
    if condition.visible is not None or condition.hidden is not None:
        element = scope.elements(tuple(filter(None, (condition.visible, condition.hidden))))[0]
        return (scope.count(element.filter(visible=True)) > 0) == (condition.visible is not None)
    return _text_passes(condition, scope)


def _text_passes(condition: PageCondition, scope: StepScope) -> bool:
    if condition.url is not None:
        return condition.url.rendered(scope.variables).problem_with(scope.page.url) is None
    if condition.title is not None:
        return condition.title.rendered(scope.variables).problem_with(scope.page_title()) is None
    shown = scope.page.locator(":root").inner_text(timeout=scope.time_left_ms())
    return condition.text is not None and condition.text.rendered(scope.variables).problem_with(shown) is None
