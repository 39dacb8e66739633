"""What tests of importers ask of an import."""

import json
from typing import Any

from outrider_journeys.importing.contract import Imported, ImportOptions
from outrider_journeys.importing.receipt import Outcome
from outrider_journeys.importing.registry import Importers


def steps_of(imported: Imported, position: int = 0) -> list[dict[str, Any]]:
    """Return the steps of a journey without where they came from."""
    return [without_origin(step) for step in imported.checks[position].definition["steps"]]


def without_origin(tree: Any) -> Any:
    """Return plain data without the origins of steps."""
    if isinstance(tree, dict):
        return {key: without_origin(value) for key, value in tree.items() if key != "imported_from"}
    return [without_origin(each) for each in tree] if isinstance(tree, list | tuple) else tree


def outcomes(imported: Imported, *wanted: Outcome) -> dict[str, str]:
    """Return place and note of the lines of some outcomes."""
    return {line.where: line.note for line in imported.receipt.of(*wanted)}


def read(importers: Importers, format: str, source: object, **options: Any) -> Imported:
    """Read a source by one importer, without making its result fit the actions that are installed."""
    text = source if isinstance(source, str) else json.dumps(source)
    return importers[format].read(text, ImportOptions(**options))
