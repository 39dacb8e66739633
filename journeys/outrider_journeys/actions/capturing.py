"""Taking pictures: screenshot."""

from typing import Literal

from pydantic import ConfigDict, Field

from outrider_journeys.exporting.code import CodeWriter
from outrider_journeys.steps import OptionalElementStep

from .contract import StepScope


class ScreenshotStep(OptionalElementStep):
    """Keep a picture of the page, or of one element. Fields filled with secrets and password fields are masked."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"action": "screenshot", "file": "cart"}]})

    action: Literal["screenshot"]
    file: str | None = Field(default=None, pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$")
    """Name of the picture, without ending."""
    full_page: bool = False
    """The whole length of the page instead of what is in view."""

    def summary(self) -> str:
        """Return the step in words."""
        return self.about("Screenshot of")


class Screenshot:
    """Takes a picture."""

    name = "screenshot"
    title = "Take a screenshot"
    model = ScreenshotStep

    def run(self, step: ScreenshotStep, scope: StepScope) -> None:
        """Take it."""
        element = scope.element(step.ways) if step.ways else None
        scope.take_screenshot(step.file or "picture", full_page=step.full_page, element=element)

    def export(self, step: ScreenshotStep, code: CodeWriter) -> None:
        """Take it; what is secret in it is not masked."""
        target = code.element(step) if step.ways else code.page
        path = f"screenshots/{step.file or 'picture'}.png"
        code.call(f"{target}.screenshot", path=path, full_page=step.full_page or None, timeout=code.timeout(step))
