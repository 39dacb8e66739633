"""A journey: a few steps in a browser, as data."""

from collections.abc import Iterator
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, model_validator

from outrider_engine.domain.login_states import MOST_OF_RUN
from outrider_engine.domain.templates import names_in

from .artifact_choices import ArtifactChoices, PolicyWord
from .browser_options import BrowserOptions
from .defaults import Defaults
from .naming import ids_by_place, step_ids
from .nesting import check_calls, check_nesting
from .steps import (
    LONGEST,
    ImportedFrom,
    Record,
    StepModel,
    Steps,
    nested_fields,
    walked_through,
)
from .strict_model import Seconds, StrictModel, Text, VariableName

PARTS = ("setup", "steps", "teardown")
"""The fields of a journey that hold steps."""
_NEVER_FILLED_IN = frozenset({"id", "name", "imported_from"})


def _as_text(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int | float) else value


def _absolute(url: str) -> str:
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise ValueError(f"not an address: {error}") from None
    if "{{" not in url and (parts.scheme not in ("http", "https") or not parts.netloc):
        raise ValueError("must begin with http:// or https:// and name a host")
    return url


PlainValue = Annotated[Text, BeforeValidator(_as_text)]
BaseUrl = Annotated[str, Field(max_length=2000), AfterValidator(_absolute)]
Tag = Annotated[str, Field(min_length=1, max_length=100)]
CallName = Annotated[str, Field(min_length=1, max_length=200)]
MOST_CALLED = 50
"""Journeys that one may call, those that they call among them."""


class CalledJourney(StrictModel):
    """A journey as far as others can call it: what is done, and which values that takes."""

    name: str = Field(default="", max_length=200, examples=["Checkout"])
    """What people call it."""
    base_url: BaseUrl | None = Field(default=None, examples=["https://shop.example"])
    """Address that relative addresses are joined to."""
    variables: Annotated[dict[VariableName, PlainValue], Field(max_length=1000)] = Field(default_factory=dict)
    """Plain values by name; whoever runs the journey may give others."""
    secrets: Annotated[tuple[VariableName, ...], Field(max_length=200)] = ()
    """Names of the secrets it needs. Their values are never part of a journey."""
    defaults: Defaults = Field(default_factory=Defaults)
    """What holds for steps that say nothing else."""
    setup: Steps = ()
    """What is done first; if it fails, the steps are not begun."""
    steps: Steps = ()
    """What is done, in order."""
    teardown: Steps = ()
    """What is done at the end, whatever happened; a share of the time is kept for it."""

    def own_steps(self) -> Iterator[StepModel]:
        """Yield every step of setup, steps and teardown, and all that are within them."""
        for part in PARTS:
            yield from walked_through(getattr(self, part))

    @property
    def calls(self) -> tuple[str, ...]:
        """The names of the journeys that its steps call."""
        return tuple(step.calls for step in self.own_steps() if step.calls is not None)

    def check(self, place: str = "") -> None:
        """Refuse what can't be walked.

        Args:
            place: what places of steps begin with.

        Raises:
            ValueError: says where it is, and what.
        """
        both = sorted(set(self.secrets) & set(self.variables))
        if both:
            raise ValueError(f"{', '.join(both)} is both a variable and a secret")
        for part in PARTS:
            check_nesting([(f"{place}{part}[{index}]", step) for index, step in enumerate(getattr(self, part))])


class Journey(CalledJourney):
    """A few steps in a browser. Texts may name variables and secrets as `{{NAME}}`."""

    version: Literal[1] = 1
    """Version of the language."""
    description: str = Field(default="", max_length=10_000)
    """What it is for."""
    tags: tuple[Tag, ...] = Field(default=(), max_length=50)
    """Words to find it by."""
    browser: BrowserOptions = Field(default_factory=BrowserOptions)
    """How the browser presents itself."""
    artifacts: ArtifactChoices = Field(default_factory=ArtifactChoices)
    """When files are kept: of every run (`always`), of runs that fail (`on_failure`) or `never`; in one word for all
    that cost little (`never`: for all), or by kind."""
    trace: PolicyWord = "on_failure"
    """When the trace is kept; `artifacts: {trace: …}` goes before it. Unless `never`, it is recorded, at a tenth or so
    of a run's cost."""
    timeout: Seconds | None = None
    """Seconds for all of it, at most those of the check."""
    journeys: Annotated[dict[CallName, CalledJourney], Field(max_length=MOST_CALLED)] = Field(default_factory=dict)
    """Journeys that `call` steps name, by that name. Whoever starts the run adds those that are not here."""
    imported_from: ImportedFrom | None = None
    """Where an imported journey came from. Nothing acts on it."""

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        self.check()
        for name, called in self.journeys.items():
            called.check(f"journeys.{name}.")
        check_calls({"": self.calls, **{name: called.calls for name, called in self.journeys.items()}})
        count = sum(1 for _ in self.all_steps())
        if count > LONGEST:
            raise ValueError(f"there are {count} steps in it with those within others, more than {LONGEST}")
        if len(self.login_states) > MOST_OF_RUN:
            used = ", ".join(sorted(self.login_states))
            raise ValueError(f"a run can use {MOST_OF_RUN} login states at most, not {used}")
        return self

    @property
    def login_states(self) -> frozenset[str]:
        """The names of the login states that it uses."""
        used = {name for step in self.all_steps() if (name := step.uses_login_state()) is not None}
        return frozenset(used | ({self.browser.storage_state} if self.browser.storage_state else set()))

    def all_steps(self) -> Iterator[StepModel]:
        """Yield every step of it and of the journeys that it calls, and all that are within them."""
        for journey in (self, *self.journeys.values()):
            yield from journey.own_steps()

    @property
    def all_secrets(self) -> tuple[str, ...]:
        """The names of the secrets that it and the journeys that it calls need."""
        named = [name for journey in (self, *self.journeys.values()) for name in journey.secrets]
        return tuple(dict.fromkeys(named))

    @property
    def step_ids(self) -> tuple[str, ...]:
        """The ids of its steps (without those within others), those derived from their content among them."""
        return step_ids(self.steps)

    @property
    def ids_by_place(self) -> dict[str, str]:
        """The ids of all its steps by their places, as ``steps[2].then[0]``: each is one of its list."""
        return {place: id for part in PARTS for place, id in ids_by_place(part, getattr(self, part))}

    @property
    def needs(self) -> frozenset[Record]:
        """What has to be recorded from the start of a walk on."""
        return frozenset(record for step in self.all_steps() for record in step.needs)


def variables_named(step: StepModel) -> set[str]:
    """Return the variables that the texts of a step itself name, without those of steps within it.

    Its id and name are never filled in.
    """
    others = {*_NEVER_FILLED_IN, *nested_fields(type(step))}
    given = [value for name, value in step if name not in others]
    return {name for text in _texts(given) for name in names_in(text)}


def _texts(tree: Any) -> Iterator[str]:
    if isinstance(tree, str):
        yield tree
    elif isinstance(tree, BaseModel):
        for _, value in tree:
            yield from _texts(value)
    elif isinstance(tree, dict):
        for value in tree.values():
            yield from _texts(value)
    elif isinstance(tree, list | tuple):
        for value in tree:
            yield from _texts(value)
