"""What every step of a journey has, whatever its action is."""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from functools import cache
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import BaseModel, Field, JsonValue, SerializeAsAny, model_validator

from .conditions import Condition
from .expectations import Expectation
from .locators import Locator, Locators
from .strict_model import Alias, Seconds, StrictModel

LONGEST = 10_000
"""Steps that a journey may have, those within others among them."""
PictureWish: TypeAlias = Literal["always", "on_failure", "never"]


class Record(StrEnum):
    """What a walk keeps a record of, but only when a step of the journey needs it."""

    REQUESTS = "requests"
    CONSOLE = "console"
    DOWNLOADS = "downloads"
    DIALOGS = "dialogs"
    VITALS = "vitals"


class ImportedFrom(StrictModel):
    """Where something imported came from, and what this language has no word for. Nothing acts on it."""

    format: str = Field(min_length=1, max_length=100, examples=["chrome-recorder"])
    """Name of the format."""
    index: int | None = Field(default=None, ge=0)
    """Its position there, from 0."""
    line: int | None = Field(default=None, ge=1)
    """Its line there."""
    raw: dict[str, JsonValue] = Field(default_factory=dict)
    """What is kept as it was."""


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
    page: Alias | None = None
    """The page that it is about, by the name that the journey gave it; the current one when absent. The first is
    `main`."""
    retries: int | None = Field(default=None, ge=0, le=10)
    """How many more times it is tried when it fails; each try has the time of the step."""
    retry_delay: float | None = Field(default=None, ge=0, le=60, allow_inf_nan=False)
    """Seconds between two tries."""
    expects: tuple[Expectation, ...] = Field(default=(), max_length=10)
    """What it has to cause, within its time."""
    screenshot: PictureWish | None = None
    """When a picture is taken after it; the journey's default when absent."""
    sensitive: bool = False
    """No picture is taken of it, and its element is masked in all others."""
    skip: bool = False
    """Leave it out; it is reported as not run."""
    imported_from: ImportedFrom | None = None
    """Where an imported step came from. Nothing acts on it."""

    def summary(self) -> str:
        """Return the step in a few words, for steps without a name."""
        return str(getattr(self, "action", "step")).replace("_", " ").capitalize()

    def produces(self) -> frozenset[str]:
        """Return the variables that the step sets, so that later steps may use them."""
        return frozenset()

    def uses_login_state(self) -> str | None:
        """Return the name of the login state that the step uses, ``None`` for those that use none."""
        return None

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

    @property
    def is_block(self) -> bool:
        """Whether the step runs others, whose times are their own: it has no time limit unless it is given one."""
        return bool(nested_fields(type(self)))

    @property
    def calls(self) -> str | None:
        """The name of the journey that the step calls, ``None`` if it calls none."""
        return None

    @property
    def is_loop(self) -> bool:
        """Whether the step repeats others, so that one of them may leave it early."""
        return False

    @property
    def leaves_loop(self) -> bool:
        """Whether the step only makes sense within a loop."""
        return False

    @property
    def needs(self) -> frozenset[Record]:
        """What has to be recorded from the start of the walk on, so that the step can be run."""
        found = {Record.DOWNLOADS for each in self.expects if each.download}
        return frozenset(found | {Record.DIALOGS for each in self.expects if each.dialog})

    def nested(self) -> tuple["StepModel", ...]:
        """Return the steps directly within this one, in the order of its fields."""
        return tuple(step for field in nested_fields(type(self)) for step in getattr(self, field))


class _Nested:
    """Marks the fields that hold steps: the registry lets them take every action that is installed."""


NESTED = _Nested()
Steps = Annotated[tuple[SerializeAsAny[StepModel], ...], Field(max_length=LONGEST), NESTED]
"""The type of a field that holds steps."""


@cache
def nested_fields(model: type[BaseModel]) -> Mapping[str, str]:
    """Return the fields of a step or a journey that hold steps, each with the name that it has in a file."""
    fields = model.model_fields.items()
    return {name: field.alias or name for name, field in fields if NESTED in field.metadata}


def walked_through(steps: tuple[StepModel, ...]) -> Iterator[StepModel]:
    """Yield steps and all that are within them, each before its own."""
    for step in steps:
        yield step
        yield from walked_through(step.nested())


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
