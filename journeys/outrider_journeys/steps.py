"""What every step of a journey has, whatever its action is."""

from enum import StrEnum
from typing import Any

from pydantic import Field, model_validator

from .conditions import Condition
from .locators import Locator, Locators
from .strict_model import Seconds, StrictModel


class OnFailure(StrEnum):
    """What happens to the walk when a step does not hold."""

    STOP = "stop"
    CONTINUE = "continue"


class StepModel(StrictModel):
    """The fields that all steps share. Models of actions derive from it and add ``action: Literal["…"]``."""

    id: str | None = Field(default=None, pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$", examples=["pay"])
    """Stable name for machines; derived from the step's content when absent."""
    name: str | None = Field(default=None, min_length=1, max_length=200, examples=["Pay by card"])
    """What people read in results; made from the action when absent."""
    timeout: Seconds | None = None
    """Seconds that the step may take; the journey's default when absent."""
    on_failure: OnFailure | None = None
    """`continue`: the walk goes on when the step fails and ends at best as degraded. `stop` is the default."""
    when: Condition | None = None
    """Run the step only if this holds; otherwise it is reported as not run."""

    def summary(self) -> str:
        """Return the step in a few words, for steps without a name."""
        return str(getattr(self, "action", "step")).replace("_", " ").capitalize()

    def produces(self) -> frozenset[str]:
        """Return the variables that the step sets, so that later steps may use them."""
        return frozenset()

    @property
    def display_name(self) -> str:
        """What people read: the given name, or the summary."""
        return self.name or self.summary()

    @property
    def navigates(self) -> bool:
        """Whether the step loads a page, which takes longer than others."""
        return False

    @property
    def is_soft(self) -> bool:
        """Whether a failure of the step only degrades the walk and the step itself."""
        return False


class OptionalElementStep(StepModel):
    """A step that may be about one element of the page."""

    locator: Locator | None = None
    """How to find the element."""
    locators: tuple[Locator, ...] | None = Field(default=None, min_length=1, max_length=20)
    """Several ways to find it, best first; a step that needs a later one passes as degraded (`healed`)."""

    @model_validator(mode="before")
    @classmethod
    def _one_spelling(cls, data: Any) -> Any:
        if isinstance(data, dict) and data.get("locator") is not None and data.get("locators") is not None:
            raise ValueError("give either locator or locators, not both")
        return data

    @property
    def ways(self) -> Locators:
        """The locators in the order in which they are tried; none for a step about the page."""
        return self.locators or ((self.locator,) if self.locator else ())

    def about(self, verb: str) -> str:
        """Return a summary such as ``Click button “Buy”``."""
        return f"{verb} {self.ways[0].describe() if self.ways else 'the page'}"


class ElementStep(OptionalElementStep):
    """A step about one element of the page."""

    @model_validator(mode="before")
    @classmethod
    def _needs_one(cls, data: Any) -> Any:
        if isinstance(data, dict) and data.get("locator") is None and data.get("locators") is None:
            raise ValueError("locator is missing: how is the element found?")
        return data


class SoftStep(StepModel):
    """A step that judges."""

    soft: bool = False
    """A soft assertion that fails only degrades the run, and the walk goes on."""

    @property
    def is_soft(self) -> bool:
        """Whether it is soft."""
        return self.soft


def shortened(text: str, limit: int = 60) -> str:
    """Return ``text`` on one line of at most ``limit`` characters."""
    line = " ".join(text.split())
    return line if len(line) <= limit else line[: limit - 1] + "…"
