"""The mouse on elements: click, double_click, hover, drag, tap."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any, Literal

from playwright.sync_api import Error
from pydantic import ConfigDict, Discriminator, Field, Tag

from outrider_journeys.exporting.code import CodeWriter
from outrider_journeys.faults import was_performed
from outrider_journeys.locators import Locator, Locators
from outrider_journeys.steps import ElementStep
from outrider_journeys.strict_model import StrictModel

from .contract import StepScope

if TYPE_CHECKING:
    from playwright.sync_api import Locator as Element
    from playwright.sync_api import Position as PlaywrightPosition

Modifier = Literal["Alt", "Control", "ControlOrMeta", "Meta", "Shift"]
Button = Literal["left", "right", "middle"]


class Position(StrictModel):
    """A point of an element, in CSS pixels from its upper left corner."""

    x: float = Field(ge=0, le=100_000)
    y: float = Field(ge=0, le=100_000)

    def point(self) -> "PlaywrightPosition":
        """Return it as Playwright has it."""
        return {"x": self.x, "y": self.y}


class PointerStep(ElementStep):
    """A step of the mouse."""

    modifiers: tuple[Modifier, ...] = Field(default=(), max_length=5)
    """Keys held down meanwhile."""
    position: Position | None = None
    """Where on the element; its middle when absent."""
    force: bool = False
    """Do it although the element is covered, disabled or moving; visitors could not."""

    def options(self) -> dict[str, Any]:
        """Return what Playwright is told besides."""
        return {
            "modifiers": list(self.modifiers) or None,
            "position": self.position.point() if self.position else None,
            "force": self.force or None,
        }


class ClickStep(PointerStep):
    """Click an element, once it is visible, enabled and no longer moving."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"action": "click", "locator": {"role": "button", "name": "Buy"}}]}
    )

    action: Literal["click"]
    button: Button = "left"
    """Which button of the mouse."""
    count: int = Field(default=1, ge=1, le=10)
    """How many times, quickly after one another."""
    delay_ms: float = Field(default=0, ge=0, le=10_000, allow_inf_nan=False)
    """Milliseconds for which the button is held down."""
    by_script: bool = False
    """Let the page's own `click()` do it, without a mouse: for elements that no mouse reaches. `button`, `position` and
    the like mean nothing then."""

    def summary(self) -> str:
        """Return the step in words."""
        return self.about("Click" if self.button == "left" else f"Click ({self.button})")

    def options(self) -> dict[str, Any]:
        """Return what Playwright is told besides."""
        return super().options() | {
            "button": self.button if self.button != "left" else None,
            "click_count": self.count if self.count > 1 else None,
            "delay": self.delay_ms or None,
        }


class DoubleClickStep(PointerStep):
    """Double-click an element."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"action": "double_click", "locator": {"text": "Title"}}]}
    )

    action: Literal["double_click"]
    button: Button = "left"
    """Which button of the mouse."""
    delay_ms: float = Field(default=0, ge=0, le=10_000, allow_inf_nan=False)
    """Milliseconds for which the button is held down each time."""

    def summary(self) -> str:
        """Return the step in words."""
        return self.about("Double-click")

    def options(self) -> dict[str, Any]:
        """Return what Playwright is told besides."""
        return super().options() | {
            "button": self.button if self.button != "left" else None,
            "delay": self.delay_ms or None,
        }


class HoverStep(PointerStep):
    """Move the mouse over an element."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"action": "hover", "locator": {"role": "link", "name": "Products"}}]}
    )

    action: Literal["hover"]

    def summary(self) -> str:
        """Return the step in words."""
        return self.about("Hover over")


