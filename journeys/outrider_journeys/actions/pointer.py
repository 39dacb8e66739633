"""The mouse: click, double_click, hover."""

from typing import TYPE_CHECKING, Literal

from pydantic import ConfigDict, Field

from outrider_journeys.steps import ElementStep
from outrider_journeys.strict_model import StrictModel

from .contract import StepScope

if TYPE_CHECKING:
    from playwright.sync_api import Position as PlaywrightPosition

Modifier = Literal["Alt", "Control", "ControlOrMeta", "Meta", "Shift"]


class Position(StrictModel):
    """A point of an element, in CSS pixels from its upper left corner."""

    x: float = Field(ge=0, le=100_000)
    y: float = Field(ge=0, le=100_000)


class PointerStep(ElementStep):
    """A step of the mouse."""

    modifiers: tuple[Modifier, ...] = Field(default=(), max_length=5)
    """Keys held down meanwhile."""
    position: Position | None = None
    """Where on the element; its middle when absent."""


class ClickStep(PointerStep):
    """Click an element, once it is visible, enabled and no longer moving."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"action": "click", "locator": {"role": "button", "name": "Buy"}}]}
    )

    action: Literal["click"]
    button: Literal["left", "right", "middle"] = "left"
    """Which button of the mouse."""

    def summary(self) -> str:
        """Return the step in words."""
        return self.about("Click" if self.button == "left" else f"Click ({self.button})")


class DoubleClickStep(PointerStep):
    """Double-click an element."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"action": "double_click", "locator": {"text": "Title"}}]}
    )

    action: Literal["double_click"]

    def summary(self) -> str:
        """Return the step in words."""
        return self.about("Double-click")


class HoverStep(PointerStep):
    """Move the mouse over an element."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"action": "hover", "locator": {"role": "link", "name": "Products"}}]}
    )

    action: Literal["hover"]

    def summary(self) -> str:
        """Return the step in words."""
        return self.about("Hover over")


class Click:
    """Clicks."""

    name = "click"
    title = "Click"
    model = ClickStep

    def run(self, step: ClickStep, scope: StepScope) -> None:
        """Click the element."""
        scope.on_element(
            step.ways,
            lambda element, timeout: element.click(
                button=step.button, modifiers=step.modifiers or None, position=_point(step), timeout=timeout
            ),
        )
        scope.note(url=scope.page.url)


class DoubleClick:
    """Double-clicks."""

    name = "double_click"
    title = "Double-click"
    model = DoubleClickStep

    def run(self, step: DoubleClickStep, scope: StepScope) -> None:
        """Double-click the element."""
        scope.on_element(
            step.ways,
            lambda element, timeout: element.dblclick(
                modifiers=step.modifiers or None, position=_point(step), timeout=timeout
            ),
        )


class Hover:
    """Hovers."""

    name = "hover"
    title = "Hover"
    model = HoverStep

    def run(self, step: HoverStep, scope: StepScope) -> None:
        """Move the mouse over the element."""
        scope.on_element(
            step.ways,
            lambda element, timeout: element.hover(
                modifiers=step.modifiers or None, position=_point(step), timeout=timeout
            ),
        )


def _point(step: PointerStep) -> "PlaywrightPosition | None":
    return {"x": step.position.x, "y": step.position.y} if step.position else None
