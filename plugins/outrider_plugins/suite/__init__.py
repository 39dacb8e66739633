"""The plugin ``suite``: runs test suites of pytest and pytest-playwright, each in a confinement of its own.

The suites' own processes import this package as well, for the plugin of their pytest, and should start quickly. So
nothing of the engine is imported until the engine asks.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

import pluggy

if TYPE_CHECKING:
    from .check_type import SuiteCheckType

hookimpl = pluggy.HookimplMarker("outrider")


@hookimpl
def outrider_register_check_types() -> "Iterable[SuiteCheckType]":
    """Return the check type ``suite``."""
    from .check_type import SuiteCheckType  # noqa: PLC0415 - see above

    return [SuiteCheckType()]
