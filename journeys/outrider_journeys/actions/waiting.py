"""Waiting: for an element, an address, a load state, or a while."""

from typing import Literal, Self

from pydantic import ConfigDict, Field, model_validator

from outrider_engine.domain.verdicts import Reason, Verdict
from outrider_journeys.comparing import TextTest
from outrider_journeys.steps import OptionalElementStep

from .contract import ElementState, StepFailure, StepScope

_SUBJECTS = ("locator", "locators", "url", "load", "seconds")


class WaitForStep(OptionalElementStep):
    """Wait for one thing: an element's state, the address, a load state, or a number of seconds."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"action": "wait_for", "locator": ".spinner", "state": "hidden"},
                {"action": "wait_for", "url": {"ends_with": "/thanks"}},
            ],
            "oneOf": [{"required": [subject]} for subject in _SUBJECTS],
        }
    )

    action: Literal["wait_for"]
    state: ElementState = "visible"
    """With `locator`: what the element has to be."""
    url: TextTest | None = None
    """What the address of the page has to be like."""
    load: Literal["load", "domcontentloaded", "networkidle"] | None = None
    """How far the page has to be loaded."""
    seconds: float | None = Field(default=None, gt=0, le=3600, allow_inf_nan=False)
    """How long to wait, whatever happens. Waiting for something is quicker and surer."""

    @model_validator(mode="after")
    def _one_subject(self) -> Self:
        given = [subject for subject in _SUBJECTS if getattr(self, subject) is not None]
        if len(given) != 1:
            raise ValueError(f"exactly one of {', '.join(_SUBJECTS)} is needed")
        return self

    def summary(self) -> str:
        """Return the step in words."""
        if self.ways:
            return f"{self.about('Wait until')} is {self.state}"
        if self.url is not None:
            return f"Wait until the address {self.url.describe()}"
        return f"Wait {self.seconds:g} s" if self.seconds is not None else f"Wait for {self.load}"


class WaitFor:
    """Waits."""

    name = "wait_for"
    title = "Wait"
    model = WaitForStep

    def run(self, step: WaitForStep, scope: StepScope) -> None:
        """Wait, at most for the step's time."""
        if step.seconds is not None:
            _pause(step.seconds, scope)
        elif step.load is not None:
            scope.page.wait_for_load_state(step.load, timeout=scope.time_left_ms())
        elif step.url is not None:
            self._address(step.url.rendered(scope.variables), scope)
        else:
            self._element(step, scope)

    @staticmethod
    def _element(step: WaitForStep, scope: StepScope) -> None:
        present = step.state in ("visible", "attached")
        for element in (scope.element(step.ways),) if present else scope.elements(step.ways):
            if not scope.reaches(element, step.state):
                raise _too_late(f"{step.ways[0].describe()} did not become {step.state} in time")

    @staticmethod
    def _address(test: TextTest, scope: StepScope) -> None:
        held, url = scope.eventually(lambda _: scope.page.url, lambda url: test.problem_with(url) is None)
        if not held:
            raise _too_late(f"the address {test.problem_with(url)}")
        scope.note(url=url)


def _pause(seconds: float, scope: StepScope) -> None:
    left = scope.time_left_ms()
    scope.page.wait_for_timeout(min(seconds * 1000, left))
    if seconds * 1000 > left:
        raise _too_late(f"waiting {seconds:g} s takes longer than the step may")


def _too_late(message: str) -> StepFailure:
    return StepFailure(message, reason=Reason.TIMEOUT, verdict=Verdict.TIMED_OUT)
