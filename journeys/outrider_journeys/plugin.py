"""The plugin ``journeys``: the built-in actions, offered through the same hook as everybody's."""

from collections.abc import Iterable
from typing import Any

from outrider_engine.hookspecs import hookimpl

from .actions.builtin import builtin_actions
from .actions.contract import StepAction


@hookimpl
def outrider_register_step_actions() -> Iterable[StepAction[Any]]:
    """Return the built-in actions."""
    return builtin_actions()
