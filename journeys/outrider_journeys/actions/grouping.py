"""Steps within steps: group."""

from typing import Literal

from pydantic import ConfigDict

from outrider_journeys.exporting.code import CodeWriter
from outrider_journeys.steps import StepModel, Steps

from .contract import StepScope


class GroupStep(StepModel):
    """Do several steps as one: they share a name, a time limit, a condition, tries and `on_failure`."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "action": "group",
                    "name": "Sign in",
                    "timeout": 20,
                    "steps": [
                        {"action": "fill", "locator": {"label": "E-mail"}, "value": "ada@example.com"},
                        {"action": "click", "locator": {"role": "button", "name": "Sign in"}},
                    ],
                }
            ]
        }
    )

    action: Literal["group"]
    steps: Steps
    """What is done, in order."""

    def summary(self) -> str:
        """Return how many steps it has."""
        return f"Group of {len(self.steps)}" if len(self.steps) != 1 else self.steps[0].display_name


class Group:
    """Does several steps as one."""

    name = "group"
    title = "Group"
    model = GroupStep

    def run(self, step: GroupStep, scope: StepScope) -> None:
        """Walk the steps."""
        scope.walk(step.steps)

    def export(self, step: GroupStep, code: CodeWriter) -> None:
        """Write the steps."""
        code.steps(step.steps)
