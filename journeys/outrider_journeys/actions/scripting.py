"""JavaScript in the page: evaluate."""

from typing import Literal

from pydantic import ConfigDict, JsonValue

from outrider_engine.domain.templates import render_tree
from outrider_engine.domain.verdicts import Reason
from outrider_journeys.evaluating import evaluated
from outrider_journeys.exporting.code import CodeWriter
from outrider_journeys.exporting.expressions import called, literal
from outrider_journeys.exporting.scripts import script
from outrider_journeys.exporting.values import written_json
from outrider_journeys.operators import cut
from outrider_journeys.page_scripts import Script, filled_in
from outrider_journeys.steps import OptionalElementStep, shortened
from outrider_journeys.strict_model import VariableName
from outrider_journeys.values import as_text

from .contract import StepFailure, StepScope


class EvaluateStep(OptionalElementStep):
    """Run [JavaScript](#javascript) in the page, and keep what it gives if that is wanted."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"action": "evaluate", "script": "localStorage.clear()"},
                {
                    "action": "evaluate",
                    "locator": {"test_id": "cart"},
                    "script": "(element, unit) => element.dataset.total + ' ' + unit",
                    "argument": "EUR",
                    "variable": "TOTAL",
                },
            ]
        }
    )

    action: Literal["evaluate"]
    script: Script
    """An expression, a function or statements; it is handed the element, if there is a locator, and the argument."""
    argument: JsonValue = None
    """What the script is handed."""
    variable: VariableName | None = None
    """The variable that gets what the script gives; what is no text becomes JSON."""
    secret: bool = False
    """Mask the value from now on, as secrets are."""

    def summary(self) -> str:
        """Return the step in words."""
        kept = f" as {self.variable}" if self.variable else ""
        return f"Run {shortened(self.script, 40)}{kept}"

    def produces(self) -> frozenset[str]:
        """Return the variable."""
        return frozenset({self.variable} if self.variable else ())


class Evaluate:
    """Runs JavaScript."""

    name = "evaluate"
    title = "Run JavaScript"
    model = EvaluateStep

    def run(self, step: EvaluateStep, scope: StepScope) -> None:
        """Run it, at most for the step's time."""
        script, argument = filled_in(step.script, scope.variables), render_tree(step.argument, scope.variables)
        if step.ways:
            value = scope.on_element(
                step.ways, lambda element, left: evaluated(element, script, argument, timeout_ms=left)
            )
        else:
            value = evaluated(scope.page, script, argument, timeout_ms=scope.time_left_ms())
        text = as_text(value)
        if step.variable is None:
            if text is not None and not step.secret:
                scope.note(value=cut(text))
            return
        if text is None:
            raise StepFailure(f"the script gave nothing to keep as {step.variable}", reason=Reason.ASSERTION)
        scope.set_variable(step.variable, text, secret=step.secret or scope.holds_secret(text))
        scope.note(variable=step.variable, value=cut(text))

    def export(self, step: EvaluateStep, code: CodeWriter) -> None:
        """Write it."""
        target, names = (code.element(step), "element, argument") if step.ways else (code.page, "argument")
        argument = [] if step.argument is None else [written_json(step.argument, code)]
        found = called(f"{target}.evaluate", script(step.script, code, names=names), *argument)
        if step.variable is None:
            code.line(found)
            return
        taken, as_text = code.helper("taken"), code.helper("as_text")
        code.line(f"values[{literal(step.variable)}] = {taken}({as_text}({found}))")
