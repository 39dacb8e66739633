"""The step action ``scroll_to``."""

from typing import Literal

from outrider_journeys.actions.contract import StepScope
from outrider_journeys.steps import ElementStep
from pydantic import ConfigDict


class ScrollToStep(ElementStep):
    """Scroll until an element can be seen."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"action": "scroll_to", "locator": {"role": "contentinfo"}}]}
    )

    action: Literal["scroll_to"]

    def summary(self) -> str:
        """Return the step in words."""
        return self.about("Scroll to")


class ScrollTo:
    """Scrolls."""

    name = "scroll_to"
    title = "Scroll to"
    model = ScrollToStep

    def run(self, step: ScrollToStep, scope: StepScope) -> None:
        """Scroll to the element, and note how far down the page it is."""
        scope.on_element(step.ways, lambda element, timeout: element.scroll_into_view_if_needed(timeout=timeout))
        box = scope.on_element(step.ways, lambda element, timeout: element.bounding_box(timeout=timeout))
        scope.note(top=box["y"] if box else None)
