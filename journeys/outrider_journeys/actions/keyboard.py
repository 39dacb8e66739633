"""Keys: press, key_down, key_up; and where the keyboard goes: focus, blur."""

from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from outrider_engine.domain.verdicts import Reason, Verdict
from outrider_journeys.exporting.code import CodeWriter
from outrider_journeys.exporting.expressions import literal
from outrider_journeys.steps import ElementStep, OptionalElementStep, StepModel

from .contract import StepFailure, StepScope

Key = Annotated[str, Field(min_length=1, max_length=100)]


class PressStep(OptionalElementStep):
    """Press a key or a combination of keys, on an element, or without one wherever the focus is."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"action": "press", "key": "Enter"}, {"action": "press", "key": "Control+A"}]}
    )

    action: Literal["press"]
    key: Key
    """Playwright's name of the key: `Enter`, `Escape`, `ArrowDown`, `a`, `Control+A`."""
    delay_ms: float = Field(default=0, ge=0, le=5000, allow_inf_nan=False)
    """Milliseconds for which it is held down."""

    def summary(self) -> str:
        """Return the step in words."""
        return self.about(f"Press {self.key} on") if self.ways else f"Press {self.key}"


class KeyDownStep(StepModel):
    """Hold a key down, until `key_up`; a letter that is held down is typed once."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"action": "key_down", "key": "Shift"}]})

    action: Literal["key_down"]
    key: Key
    """Playwright's name of the key."""

    def summary(self) -> str:
        """Return the step in words."""
        return f"Hold {self.key} down"


class KeyUpStep(StepModel):
    """Let a key go that is held down."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"action": "key_up", "key": "Shift"}]})

    action: Literal["key_up"]
    key: Key
    """Playwright's name of the key."""

    def summary(self) -> str:
        """Return the step in words."""
        return f"Let {self.key} go"


class FocusStep(ElementStep):
    """Put the focus on an element."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"action": "focus", "locator": {"label": "E-mail"}}]})

    action: Literal["focus"]

    def summary(self) -> str:
        """Return the step in words."""
        return self.about("Focus")


class BlurStep(ElementStep):
    """Take the focus away from an element, so that a page that checks fields when they are left checks this one."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"action": "blur", "locator": {"label": "E-mail"}}]})

    action: Literal["blur"]

    def summary(self) -> str:
        """Return the step in words."""
        return self.about("Leave")


class Press:
    """Presses a key."""

    name = "press"
    title = "Press a key"
    model = PressStep

    def run(self, step: PressStep, scope: StepScope) -> None:
        """Press it."""
        delay = step.delay_ms or None
        if step.ways:
            scope.on_element(step.ways, lambda element, timeout: element.press(step.key, delay=delay, timeout=timeout))
            return
        ready_for_input(scope)
        scope.page.keyboard.press(step.key, delay=delay)

    def export(self, step: PressStep, code: CodeWriter) -> None:
        """Press it."""
        target, timeout = (code.element(step), code.timeout(step)) if step.ways else (f"{code.page}.keyboard", None)
        code.call(f"{target}.press", literal(step.key), delay=step.delay_ms or None, timeout=timeout)


class KeyDown:
    """Holds a key down."""

    name = "key_down"
    title = "Hold a key down"
    model = KeyDownStep

    def run(self, step: KeyDownStep, scope: StepScope) -> None:
        """Hold it down."""
        ready_for_input(scope)
        scope.page.keyboard.down(step.key)

    def export(self, step: KeyDownStep, code: CodeWriter) -> None:
        """Hold it down."""
        code.call(f"{code.page}.keyboard.down", literal(step.key))


class KeyUp:
    """Lets a key go."""

    name = "key_up"
    title = "Let a key go"
    model = KeyUpStep

    def run(self, step: KeyUpStep, scope: StepScope) -> None:
        """Let it go."""
        ready_for_input(scope)
        scope.page.keyboard.up(step.key)

    def export(self, step: KeyUpStep, code: CodeWriter) -> None:
        """Let it go."""
        code.call(f"{code.page}.keyboard.up", literal(step.key))


class Focus:
    """Focuses an element."""

    name = "focus"
    title = "Focus"
    model = FocusStep

    def run(self, step: FocusStep, scope: StepScope) -> None:
        """Focus it."""
        scope.on_element(step.ways, lambda element, timeout: element.focus(timeout=timeout))

    def export(self, step: FocusStep, code: CodeWriter) -> None:
        """Focus it."""
        code.call(f"{code.element(step)}.focus", timeout=code.timeout(step))


class Blur:
    """Takes the focus away."""

    name = "blur"
    title = "Leave a field"
    model = BlurStep

    def run(self, step: BlurStep, scope: StepScope) -> None:
        """Take it away."""
        scope.on_element(step.ways, lambda element, timeout: element.blur(timeout=timeout))

    def export(self, step: BlurStep, code: CodeWriter) -> None:
        """Take it away."""
        code.call(f"{code.element(step)}.blur", timeout=code.timeout(step))


def ready_for_input(scope: StepScope) -> None:
    """Make sure that the page answers, before keys or a mouse that know no time limit are used on it.

    Raises:
        StepFailure: it does not.
    """
    if not scope.reaches(scope.page.locator(":root"), "attached"):
        raise StepFailure("the page does not answer", reason=Reason.TIMEOUT, verdict=Verdict.TIMED_OUT)
