"""Tests on variables and on what JavaScript of the page says."""

from typing import TYPE_CHECKING, Self

from pydantic import model_validator

from outrider_journeys.actions.contract import StepScope
from outrider_journeys.comparing import TextTests
from outrider_journeys.evaluating import Target, evaluated
from outrider_journeys.operators import cut
from outrider_journeys.page_scripts import Script, filled_in
from outrider_journeys.strict_model import VariableName
from outrider_journeys.values import as_text

from .judging import demand, judge_text, wrong

if TYPE_CHECKING:
    from outrider_engine.domain.json_values import JsonValue


class VariableTest(TextTests):
    """Tests on a variable; without any, that it is set."""

    name: VariableName
    """Its name; secrets can't be tested."""
    exists: bool | None = None
    """Whether it has to be set, or must not be."""

    @model_validator(mode="after")
    def _fitting(self) -> Self:
        if self.exists is False and self.expectations():
            raise ValueError("a variable that must not exist has no text to be tested")
        return self


class ExpressionTest(TextTests):
    """Tests on what a script in the page gives; without any, that it is true (or anything but false, 0 and empty)."""

    script: Script
    """JavaScript: an expression, a function (that is handed the element, if there is a locator), or statements of which
    one returns the value. What is no text is tested as JSON."""


def judge_variable(test: VariableTest, scope: StepScope) -> None:
    """Judge a variable as it is now.

    Raises:
        StepFailure: it does not pass, or is a secret.
    """
    if scope.secrets_used(f"{{{{{test.name}}}}}"):
        raise wrong(f"{test.name} is a secret, and can't be tested")
    value = scope.variables.get(test.name)
    if test.exists is False:
        demand(value is None, f"the variable {test.name} is “{cut(value or '')}”, expected: not set")
        return
    problem = test.rendered(scope.variables).problem_with(value)
    demand(problem is None, f"the variable {test.name} {problem}")


def judge_expression(test: ExpressionTest, target: Target, scope: StepScope) -> None:
    """Wait until a script gives what it has to.

    Raises:
        StepFailure: it did not within the step's time, threw, or is no JavaScript.
    """
    script = filled_in(test.script, scope.variables)

    def value(timeout_ms: float) -> "JsonValue":
        return evaluated(target, script, timeout_ms=timeout_ms)

    if test.expectations():
        judge_text(test, f"“{cut(test.script, 60)}”", lambda ms: as_text(value(ms)), scope)
        return
    held, found = scope.eventually(value, bool)
    demand(held, f"“{cut(test.script, 60)}” is {cut(as_text(found) or 'null')}, expected: true")
