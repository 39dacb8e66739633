"""Filling in: fill, type, clear."""

from typing import TYPE_CHECKING, Literal

from playwright.sync_api import Error
from pydantic import ConfigDict, Field

from outrider_journeys.exporting.code import CodeWriter
from outrider_journeys.steps import ElementStep, shortened
from outrider_journeys.strict_model import Text

from .contract import StepScope

if TYPE_CHECKING:
    from playwright.sync_api import Locator as Element


_NO_TEXT_FIELD = "Element is not an <input>"
_NO_LIST = "Element is not a <select>"
"""How Playwright refuses elements."""


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
    """The text; empty clears the field. In a list (`<select>`) the option of this value or label is chosen. A field
    filled with a secret is masked in screenshots."""

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


class ClearStep(ElementStep):
    """Empty a field."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"action": "clear", "locator": {"label": "Search"}}]})

    action: Literal["clear"]

    def summary(self) -> str:
        """Return the step in words."""
        return self.about("Clear")


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
            try:
                element.fill(text, timeout=timeout)
            except Error as error:
                if _NO_TEXT_FIELD not in error.message:
                    raise
                _choose(element, text, error, scope.time_left_ms())

        scope.on_element(step.ways, fill)

    def export(self, step: FillStep, code: CodeWriter) -> None:
        """Fill it; a recording of Chrome does not tell fields from lists."""
        if step.imported_from is not None and step.imported_from.format == "chrome-recorder":
            fill = code.helper("filled")
            code.call(fill, code.element(step), code.text(step.value), timeout=code.timeout(step))
        else:
            code.call(f"{code.element(step)}.fill", code.text(step.value), timeout=code.timeout(step))


def _choose(element: "Element", text: str, refusal: Error, timeout_ms: float) -> None:
    """Choose an option of a list; what is no list either was refused for a reason."""
    try:
        element.select_option(text, timeout=timeout_ms)
    except Error as error:
        raise refusal if _NO_LIST in error.message else error from None


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

    def export(self, step: TypeStep, code: CodeWriter) -> None:
        """Type it."""
        code.call(
            f"{code.element(step)}.press_sequentially",
            code.text(step.text),
            delay=step.delay_ms or None,
            timeout=code.timeout(step),
        )


class Clear:
    """Empties a field."""

    name = "clear"
    title = "Clear a field"
    model = ClearStep

    def run(self, step: ClearStep, scope: StepScope) -> None:
        """Empty it."""
        scope.on_element(step.ways, lambda element, timeout: element.clear(timeout=timeout))

    def export(self, step: ClearStep, code: CodeWriter) -> None:
        """Empty it."""
        code.call(f"{code.element(step)}.clear", timeout=code.timeout(step))
