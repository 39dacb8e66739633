"""What other plugins offer, for plugins that are themselves open to plugins."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Generic, Protocol, TypeVar

from outrider_engine.errors import DuplicateKind

OfferT = TypeVar("OfferT")


class Extensions(Protocol):
    """Reads the answers of all plugins to a register hook."""

    def offers(self, hook: str) -> Sequence[tuple[str, Any]]:
        """Return (plugin name, its answer) for every plugin that implements ``hook``, in order of registration.

        Raises:
            PluginError: no hook of that name is specified.
        """


class Offered(Mapping[str, OfferT], Generic[OfferT]):
    """What plugins offer of one thing, by name, in the order in which it is offered."""

    def __init__(
        self, thing: str, offers: Iterable[tuple[str, Iterable[OfferT]]], name_of: Callable[[OfferT, str], str]
    ) -> None:
        """Take what plugins offer.

        Args:
            thing: what it is, for errors: ``importer``.
            offers: as (plugin, what it offers).
            name_of: returns the name of an offer; is handed the plugin too, and raises ``PluginError`` for an offer
                that breaks its contract.

        Raises:
            DuplicateKind: two plugins offer one of the same name.
            PluginError: an offer breaks its contract.
        """
        self._offers: dict[str, OfferT] = {}
        owners: dict[str, str] = {}
        for plugin, items in offers:
            for item in items:
                name = name_of(item, plugin)
                if name in self._offers:
                    raise DuplicateKind(thing, name, owners[name], plugin)
                self._offers[name] = item
                owners[name] = plugin

    def __getitem__(self, name: str) -> OfferT:
        return self._offers[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._offers)

    def __len__(self) -> int:
        return len(self._offers)
