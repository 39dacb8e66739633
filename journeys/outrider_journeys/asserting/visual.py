"""Tests on what the page, or an element, looks like."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pydantic import Field

from outrider_engine.domain.baselines import NAME
from outrider_journeys.actions.contract import StepScope
from outrider_journeys.locators import Locator
from outrider_journeys.strict_model import StrictModel

from .judging import demand

if TYPE_CHECKING:
    from playwright.sync_api import Locator as Element


class VisualTest(StrictModel):
    """A picture of the page or the element is compared with its baseline, the one that a good run has left.

    There is a baseline for each browser and size. The first run that passes makes it; later ones can be made the
    baseline by hand. Animations are taken at their end; secrets and password fields are covered in both.
    """

    name: str = Field(pattern=f"^{NAME}$", examples=["cart"])
    """Name of the picture within the journey."""
    threshold_percent: float = Field(default=5, ge=0, le=100)
    """How many of a hundred pixels may differ."""
    masks: tuple[Locator, ...] = Field(default=(), max_length=50)
    """Elements that are covered, because they differ each time: dates, advertisements, maps."""
    full_page: bool = False
    """The whole length of the page instead of what is in view; without a locator."""

    def describe(self) -> str:
        """Return the test in words."""
        return f"looks like its picture “{self.name}”"


def judge_visual(test: VisualTest, element: "Element | None", scope: StepScope) -> None:
    """Wait until it looks as it should.

    Raises:
        StepFailure: it did not within the step's time.
    """
    masks: Sequence[Element] = [found for mask in test.masks for found in scope.elements((mask,))]
    percent, key = scope.compare_look(
        test.name, test.threshold_percent, element=element, full_page=test.full_page, masks=masks
    )
    scope.note(visual={"name": test.name, "baseline": key, "differing_percent": percent})
    if percent is not None:
        problem = f"{percent:.1f} % of the picture “{test.name}” differ, at most {test.threshold_percent:g} % may"
        demand(percent <= test.threshold_percent, problem)
