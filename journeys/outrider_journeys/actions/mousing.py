"""The mouse by itself, and the wheel: mouse_move, mouse_down, mouse_up, scroll."""

from typing import TYPE_CHECKING, Literal, Self

from pydantic import ConfigDict, Field, model_validator

from outrider_engine.domain.verdicts import Reason
from outrider_journeys.evaluating import evaluated
from outrider_journeys.exporting.code import CodeWriter
from outrider_journeys.exporting.expressions import literal
from outrider_journeys.steps import OptionalElementStep, StepModel
from outrider_journeys.strict_model import StrictModel

from .contract import StepFailure, StepScope
from .keyboard import ready_for_input
from .pointer import Button, Position

if TYPE_CHECKING:
    from playwright.sync_api import Locator as Element


class MouseMoveStep(OptionalElementStep):
    """Move the mouse to a point: of an element, or of the part of the page that can be seen."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"action": "mouse_move", "x": 200, "y": 120},
                {"action": "mouse_move", "locator": "canvas", "position": {"x": 10, "y": 10}},
            ]
        }
    )

    action: Literal["mouse_move"]
    x: float | None = Field(default=None, ge=-100_000, le=100_000)
    """CSS pixels from the left edge of what is seen."""
    y: float | None = Field(default=None, ge=-100_000, le=100_000)
    """CSS pixels from its upper edge."""
    position: Position | None = None
    """With a locator: the point of the element; its middle when absent."""

    @model_validator(mode="after")
    def _one_target(self) -> Self:
        if bool(self.ways) == (self.x is not None or self.y is not None):
            raise ValueError("give either x and y, or locator")
        if (self.x is None) != (self.y is None):
            raise ValueError("give x and y together")
        if self.position is not None and not self.ways:
            raise ValueError("position goes with locator")
        return self

    def summary(self) -> str:
        """Return the step in words."""
        return self.about("Move the mouse to") if self.ways else f"Move the mouse to {self.x:g}, {self.y:g}"


class MouseDownStep(StepModel):
    """Press a button of the mouse where it is, and hold it down."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"action": "mouse_down"}]})

    action: Literal["mouse_down"]
    button: Button = "left"
    """Which one."""

    def summary(self) -> str:
        """Return the step in words."""
        return f"Hold the {self.button} mouse button down"


class MouseUpStep(StepModel):
    """Let a button of the mouse go."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"action": "mouse_up"}]})

    action: Literal["mouse_up"]
    button: Button = "left"
    """Which one."""

    def summary(self) -> str:
        """Return the step in words."""
        return f"Let the {self.button} mouse button go"


class ScrollBy(StrictModel):
    """How far to scroll, in CSS pixels; negative to the left and up."""

    x: float = Field(default=0, ge=-1_000_000, le=1_000_000)
    y: float = Field(default=0, ge=-1_000_000, le=1_000_000)


class ScrollStep(OptionalElementStep):
    """Scroll: an element into view; the page, or with a locator that element, to a place; or on by some pixels."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"action": "scroll", "locator": {"role": "contentinfo"}},
                {"action": "scroll", "y": 600},
                {"action": "scroll", "locator": "#list", "by": {"y": 400}},
            ]
        }
    )

    action: Literal["scroll"]
    x: float | None = Field(default=None, ge=0, le=10_000_000)
    """CSS pixels from the left edge of what is scrolled."""
    y: float | None = Field(default=None, ge=0, le=10_000_000)
    """CSS pixels from its upper edge."""
    by: ScrollBy | None = None
    """How far from where it is now, as with a wheel."""

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        has_place = self.x is not None or self.y is not None
        if has_place and self.by is not None:
            raise ValueError("give either x and y, or by")
        if not (has_place or self.by is not None or self.ways):
            raise ValueError("give a locator, or x or y, or by")
        return self

    def summary(self) -> str:
        """Return the step in words."""
        if self.by is not None:
            return self.about(f"Scroll on by {self.by.x:g}, {self.by.y:g} in")
        if self.x is not None or self.y is not None:
            return self.about(f"Scroll to {self.x or 0:g}, {self.y or 0:g} in")
        return self.about("Scroll to")


