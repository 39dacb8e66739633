"""The custom step ``sampler.dismiss_banner``."""

from outrider_engine.domain.verdicts import Reason
from outrider_journeys.actions.contract import StepFailure, StepScope
from pydantic import BaseModel, ConfigDict, Field


class DismissBanner(BaseModel):
    """What the step needs to know."""

    model_config = ConfigDict(extra="forbid")

    button: str = Field(default="Accept", description="What the button says that closes the banner.")


class DismissBannerStep:
    """Closes a banner that lies over the page."""

    name = "sampler.dismiss_banner"
    model = DismissBanner

    def run(self, parameters: DismissBanner, scope: StepScope) -> None:
        """Click the button of the banner, and see that it goes."""
        banner = scope.page.get_by_role("dialog")
        banner.get_by_role("button", name=parameters.button).click(timeout=scope.time_left_ms())
        if not scope.reaches(banner, "hidden"):
            raise StepFailure("the banner is still there", reason=Reason.ASSERTION)
        scope.note(dismissed=parameters.button)
