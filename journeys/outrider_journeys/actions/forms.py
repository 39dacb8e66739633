"""Filling in: fill, type, press."""

from typing import TYPE_CHECKING, Literal

from pydantic import ConfigDict, Field

from outrider_engine.domain.verdicts import Reason, Verdict
from outrider_journeys.steps import ElementStep, OptionalElementStep, shortened
from outrider_journeys.strict_model import Text

from .contract import StepFailure, StepScope

if TYPE_CHECKING:
    from playwright.sync_api import Locator as Element


class FillStep(ElementStep):
    """Set the text of a field, replacing what was in it."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"action": "fill", "locator": {"label": "E-mail"}, "value": "ada@example.com"},
                {"action": "fill", "locator": {"label": "Password"}, "value": "{{PASSWORD}}"},
            ]
        }
    )

    action: Literal["fill"]
    value: Text
    """The text; empty clears the field. A field filled with a secret is masked in screenshots."""

    def summary(self) -> str:
        """Return the step in words."""
        return self.about("Fill" if self.value else "Clear")


class TypeStep(ElementStep):
    """Type a text key by key after what is in the field, for pages that listen to keys."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"action": "type", "locator": {"role": "searchbox"}, "text": "kettle"}]}
    )

    action: Literal["type"]
    text: Text
    """What is typed."""
    delay_ms: float = Field(default=0, ge=0, le=5000, allow_inf_nan=False)
    """Milliseconds between two keys."""

    def summary(self) -> str:
        """Return the step in words."""
        return self.about(f"Type “{shortened(self.text, 40)}” into")


class PressStep(OptionalElementStep):
    """Press a key or a combination of keys, on an element, or without one wherever the focus is."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"action": "press", "key": "Enter"}, {"action": "press", "key": "Control+A"}]}
    )

    action: Literal["press"]
    key: str = Field(min_length=1, max_length=100)
    """Playwright's name of the key: `Enter`, `Escape`, `ArrowDown`, `a`, `Control+A`."""

    def summary(self) -> str:
        """Return the step in words."""
        return self.about(f"Press {self.key} on") if self.ways else f"Press {self.key}"


class Fill:
    """Fills a field."""

    name = "fill"
    title = "Fill a field"
    model = FillStep

    def run(self, step: FillStep, scope: StepScope) -> None:
        """Fill it, masked from before the text is in it."""
        text = scope.render(step.value)

        def fill(element: "Element", timeout: float) -> None:
            if scope.holds_secret(text):
                scope.hide(element)
            element.fill(text, timeout=timeout)

        scope.on_element(step.ways, fill)


class Type:
    """Types a text."""

    name = "type"
    title = "Type a text"
    model = TypeStep

    def run(self, step: TypeStep, scope: StepScope) -> None:
        """Type it, masked from before the text is in the field."""
        text = scope.render(step.text)

        def type_keys(element: "Element", timeout: float) -> None:
            if scope.holds_secret(text):
                scope.hide(element)
            element.press_sequentially(text, delay=step.delay_ms or None, timeout=timeout)

        scope.on_element(step.ways, type_keys)


class Press:
    """Presses a key."""

    name = "press"
    title = "Press a key"
    model = PressStep

    def run(self, step: PressStep, scope: StepScope) -> None:
        """Press it."""
        if step.ways:
            scope.on_element(step.ways, lambda element, timeout: element.press(step.key, timeout=timeout))
            return
        if not scope.reaches(scope.page.locator(":root"), "attached"):
            raise StepFailure("the page does not answer", reason=Reason.TIMEOUT, verdict=Verdict.TIMED_OUT)
        scope.page.keyboard.press(step.key)
