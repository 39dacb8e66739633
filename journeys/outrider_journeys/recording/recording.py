"""A recording under way: events in, a clean journey out."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from outrider_journeys.actions.registry import StepActions
from outrider_journeys.importing.contract import ImportProblem

from .cleaning import cleaned, without_shortcuts
from .making import journey_of, moment_on
from .moments import Caused, Moment, Way, attributed, in_order
from .recorded import Recorded


class Recording:
    """Takes in what happens and makes a journey of it at any time. Not thread-safe.

    Args:
        actions: the actions that steps may use.
        name: the journey's; made of the first address when absent.
        browser: options of the journey's browser: device, engine and the like.
    """

    def __init__(
        self,
        actions: StepActions,
        *,
        name: str | None = None,
        browser: Mapping[str, Any] | None = None,
    ) -> None:
        self._actions = actions
        self._name = name
        self._browser = dict(browser or {})
        self._on_change: Callable[[], None] = lambda: None
        self._moments: list[Moment] = []
        self._closed: list[Moment] = []
        self._caused: list[Caused] = []

    def tell(self, on_change: Callable[[], None]) -> None:
        """Call this, and nothing else, after each event that may have changed the steps."""
        self._on_change = on_change

    def acted(self, moment: Moment) -> None:
        """Take in an action."""
        self._moments.append(moment)
        self._on_change()

    def acted_again(self, moment: Moment) -> None:
        """Take in what is the same action as the last one, further on: a text with one more letter."""
        if self._moments and self._moments[-1].acts_like(moment):
            # It began when the first letter was typed; what happened since was caused by it, not before it.
            moment = replace(moment, at=self._moments.pop().at)
        self.acted(moment)

    def caused(self, caused: Caused) -> None:
        """Take in what happened to a page."""
        self._caused.append(caused)
        self._on_change()

    def went(self, caused: Caused, way: Way) -> None:
        """Take in how a page got where a navigation that was taken in has led."""
        self._caused = [replace(each, way=way) if each is caused else each for each in self._caused]
        self._on_change()

    def closed(self, page: str, at: float) -> None:
        """Take in that a page was closed; the last one ends the recording and is no step."""
        self._closed.append(Moment(page=page, action={"name": "closePage"}, at=at))
        self._on_change()

    def begun_anew(self, moments: Iterable[Moment], caused: Iterable[Caused]) -> None:
        """Take in everything from the beginning, in place of all that was there."""
        self._moments, self._closed, self._caused = list(moments), [], list(caused)
        self._on_change()

    def forget(self) -> None:
        """Drop everything, secrets above all."""
        for kept in (self._moments, self._closed, self._caused):
            kept.clear()

    @property
    def moments(self) -> list[Moment]:
        """The actions that count, in order, each with what it caused."""
        found = cleaned(attributed(without_shortcuts(in_order(self._moments, self._closed)), self._caused))
        while found and found[-1].name == "closePage":
            found.pop()
        return found

    def made(self) -> Recorded:
        """Return the journey so far. An action of which no step can be made is left out, which a note says.

        Raises:
            ImportProblem: nothing can be made of it at all.
        """
        moments, lost = self.moments, []
        while True:
            try:
                recorded = journey_of(moments, self._actions, name=self._name, browser=self._browser)
            except ImportProblem as problem:
                if problem.line is None:
                    raise
                del moments[moment_on(problem.line)]
                lost.append(f"an action was left out that could not be understood: {problem.problem}")
            else:
                return replace(recorded, notes=(*recorded.notes, *lost))
