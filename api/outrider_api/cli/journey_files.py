"""Journeys of files and folders: all of them, or what is wrong with any."""

import os
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from outrider_engine.errors import InvalidInput, did_you_mean
from outrider_journeys.actions.registry import StepActions
from outrider_journeys.loading import load_journey
from outrider_journeys.model import Journey
from outrider_journeys.problems import InvalidJourney

SUFFIXES = (".journey.yaml", ".journey.yml", ".journey.json")
"""How files end that are found in folders; a file that is named itself may be called anything."""
_PASSED_OVER = frozenset({"node_modules", "__pycache__"})


@dataclass(frozen=True, slots=True)
class JourneyFile:
    """A journey and where it was found."""

    path: Path
    journey: Journey


def load_journeys(paths: Sequence[Path], actions: StepActions, *, tags: Sequence[str] = ()) -> tuple[JourneyFile, ...]:
    """Return the journeys of files and folders, those of a folder in the order of their names.

    Args:
        paths: files and folders that exist.
        actions: the actions that steps may use.
        tags: only journeys with any of these; all, if there are none.

    Raises:
        InvalidInput: names all that is wrong with any of them, or says that there is none.
    """
    found: list[JourneyFile] = []
    problems: list[str] = []
    known: set[str] = set()
    for path in files_of(paths):
        try:
            journey = load_journey(path, actions)
        except InvalidJourney as error:
            problems.append(str(error))
            continue
        known.update(journey.tags)
        if tags and not set(tags) & set(journey.tags):
            continue
        if not journey.steps:
            problems.append(f"{path.name}: there are no steps in it, nothing to run")
        found.append(JourneyFile(path, journey))
    if problems:
        raise InvalidInput("\n".join(problems))
    if not found:
        raise InvalidInput(nothing_in(paths, tags, known))
    return tuple(found)


def files_of(paths: Sequence[Path]) -> list[Path]:
    """Return the files of paths, each once: those that are named themselves, and the journeys of folders."""
    return list(dict.fromkeys(file for path in paths for file in (_within(path) if path.is_dir() else (path,))))


def _within(folder: Path) -> Iterator[Path]:
    """Walk without following links, so that no loop of them goes on for ever."""
    for root, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name not in _PASSED_OVER)
        yield from (Path(root, name) for name in sorted(names) if name.endswith(SUFFIXES))


def nothing_in(paths: Sequence[Path], tags: Sequence[str] = (), known: Collection[str] = ()) -> str:
    """Return the sentence that there is no journey in some paths; ``known`` are the tags that journeys there have."""
    where = ", ".join(map(str, paths))
    if tags:
        guesses = "".join(did_you_mean(tag, known) for tag in tags)
        return f"no journey in {where} has the tag {' or '.join(tags)}{guesses}"
    return f"there is no journey in {where}; files are found that end with {', '.join(SUFFIXES)}"
