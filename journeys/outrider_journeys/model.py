"""A journey: a few steps in a browser, as data."""

import math
from collections.abc import Iterator, Sequence
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from outrider_engine.domain.templates import names_in

from .artifact_choices import ArtifactChoices, PolicyWord
from .browser_options import BrowserOptions
from .naming import step_ids
from .steps import (
    LONGEST,
    ImportedFrom,
    OnFailure,
    PictureWish,
    Record,
    StepModel,
    Steps,
    nested_fields,
    walked_through,
)
from .strict_model import Seconds, StrictModel, Text, VariableName

DEEPEST = 10
"""Levels of blocks within blocks."""
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


class Journey(StrictModel):
    """A few steps in a browser. Texts may name variables and secrets as `{{NAME}}`."""

    version: Literal[1] = 1
    """Version of the language."""
    name: str = Field(default="", max_length=200, examples=["Checkout"])
    """What people call it."""
    description: str = Field(default="", max_length=10_000)
    """What it is for."""
    base_url: BaseUrl | None = Field(default=None, examples=["https://shop.example"])
    """Address that relative addresses are joined to."""
    tags: tuple[Tag, ...] = Field(default=(), max_length=50)
    """Words to find it by."""
    variables: Annotated[dict[VariableName, PlainValue], Field(max_length=1000)] = Field(default_factory=dict)
    """Plain values by name; whoever runs the journey may give others."""
    secrets: Annotated[tuple[VariableName, ...], Field(max_length=200)] = ()
    """Names of the secrets it needs. Their values are never part of a journey."""
    browser: BrowserOptions = Field(default_factory=BrowserOptions)
    """How the browser presents itself."""
    defaults: Defaults = Field(default_factory=Defaults)
    """What holds for steps that say nothing else."""
    artifacts: ArtifactChoices = Field(default_factory=ArtifactChoices)
    """When files are kept: of every run (`always`), of runs that fail (`on_failure`) or `never`; in one word for all
    that cost little (`never`: for all), or by kind."""
    trace: PolicyWord = "on_failure"
    """When the trace is kept; `artifacts: {trace: …}` goes before it. Unless `never`, it is recorded, at a tenth or so
    of a run's cost."""
    timeout: Seconds | None = None
    """Seconds for all of it, at most those of the check."""
    setup: Steps = ()
    """What is done first; if it fails, the steps are not begun."""
    steps: Steps = ()
    """What is done, in order."""
    teardown: Steps = ()
    """What is done at the end, whatever happened; a share of the time is kept for it."""
    imported_from: ImportedFrom | None = None
    """Where an imported journey came from. Nothing acts on it."""

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        both = sorted(set(self.secrets) & set(self.variables))
        if both:
            raise ValueError(f"{', '.join(both)} is both a variable and a secret")
        for part in PARTS:
            _check([(f"{part}[{index}]", step) for index, step in enumerate(getattr(self, part))])
        count = sum(1 for _ in self.all_steps())
        if count > LONGEST:
            raise ValueError(f"there are {count} steps in it with those within others, more than {LONGEST}")
        return self

    def all_steps(self) -> Iterator[StepModel]:
        """Yield every step of setup, steps and teardown, and all that are within them."""
        for part in PARTS:
            yield from walked_through(getattr(self, part))

    @property
    def step_ids(self) -> tuple[str, ...]:
        """The ids of its steps (without those within others), those derived from their content among them."""
        return step_ids(self.steps)

    @property
    def needs(self) -> frozenset[Record]:
        """What has to be recorded from the start of a walk on."""
        return frozenset(record for step in self.all_steps() for record in step.needs)


def _check(steps: Sequence[tuple[str, StepModel]], depth: int = 1) -> None:
    """Refuse ids that two steps of one list (or of the lists of one block) share, and blocks that are too deep.

    Args:
        steps: each with its place, as in ``steps[2].then[0]``.
        depth: how many lists deep they are, from 1.
    """
    seen: dict[str, str] = {}
    for place, step in steps:
        if step.id is not None and seen.setdefault(step.id, place) != place:
            raise ValueError(f"{place}.id: {step.id!r} is the id of {seen[step.id]} already")
        within = [
            (f"{place}.{spelled}[{index}]", each)
            for field, spelled in nested_fields(type(step)).items()
            for index, each in enumerate(getattr(step, field))
        ]
        if within and depth > DEEPEST:
            raise ValueError(f"{place}: steps are nested deeper than {DEEPEST} levels")
        if within:
            _check(within, depth + 1)


def variables_named(step: StepModel) -> set[str]:
    """Return the variables that the texts of a step itself name, without those of steps within it.

    Its id and name are never filled in.
    """
    given = step.model_dump(exclude_defaults=True, exclude={*_NEVER_FILLED_IN, *nested_fields(type(step))})
    return {name for text in _texts(given) for name in names_in(text)}


def _texts(tree: Any) -> Iterator[str]:
    if isinstance(tree, str):
        yield tree
    elif isinstance(tree, dict):
        for value in tree.values():
            yield from _texts(value)
    elif isinstance(tree, list | tuple):
        for value in tree:
            yield from _texts(value)
