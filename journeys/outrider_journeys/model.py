"""A journey: a few steps in a browser, as data."""

from collections.abc import Iterator
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, SerializeAsAny, model_validator

from outrider_engine.domain.templates import names_in

from .browser_options import BrowserOptions
from .naming import step_ids
from .steps import OnFailure, StepModel
from .strict_model import Seconds, StrictModel, Text, VariableName

LONGEST = 10_000
"""Steps that a journey may have."""


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
    artifacts: Literal["always", "on_failure", "never"] = "always"
    """When pictures and console messages are kept: of every run, of runs that fail, or never (then no trace either)."""
    trace: Literal["always", "on_failure", "never"] = "on_failure"
    """When the trace is kept. It is recorded unless this is `never`, at a tenth or so of a run's cost."""
    steps: tuple[SerializeAsAny[StepModel], ...] = Field(default=(), max_length=LONGEST)
    """What is done, in order."""

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        both = sorted(set(self.secrets) & set(self.variables))
        if both:
            raise ValueError(f"{', '.join(both)} is both a variable and a secret")
        seen: dict[str, int] = {}
        for position, step in enumerate(self.steps):
            if step.id is not None and seen.setdefault(step.id, position) != position:
                raise ValueError(f"steps[{position}].id: {step.id!r} is the id of steps[{seen[step.id]}] already")
        return self

    @property
    def step_ids(self) -> tuple[str, ...]:
        """The ids of all steps, those derived from their content among them."""
        return step_ids(self.steps)

    def timeout_of(self, step: StepModel) -> float:
        """Return the seconds that a step may take."""
        if step.timeout is not None:
            return step.timeout
        return self.defaults.navigation_timeout if step.navigates else self.defaults.timeout

    def goes_on_after(self, step: StepModel) -> bool:
        """Whether the walk goes on when the step fails."""
        return step.is_soft or (step.on_failure or self.defaults.on_failure) is OnFailure.CONTINUE


def variables_named(step: StepModel) -> set[str]:
    """Return the variables that the texts of a step name (its own id and name are never filled in)."""
    given = step.model_dump(exclude_defaults=True, exclude={"id", "name"})
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