class TapStep(PointerStep):
    """Tap an element with a finger, in a browser that has touch (`has_touch`, or a device that has it)."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"action": "tap", "locator": {"role": "button", "name": "Menu"}}]}
    )

    action: Literal["tap"]

    def summary(self) -> str:
        """Return the step in words."""
        return self.about("Tap")


Target = Annotated[
    Annotated[tuple[Locator, ...], Field(min_length=1, max_length=20), Tag("several")] | Annotated[Locator, Tag("one")],
    Discriminator(lambda given: "several" if isinstance(given, list | tuple) else "one"),
]
"""A locator, or several ways to find the same element, best first."""


class DragStep(ElementStep):
    """Drag an element onto another and let it go there."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"action": "drag", "locator": {"text": "Kettle"}, "to": {"test_id": "cart"}}]}
    )

    action: Literal["drag"]
    to: Target
    """Where it is let go."""
    from_position: Position | None = None
    """Where it is taken; its middle when absent."""
    to_position: Position | None = None
    """Where on the target it is let go; the middle when absent."""

    def summary(self) -> str:
        """Return the step in words."""
        return f"{self.about('Drag')} to {self.targets[0].describe()}"

    @property
    def targets(self) -> Locators:
        """The ways to find where it is let go, in the order in which they are tried."""
        return (self.to,) if isinstance(self.to, Locator) else self.to


def _on_element_that_may_close(step: PointerStep, scope: StepScope, act: "Callable[[Element, float], None]") -> None:
    """Act on an element; that this closes its own window is no failure."""
    try:
        scope.on_element(step.ways, act)
    except Error as error:
        if not was_performed(error, scope.page):
            raise


class Click:
    """Clicks."""

    name = "click"
    title = "Click"
    model = ClickStep

    def run(self, step: ClickStep, scope: StepScope) -> None:
        """Click the element."""

        def act(element: "Element", timeout: float) -> None:
            if step.by_script:
                element.dispatch_event("click", timeout=timeout)
            else:
                element.click(**step.options(), timeout=timeout)

        _on_element_that_may_close(step, scope, act)
        scope.note(url=scope.page.url)

    def export(self, step: ClickStep, code: CodeWriter) -> None:
        """Click it."""
        if step.by_script:
            code.call(f"{code.element(step)}.dispatch_event", '"click"', timeout=code.timeout(step))
        else:
            code.call(f"{code.element(step)}.click", **step.options(), timeout=code.timeout(step))


class DoubleClick:
    """Double-clicks."""

    name = "double_click"
    title = "Double-click"
    model = DoubleClickStep

    def run(self, step: DoubleClickStep, scope: StepScope) -> None:
        """Double-click the element."""
        _on_element_that_may_close(
            step, scope, lambda element, timeout: element.dblclick(**step.options(), timeout=timeout)
        )

    def export(self, step: DoubleClickStep, code: CodeWriter) -> None:
        """Double-click it."""
        code.call(f"{code.element(step)}.dblclick", **step.options(), timeout=code.timeout(step))


class Hover:
    """Hovers."""

    name = "hover"
    title = "Hover"
    model = HoverStep

    def run(self, step: HoverStep, scope: StepScope) -> None:
        """Move the mouse over the element."""
        scope.on_element(step.ways, lambda element, timeout: element.hover(**step.options(), timeout=timeout))

    def export(self, step: HoverStep, code: CodeWriter) -> None:
        """Move the mouse over it."""
        code.call(f"{code.element(step)}.hover", **step.options(), timeout=code.timeout(step))


class Tap:
    """Taps."""

    name = "tap"
    title = "Tap"
    model = TapStep

    def run(self, step: TapStep, scope: StepScope) -> None:
        """Tap the element."""
        _on_element_that_may_close(step, scope, lambda element, timeout: element.tap(**step.options(), timeout=timeout))

    def export(self, step: TapStep, code: CodeWriter) -> None:
        """Tap it."""
        code.call(f"{code.element(step)}.tap", **step.options(), timeout=code.timeout(step))


class Drag:
    """Drags."""

    name = "drag"
    title = "Drag and drop"
    model = DragStep

    def run(self, step: DragStep, scope: StepScope) -> None:
        """Drag the element to the other."""
        target = scope.element(step.targets)
        scope.on_element(
            step.ways,
            lambda element, timeout: element.drag_to(
                target,
                source_position=step.from_position.point() if step.from_position else None,
                target_position=step.to_position.point() if step.to_position else None,
                timeout=timeout,
            ),
        )

    def export(self, step: DragStep, code: CodeWriter) -> None:
        """Drag it there."""
        code.call(
            f"{code.element(step)}.drag_to",
            code.one_of(step.targets),
            source_position=step.from_position.point() if step.from_position else None,
            target_position=step.to_position.point() if step.to_position else None,
            timeout=code.timeout(step),
        )
