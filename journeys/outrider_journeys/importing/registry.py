"""All importers that are installed, and the import itself: detect, read, make sure that the result can be kept."""

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from outrider_engine.contracts.extensions import Extensions, Offered
from outrider_engine.errors import PluginError
from outrider_journeys.actions.registry import BUILT_IN, StepActions
from outrider_journeys.decoding import decoded

from .contract import Imported, ImportedCheck, Importer, ImportOptions, ImportProblem
from .receipt import Receipt
from .settling import settled

HOOK = "outrider_register_importers"
_NAME = re.compile(r"[a-z][a-z0-9-]*")


class Importers(Offered[Importer]):
    """The importers by name, in the order in which they are asked whether they recognise a text."""

    def __init__(self, offers: Iterable[tuple[str, Iterable[Importer]]], actions: StepActions) -> None:
        """Take what plugins offer, as (plugin, its importers), and the actions of which journeys may be made.

        Raises:
            DuplicateKind: two plugins offer an importer of the same name.
            PluginError: an importer breaks its contract.
        """
        super().__init__("importer", _built_in_last(offers), _checked)
        self._actions = actions

    @classmethod
    def installed(cls, extensions: Extensions) -> "Importers":
        """Return the importers that all installed plugins offer."""
        return cls(extensions.offers(HOOK), StepActions.installed(extensions))

    def import_text(
        self,
        content: str | bytes,
        *,
        file_name: str = "",
        format: str | None = None,
        options: ImportOptions | None = None,
    ) -> Imported:
        """Make checks of a text; its format is detected unless it is named.

        What comes out can be kept as it is: journeys are made of actions that are installed, and a step that no action
        accepts is kept as ``custom``, which the receipt says.

        Args:
            content: the text, or its bytes in UTF-8.
            file_name: what the source is called, which helps to detect the format and to name the result.
            format: name of an importer.
            options: what whoever imports has chosen.

        Raises:
            ImportProblem: the format is not known, or the text is damaged; names the place.
        """
        importer = self._chosen(format) if format is not None else None
        largest = importer.largest if importer else max(each.largest for each in self.values())
        text = decoded(content, largest=largest, refused=ImportProblem)
        importer = importer or self._detected(text, file_name)
        if len(text.encode()) > importer.largest:
            raise ImportProblem(f"is larger than {importer.largest:,} bytes")
        try:
            return self._kept(importer.read(text, options or ImportOptions()))
        except RecursionError:
            raise ImportProblem("is nested too deep") from None

    def _chosen(self, format: str) -> Importer:
        if format not in self:
            raise ImportProblem(f"there is no format {format!r}", field="format", allowed=list(self), given=format)
        return self[format]

    def _detected(self, text: str, file_name: str) -> Importer:
        if not text.strip():
            raise ImportProblem("is empty")
        for importer in self.values():
            if importer.recognises(text, file_name):
                return importer
        raise ImportProblem("is of no format that is known; if it is one of these, name it", allowed=list(self))

    def _kept(self, imported: Imported) -> Imported:
        if not imported.checks:
            raise ImportProblem("there is nothing in it to import")
        lines = list(imported.receipt.lines)
        checks = []
        for check in imported.checks:
            if check.family != "journey":
                checks.append(check)
                continue
            definition, further = settled(check.definition, self._actions)
            lines += further
            checks.append(ImportedCheck(check.family, check.name, definition))
        return replace(imported, checks=tuple(checks), receipt=Receipt(tuple(lines)))


def _built_in_last(offers: Iterable[tuple[str, Iterable[Importer]]]) -> list[tuple[str, Iterable[Importer]]]:
    """Have strangers' importers asked first: they know of fewer texts."""
    return sorted(offers, key=lambda offer: offer[0] == BUILT_IN)


def _checked(importer: Any, plugin: str) -> str:
    name = getattr(importer, "name", None)
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise PluginError(f"plugin {plugin!r} offers an importer with the name {name!r}: a-z, 0-9 and - are allowed")
    missing = [part for part in ("title", "largest", "recognises", "read") if not hasattr(importer, part)]
    if missing:
        raise PluginError(f"the importer {name!r} of plugin {plugin!r} has no {', '.join(missing)}")
    return name
