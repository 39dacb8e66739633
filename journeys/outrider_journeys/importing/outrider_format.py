"""The importer of our own journey files, so that whoever takes any format takes them too."""

import re
from collections.abc import Iterator
from typing import Any

from outrider_journeys.plain_yaml import read_yaml
from outrider_journeys.problems import InvalidJourney

from .contract import LARGEST, Imported, ImportedCheck, ImportOptions, ImportProblem
from .json_reading import read_json
from .receipt import Outcome, ReceiptBook

FORMAT = "outrider"
_HAS_STEPS = re.compile(r'(?m)^(?:steps|setup|teardown):|"steps"\s*:')
_HAS_ACTION = re.compile(r'(?:^|[\s{,-])"?action"?\s*:')


class OutriderFormat:
    """Reads journeys as they are."""

    name = FORMAT
    title = "Outrider journey (YAML or JSON)"
    largest = LARGEST

    def recognises(self, text: str, file_name: str) -> bool:
        """Whether it has steps with actions, or the name of a journey file."""
        if re.search(r"\.journey\.(ya?ml|json)$", file_name):
            return True
        return _HAS_STEPS.search(text) is not None and _HAS_ACTION.search(text) is not None

    def read(self, text: str, options: ImportOptions) -> Imported:
        """Return the journey.

        Raises:
            ImportProblem: it is neither YAML nor JSON, or no object.
        """
        definition = _read(text)
        if not isinstance(definition, dict):
            raise ImportProblem("a journey is an object with name and steps")
        name = options.name or definition.get("name")
        definition["name"] = name if isinstance(name, str) and name.strip() else "Imported journey"
        book = ReceiptBook()
        for where, action in _actions(definition):
            book.add(Outcome.EXACT, where, action)
        secrets = definition.get("secrets")
        names = tuple(name for name in secrets if isinstance(name, str)) if isinstance(secrets, list) else ()
        return Imported(FORMAT, (ImportedCheck("journey", definition["name"], definition),), book.receipt(), names)


def _read(text: str) -> Any:
    if text.lstrip().startswith("{"):
        try:
            return read_json(text)
        except ImportProblem:
            pass
    try:
        return read_yaml(text).value
    except InvalidJourney as error:
        raise ImportProblem(error.problems[0].message, line=error.problems[0].line) from None


def _actions(definition: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for part in ("setup", "steps", "teardown"):
        steps = definition.get(part)
        for index, step in enumerate(steps if isinstance(steps, list) else ()):
            if isinstance(step, dict) and isinstance(step.get("action"), str):
                yield f"{part}[{index}]", step["action"]
