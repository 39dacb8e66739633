"""Ending a walk early: stop."""

from typing import Literal

from pydantic import ConfigDict

from outrider_engine.domain.verdicts import Reason
from outrider_journeys.exporting.code import CodeWriter
from outrider_journeys.steps import StepModel
from outrider_journeys.strict_model import Text

from .contract import StepFailure, StepScope, WalkEnd


class StopStep(StepModel):
    """End the journey here, as passed or as failed; the teardown still runs."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "action": "if",
                    "condition": {"text": "The shop is closed"},
                    "then": [{"action": "stop", "verdict": "passed", "message": "nothing to buy on Sundays"}],
                }
            ]
        }
    )

    action: Literal["stop"]
    verdict: Literal["passed", "failed"] = "passed"
    """How it ends."""
    message: Text | None = None
    """Why, for people."""

    def summary(self) -> str:
        """Return the step in words."""
        return f"Stop as {self.verdict}"


class Stop:
    """Ends the walk."""

    name = "stop"
    title = "Stop"
    model = StopStep

    def run(self, step: StopStep, scope: StepScope) -> None:
        """End it."""
        message = scope.render(step.message) if step.message else "the journey was stopped"
        scope.note(message=message)
        if step.verdict == "failed":
            raise StepFailure(message, reason=Reason.ASSERTION)
        raise WalkEnd(message)

    def export(self, step: StopStep, code: CodeWriter) -> None:
        """End the test."""
        if step.verdict == "passed":
            code.line(code.end)
            return
        code.needs("import pytest")
        code.call("pytest.fail", code.text(step.message or "the journey was stopped"))
