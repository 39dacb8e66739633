"""Which of the files that a runner names may be kept: real ones, from the run's own folder, each by its own name."""

import os
import stat
from collections.abc import Iterable
from pathlib import Path

import structlog

from outrider_engine.domain.observations import ProducedFile

log = structlog.get_logger(__name__)


def kept_files(files: Iterable[ProducedFile], folder: Path) -> tuple[ProducedFile, ...]:
    """Return those files that are regular, in ``folder`` itself or below it, and reached without any link.

    The others are left out and logged: a runner that names them is broken or hostile.
    """
    kept = []
    for file in files:
        if _is_in(file.path, folder) and _is_plain(file.path):
            kept.append(file)
        else:
            log.warning("a file named by a runner is not kept", name=file.name)
    return tuple(kept)


def _is_in(path: Path, folder: Path) -> bool:
    """Whether the path leads into the folder, links resolved; equal to its own resolution, so that there are none."""
    try:
        resolved_folder = folder.resolve(strict=True)
        inside = path.relative_to(folder)
        return path.resolve(strict=True) == resolved_folder / inside and ".." not in inside.parts
    except (OSError, ValueError):
        return False


def _is_plain(path: Path) -> bool:
    try:
        status = os.lstat(path)
    except OSError:
        return False
    return stat.S_ISREG(status.st_mode) and status.st_nlink == 1
