"""What holds for the steps of a journey that say nothing else."""

import math

from pydantic import Field

from .steps import OnFailure, PictureWish, StepModel
from .strict_model import Seconds, StrictModel


class Defaults(StrictModel):
    """What holds for steps that say nothing else."""

    timeout: Seconds = 10
    """Seconds for a step."""
    navigation_timeout: Seconds = 30
    """Seconds for a step that loads a page."""
    on_failure: OnFailure = OnFailure.STOP
    """What happens when a step fails."""
    retries: int = Field(default=0, ge=0, le=10)
    """How many more times a step is tried when it fails."""
    screenshot: PictureWish = "on_failure"
    """When a picture is taken after a step."""

    def timeout_of(self, step: StepModel) -> float:
        """Return the seconds that a step may take; a block has no limit of its own unless it is given one."""
        if step.timeout is not None:
            return step.timeout
        if step.is_block:
            return math.inf
        return self.navigation_timeout if step.navigates else self.timeout

    def goes_on_after(self, step: StepModel) -> bool:
        """Whether the walk goes on when the step fails."""
        return step.is_soft or (step.on_failure or self.on_failure) is OnFailure.CONTINUE

    def retries_of(self, step: StepModel) -> int:
        """Return how many more times a step is tried when it fails."""
        return self.retries if step.retries is None else step.retries

    def picture_wish(self, step: StepModel) -> PictureWish:
        """Return when a picture is taken after a step."""
        return "never" if step.sensitive else step.screenshot or self.screenshot
