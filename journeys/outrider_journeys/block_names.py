"""The names of blocks by the ids that results have: of groups, loops, branches and calls."""

import re
from collections.abc import Mapping

from .model import PARTS, CalledJourney, Journey
from .naming import step_ids
from .steps import StepModel

_ROUNDS_AND_TRIES = re.compile(r"~\d+|\[[^\]/]*\]")


class BlockNames:
    """The names of the blocks of a journey, and of those in the journeys that it calls."""

    def __init__(self, journey: Journey) -> None:
        self._journey = journey
        self._names: dict[str, str | None] = {}

    def of(self, id: str) -> str | None:
        """Return the name of the block whose results have an id, whatever the round; ``None`` when it is no block's."""
        path = _ROUNDS_AND_TRIES.sub("", id)
        if path not in self._names:
            step = self._found(path.split("/"), self._journey)
            self._names[path] = step.display_name if step is not None and step.is_block else None
        return self._names[path]

    def _found(self, path: list[str], within: CalledJourney | StepModel) -> StepModel | None:
        """Return the step that a way of ids leads to, from a block or a journey; ``None`` if there is none."""
        if isinstance(within, StepModel) and within.calls is not None:
            called = self._journey.journeys.get(within.calls)
            return self._found(path, called) if called is not None else None
        is_part = isinstance(within, CalledJourney) and path[0] in PARTS and len(path) > 1
        if is_part and (found := _by_id(getattr(within, path[0])).get(path[1])) is not None:
            return self._beyond(path[2:], found)
        steps = within.nested() if isinstance(within, StepModel) else within.steps
        found = _by_id(steps).get(path[0])
        return self._beyond(path[1:], found) if found is not None else None

    def _beyond(self, path: list[str], step: StepModel) -> StepModel | None:
        return self._found(path, step) if path else step


def _by_id(steps: tuple[StepModel, ...]) -> Mapping[str, StepModel]:
    return dict(zip(step_ids(steps), steps, strict=True))
