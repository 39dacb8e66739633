"""All exporters that are installed."""

import re
from collections.abc import Iterable
from typing import Any

from outrider_engine.contracts.extensions import Extensions, Offered
from outrider_engine.errors import InvalidInput, PluginError

from .contract import Exporter

HOOK = "outrider_register_exporters"
_NAME = re.compile(r"[a-z][a-z0-9-]*")


class Exporters(Offered[Exporter]):
    """The exporters by name."""

    def __init__(self, offers: Iterable[tuple[str, Iterable[Exporter]]]) -> None:
        """Take what plugins offer, as (plugin, its exporters).

        Raises:
            DuplicateKind: two plugins offer an exporter of the same name.
            PluginError: an exporter breaks its contract.
        """
        super().__init__("exporter", offers, _checked)

    @classmethod
    def installed(cls, extensions: Extensions) -> "Exporters":
        """Return the exporters that all installed plugins offer."""
        return cls(extensions.offers(HOOK))

    def chosen(self, format: str) -> Exporter:
        """Return the exporter of a format.

        Raises:
            InvalidInput: there is none.
        """
        if format not in self:
            raise InvalidInput(f"there is no format {format!r}", field="format", allowed=list(self), given=format)
        return self[format]


def _checked(exporter: Any, plugin: str) -> str:
    name = getattr(exporter, "name", None)
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise PluginError(f"plugin {plugin!r} offers an exporter with the name {name!r}: a-z, 0-9 and - are allowed")
    missing = [part for part in ("title", "suffix", "write") if not hasattr(exporter, part)]
    if missing:
        raise PluginError(f"the exporter {name!r} of plugin {plugin!r} has no {', '.join(missing)}")
    return name
