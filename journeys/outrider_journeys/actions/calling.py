"""Doing what another journey says: call."""

from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from outrider_journeys.exporting.code import CodeWriter
from outrider_journeys.exporting.expressions import Expression, called, literal
from outrider_journeys.model import CallName, PlainValue
from outrider_journeys.steps import StepModel, shortened
from outrider_journeys.strict_model import VariableName

from .contract import StepScope


class CallStep(StepModel):
    """Walk another journey here, in the same browser and on the current page: its setup, steps and teardown.

    What it sets, such as extracted values, stays set. Its own variables have the values that they have here, and those
    of its file where they have none. Journeys that call themselves, by whatever way, are refused.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"action": "call", "journey": "Sign in", "variables": {"EMAIL": "ada@example.com"}}]
        }
    )

    action: Literal["call"]
    journey: CallName
    """Which one: on a server, the name or id of a journey of the same project; in a file, a file beside it, with or
    without `.journey.yaml`, or one of the names under `journeys`."""
    variables: Annotated[dict[VariableName, PlainValue], Field(max_length=1000)] = Field(default_factory=dict)
    """Values that hold while it is walked."""

    def summary(self) -> str:
        """Return the step in words."""
        return f"Do “{shortened(self.journey)}”"

    @property
    def calls(self) -> str:
        """The journey that it calls."""
        return self.journey

    @property
    def is_block(self) -> bool:
        """Whether it runs others: it does."""
        return True

    def produces(self) -> frozenset[str]:
        """Return the variables that it gives."""
        return frozenset(self.variables)


class Call:
    """Calls a journey."""

    name = "call"
    title = "Call a journey"
    model = CallStep

    def run(self, step: CallStep, scope: StepScope) -> None:
        """Walk the other journey with its values, and give those back that were there before."""
        given = {name: scope.render(value) for name, value in step.variables.items()}
        before = {name: scope.variables[name] for name in given if name in scope.variables}
        for name, value in given.items():
            scope.set_variable(name, value, secret=scope.holds_secret(value))
        try:
            scope.walk_journey(step.journey)
        finally:
            for name, value in before.items():
                scope.set_variable(name, value)

    def export(self, step: CallStep, code: CodeWriter) -> None:
        """Write a call of the function that the other journey is."""
        given = {name: Expression(code.text(value)) for name, value in step.variables.items()}
        code.line(f"page = {called(code.functions[step.journey], *code.handed_on, literal(given))}")
