"""What other plugins offer, for plugins that are themselves open to plugins."""

from collections.abc import Sequence
from typing import Any, Protocol


class Extensions(Protocol):
    """Reads the answers of all plugins to a register hook."""

    def offers(self, hook: str) -> Sequence[tuple[str, Any]]:
        """Return (plugin name, its answer) for every plugin that implements ``hook``, in order of registration.

        Raises:
            PluginError: no hook of that name is specified.
        """
