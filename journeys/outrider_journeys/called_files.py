"""Finding the journeys that a file calls among the files beside it."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from .model import MOST_CALLED, CalledJourney
from .problems import InvalidJourney, Problem

ENDINGS = (".journey.yaml", ".journey.yml", ".journey.json")
_MOST_FILES = 500
"""Files of a folder that are looked into for a journey of a name."""

Read = Callable[[Path], dict[str, Any]]


def take_in_called(journey: dict[str, Any], folder: Path, read: Read) -> None:
    """Put the journeys that a journey calls, and those that they call, under its ``journeys``.

    Args:
        journey: as it was read; is changed.
        folder: where files are looked for, and nowhere else.
        read: returns what a file says.

    Raises:
        InvalidJourney: nothing here is called so, or a file is no journey.
    """
    given = journey.setdefault("journeys", {})
    if not isinstance(given, dict):
        return  # the model says what is wrong with it
    waiting = [*calls_in(journey, "")]
    while waiting:
        place, name = waiting.pop()
        if name in given:
            continue
        if len(given) >= MOST_CALLED:
            raise _refused(f"calls more than {MOST_CALLED} journeys, those that they call among them", place)
        path = found_beside(name, folder, read)
        if path is None:
            raise _refused(f"there is no journey {name!r} beside this file", place)
        try:
            given[name] = _as_called(read(path), path)
        except InvalidJourney as error:
            found = [Problem(message=f"{path.name}: {each}", field=place) for each in error.problems]
            raise InvalidJourney(found) from None
        waiting += [(place, each) for _, each in calls_in(given[name], "")]
    if not given:
        del journey["journeys"]


def calls_in(tree: Any, place: str) -> Iterator[tuple[str, str]]:
    """Yield the names of the journeys that steps in plain data call, each with the place of the name."""
    if isinstance(tree, list):
        for index, value in enumerate(tree):
            yield from calls_in(value, f"{place}[{index}]")
    elif isinstance(tree, dict):
        name = tree.get("journey") if tree.get("action") == "call" else None
        if isinstance(name, str):
            yield f"{place}.journey", name
        for key, value in tree.items():
            if key != "imported_from":
                yield from calls_in(value, f"{place}.{key}" if place else str(key))


def _as_called(data: dict[str, Any], path: Path) -> dict[str, Any]:
    kept = {name: value for name, value in data.items() if name in CalledJourney.model_fields}
    return {"name": path.name.removesuffix(path.suffix).removesuffix(".journey"), **kept}


def found_beside(name: str, folder: Path, read: Read) -> Path | None:
    """Return the file that a call of a name means: of that name in the folder, else one whose journey is called so."""
    stems = (name,) if "/" in name else (name, re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-"))
    for candidate in (name, *(f"{stem}{ending}" for stem in stems for ending in ENDINGS)):
        path = (folder / candidate).resolve()
        if path.is_relative_to(folder.resolve()) and path.is_file():
            return path
    files = sorted(path for ending in ENDINGS for path in folder.glob(f"*{ending}"))
    return next((path for path in files[:_MOST_FILES] if _name_in(path, read) == name), None)


def _name_in(path: Path, read: Read) -> Any:
    try:
        return read(path).get("name")
    except InvalidJourney:
        return None  # another file's fault is not this journey's


def _refused(message: str, field: str) -> InvalidJourney:
    return InvalidJourney([Problem(message=message, field=field)])
