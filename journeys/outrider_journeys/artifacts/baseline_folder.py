"""Baselines of a journey file, in a folder beside it."""

import shutil
from collections.abc import Iterable
from pathlib import Path

from outrider_engine.domain.baselines import baseline_key, key_of_current
from outrider_engine.domain.observations import ProducedFile

_ENDINGS = (".journey.yaml", ".journey.yml", ".journey.json", ".yaml", ".yml", ".json")


def folder_of(journey: Path) -> Path:
    """Return where the baselines of a journey are: ``shop.baselines`` beside ``shop.journey.yaml``."""
    ending = next((ending for ending in _ENDINGS if journey.name.endswith(ending)), "")
    return journey.with_name(f"{journey.name.removesuffix(ending)}.baselines")


def baselines_in(folder: Path) -> dict[str, Path]:
    """Return the pictures of a folder by their keys."""
    return {baseline_key(path.parent.name, path.stem): path for path in sorted(folder.glob("*/*.png"))}


def keep_baselines(files: Iterable[ProducedFile], folder: Path, *, replace: bool) -> list[Path]:
    """Make baselines of the pictures that a run has left; returns those that were written."""
    written = []
    for file in files:
        key = key_of_current(file.name)
        path = folder / f"{key}.png" if key is not None else None
        if path is not None and (replace or not path.exists()):
            path.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file.path, path)
            written.append(path)
    return written
