"""The plugin ``journeys``: the built-in actions, importers and exporters, offered through everybody's hooks.

Importers and exporters are only imported when they are asked for: what walks journeys needs none.
"""

from collections.abc import Iterable
from typing import Any

from outrider_engine.hookspecs import hookimpl

from .actions.builtin import builtin_actions
from .actions.contract import StepAction
from .exporting.contract import Exporter
from .importing.contract import Importer


@hookimpl
def outrider_register_step_actions() -> Iterable[StepAction[Any]]:
    """Return the built-in actions."""
    return builtin_actions()


@hookimpl
def outrider_register_importers() -> Iterable[Importer]:
    """Return the built-in importers."""
    from .importing.builtin import builtin_importers  # noqa: PLC0415 - see above

    return builtin_importers()


@hookimpl
def outrider_register_exporters() -> Iterable[Exporter]:
    """Return the built-in exporters."""
    from .exporting.builtin import builtin_exporters  # noqa: PLC0415 - see above

    return builtin_exporters()
