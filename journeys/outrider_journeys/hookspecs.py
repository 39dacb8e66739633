"""The hooks of journeys; see ``outrider_engine.hookspecs`` for how the two families of hooks are called."""

from collections.abc import Iterable
from typing import Any

import pluggy

from .actions.contract import StepAction

hookspec = pluggy.HookspecMarker("outrider")


@hookspec
def outrider_register_step_actions() -> Iterable[StepAction[Any]]:
    """Return the step actions that this plugin adds to the language of journeys.

    Called once, at start. Two plugins that offer an action of the same name stop the start.
    """
    raise NotImplementedError
