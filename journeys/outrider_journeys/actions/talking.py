"""Alerts, questions and prompts of the page: handle_dialogs."""

from typing import Literal

from pydantic import ConfigDict, Field

from outrider_journeys.comparing import TextTest
from outrider_journeys.expectations import DialogAnswer
from outrider_journeys.exporting.code import CodeWriter
from outrider_journeys.exporting.expressions import Expression, called
from outrider_journeys.steps import Record, StepModel
from outrider_journeys.walking.dialogs import DialogRule

from .contract import StepScope


class HandleDialogsStep(StepModel):
    """Say how alerts, questions and prompts are answered from now on, on all pages. Without this they are dismissed.

    What one step has to cause is better told by that step: `expects: [{dialog: …}]`.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"action": "handle_dialogs", "answer": "accept"},
                {"action": "handle_dialogs", "answer": "accept", "text": "Ada", "message": "Your name", "times": 1},
            ]
        }
    )

    action: Literal["handle_dialogs"]
    answer: DialogAnswer
    """How they are answered."""
    text: str | None = Field(default=None, max_length=10_000)
    """What is typed into prompts; their own proposal when absent."""
    message: TextTest | None = None
    """Which ones: those that say so; all when absent."""
    times: int | None = Field(default=None, ge=1, le=1000)
    """How many of them; all further ones when absent. The latest step goes first."""

    def summary(self) -> str:
        """Return the step in words."""
        return f"{self.answer.capitalize()} dialogs" + (f" that say {self.message.describe()}" if self.message else "")

    @property
    def needs(self) -> frozenset[Record]:
        """What has to be recorded: dialogs, or Playwright dismisses them."""
        return super().needs | {Record.DIALOGS}


class HandleDialogs:
    """Answers dialogs."""

    name = "handle_dialogs"
    title = "Answer dialogs"
    model = HandleDialogsStep

    def run(self, step: HandleDialogsStep, scope: StepScope) -> None:
        """Answer so from now on."""
        text = None if step.text is None else scope.render(step.text)
        message = step.message.rendered(scope.variables) if step.message else None
        scope.session.dialogs.add(DialogRule(answer=step.answer, text=text, message=message, left=step.times))

    def export(self, step: HandleDialogsStep, code: CodeWriter) -> None:
        """Answer so from now on."""
        fits = f"lambda said: {code.condition_on('said', step.message)}" if step.message else None
        rule = called(
            "DialogRule",
            accept=step.answer == "accept",
            text=code.expression(step.text),
            fits=Expression(fits) if fits else None,
            left=step.times,
        )
        code.line(f"{code.dialogs()}.answer({rule})")
