"""Moments as Playwright's recorder tells them."""

from typing import Any

from outrider_journeys.actions.registry import StepActions
from outrider_journeys.plugin import outrider_register_step_actions
from outrider_journeys.recording.moments import Moment

ACTIONS = StepActions([("journeys", outrider_register_step_actions())])


def moment(name: str, selector: str | None = None, *, at: float = 0, page: str = "a", **given: Any) -> Moment:
    """Return a moment; what is not a field of it belongs to the action."""
    of_moment = {key: given.pop(key) for key in ("secret", "selectors", "files", "forwards", "caused") if key in given}
    action = {"name": name, **({"selector": selector} if selector else {}), **given}
    return Moment(page=page, action=action, at=at, **of_moment)
