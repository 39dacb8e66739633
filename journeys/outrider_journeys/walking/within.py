"""What is walked within a step: steps of a block, or another journey."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Protocol

from outrider_engine.domain.observations import Failure
from outrider_journeys.actions.contract import NestedFailure, WalkEnd
from outrider_journeys.defaults import Defaults
from outrider_journeys.model import CalledJourney
from outrider_journeys.naming import ids_by_identity
from outrider_journeys.steps import StepModel


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What holds for the steps of one list.

    Attributes:
        prefix: what their ids begin with.
        ends_at: ``clock.monotonic()`` seconds after which none begins, and beyond which no wait goes.
        pictures_until: the same for the pictures after them.
        whose: whose time is over then, in words.
        base_url: what relative addresses are joined to.
    """

    prefix: str
    ends_at: float
    pictures_until: float
    whose: str
    defaults: Defaults
    base_url: str | None


class ListWalker(Protocol):
    """Walks lists of steps; see ``Stepper``.

    Attributes:
        lesser: failures that did not stop the walk, in order.
        journeys: those that steps may call, by name.
        base_url: goes before that of every journey.
        variables: of the walk, as they are now.
    """

    lesser: list[Failure]
    journeys: Mapping[str, CalledJourney]
    base_url: str | None
    variables: dict[str, str]

    def walk(self, steps: tuple[StepModel, ...], frame: Frame, ids: Mapping[int, str] | None = None) -> None:
        """Walk steps in order, until one of them stops the rest."""

    def step(self, step: StepModel, id: str, frame: Frame) -> None:
        """Walk one step."""


class Within:
    """Walks what is within one step."""

    def __init__(self, walker: ListWalker, step: StepModel, path: str, frame: Frame) -> None:
        """Get ready.

        Args:
            walker: walks the lists.
            step: around them.
            path: its id.
            frame: what holds within it, but for the prefix of ids.
        """
        self._walker = walker
        self._step = step
        self._path = path
        self._frame = frame
        self._ids: dict[int, str] | None = None

    def walk(self, steps: tuple[StepModel, ...], label: str | None) -> None:
        """Walk steps; the lists of one block share their ids, others have their own."""
        prefix = f"{self._path}/" if label is None else f"{self._path}[{label}]/"
        if self._ids is None:
            self._ids = ids_by_identity(self._step.nested())
        ids = self._ids if all(id(each) in self._ids for each in steps) else None
        self._walker.walk(steps, replace(self._frame, prefix=prefix), ids)

    def call(self, name: str) -> None:
        """Walk another journey, its teardown whatever happened; what fails in that only degrades the walk."""
        called = self._walker.journeys[name]
        for variable, value in called.variables.items():
            self._walker.variables.setdefault(variable, value)
        base_url = self._walker.base_url or called.base_url or self._frame.base_url
        frame = replace(self._frame, defaults=called.defaults, base_url=base_url)
        try:
            self._walker.walk(called.setup, replace(frame, prefix=f"{self._path}/setup/"))
            self._walker.walk(called.steps, replace(frame, prefix=f"{self._path}/"))
        except WalkEnd:
            return
        finally:
            self._tidy_up(called, replace(frame, prefix=f"{self._path}/teardown/"))

    def _tidy_up(self, called: CalledJourney, frame: Frame) -> None:
        ids = ids_by_identity(called.teardown)
        for step in called.teardown:
            try:
                self._walker.step(step, frame.prefix + ids[id(step)], frame)
            except NestedFailure as failure:
                self._walker.lesser.append(failure.told)
            except WalkEnd:
                continue
