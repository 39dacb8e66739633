"""The hooks of journeys; see ``outrider_engine.hookspecs`` for how the two families of hooks are called."""

from collections.abc import Iterable
from typing import Any

import pluggy

from .actions.contract import StepAction
from .actions.custom import CustomStep
from .exporting.contract import Exporter
from .importing.contract import Importer

hookspec = pluggy.HookspecMarker("outrider")


@hookspec
def outrider_register_step_actions() -> Iterable[StepAction[Any]]:
    """Return the step actions that this plugin adds to the language of journeys.

    Called once, at start. Two plugins that offer an action of the same name stop the start.
    """
    raise NotImplementedError


@hookspec
def outrider_register_importers() -> Iterable[Importer]:
    """Return the importers that this plugin adds: formats of other tools from which journeys and API monitors are made.

    Called once, at start. Two plugins that offer an importer of the same name stop the start. Formats are detected by
    asking the importers in turn whether they recognise a text, those of plugins before the built-in ones.
    """
    raise NotImplementedError


@hookspec
def outrider_register_exporters() -> Iterable[Exporter]:
    """Return the exporters that this plugin adds: formats of other tools in which journeys can be written.

    Called once, at start. Two plugins that offer an exporter of the same name stop the start.
    """
    raise NotImplementedError


@hookspec
def outrider_register_custom_steps() -> Iterable[CustomStep]:
    """Return what this plugin does when a step of a journey says ``action: custom`` and one of its names.

    For steps that are no verb of the language: those of one site, and those that an import found no word for. Called
    once, at start. Two plugins that offer the same name stop the start.
    """
    raise NotImplementedError