class MouseMove:
    """Moves the mouse."""

    name = "mouse_move"
    title = "Move the mouse"
    model = MouseMoveStep

    def run(self, step: MouseMoveStep, scope: StepScope) -> None:
        """Move it."""
        ready_for_input(scope)
        if step.x is not None and step.y is not None:
            scope.page.mouse.move(step.x, step.y)
            return
        x, y = scope.on_element(step.ways, lambda element, timeout: _point_of(element, step, timeout))
        scope.page.mouse.move(x, y)

    def export(self, step: MouseMoveStep, code: CodeWriter) -> None:
        """Move it."""
        if step.ways:
            position = step.position.point() if step.position else None
            point = f"*{code.helper('point_of')}({code.element(step)}, {literal(position)})"
        else:
            point = f"{step.x:g}, {step.y:g}"
        code.call(f"{code.page}.mouse.move", point)


class MouseDown:
    """Presses a button."""

    name = "mouse_down"
    title = "Hold a mouse button down"
    model = MouseDownStep

    def run(self, step: MouseDownStep, scope: StepScope) -> None:
        """Press it."""
        ready_for_input(scope)
        scope.page.mouse.down(button=step.button)

    def export(self, step: MouseDownStep, code: CodeWriter) -> None:
        """Press it."""
        code.call(f"{code.page}.mouse.down", button=step.button)


class MouseUp:
    """Lets a button go."""

    name = "mouse_up"
    title = "Let a mouse button go"
    model = MouseUpStep

    def run(self, step: MouseUpStep, scope: StepScope) -> None:
        """Let it go."""
        ready_for_input(scope)
        scope.page.mouse.up(button=step.button)

    def export(self, step: MouseUpStep, code: CodeWriter) -> None:
        """Let it go."""
        code.call(f"{code.page}.mouse.up", button=step.button)


class Scroll:
    """Scrolls."""

    name = "scroll"
    title = "Scroll"
    model = ScrollStep

    def run(self, step: ScrollStep, scope: StepScope) -> None:
        """Scroll, and note where it has come to."""
        script, argument = _scrolling(step)
        if script is None:
            scope.on_element(step.ways, lambda element, timeout: element.scroll_into_view_if_needed(timeout=timeout))
            return
        if not step.ways:
            reached = evaluated(scope.page, script, argument, timeout_ms=scope.time_left_ms())
        else:
            reached = scope.on_element(
                step.ways, lambda element, timeout: evaluated(element, script, argument, timeout_ms=timeout)
            )
        scope.note(scrolled_to=reached)

    def export(self, step: ScrollStep, code: CodeWriter) -> None:
        """Scroll."""
        script, argument = _scrolling(step)
        if script is None:
            code.call(f"{code.element(step)}.scroll_into_view_if_needed", timeout=code.timeout(step))
        elif step.ways:
            code.call(f"{code.element(step)}.evaluate", literal(script), literal(argument), timeout=code.timeout(step))
        else:
            code.call(f"{code.page}.evaluate", literal(script), literal(argument))


def _scrolling(step: ScrollStep) -> tuple[str | None, dict[str, float | None]]:
    """Return the script that scrolls and what it is handed; no script for bringing an element into view."""
    argument: dict[str, float | None]
    if step.by is not None:
        verb, argument = "scrollBy", {"left": step.by.x, "top": step.by.y}
    elif step.x is not None or step.y is not None:
        verb, argument = "scrollTo", {"left": step.x, "top": step.y}
    else:
        return None, {}
    to = "({...(to.left === null ? {} : {left: to.left}), ...(to.top === null ? {} : {top: to.top})})"
    if step.ways:
        return f"(box, to) => {{ box.{verb}({to}); return [box.scrollLeft, box.scrollTop] }}", argument
    return f"to => {{ window.{verb}({to}); return [window.scrollX, window.scrollY] }}", argument


def _point_of(element: "Element", step: MouseMoveStep, timeout: float) -> tuple[float, float]:
    element.scroll_into_view_if_needed(timeout=timeout)
    box = element.bounding_box(timeout=timeout)
    if box is None:
        raise StepFailure(f"{step.ways[0].describe()} is not visible", reason=Reason.LOCATOR)
    if step.position is not None:
        return box["x"] + step.position.x, box["y"] + step.position.y
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
