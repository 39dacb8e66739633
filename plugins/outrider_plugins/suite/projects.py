"""The folder in which a suite lives for one run."""

import os
import shutil
import stat
from dataclasses import dataclass
from pathlib import Path

from .archives import unpack
from .layers import Layers
from .settings import SuiteSettings, decoded

SHOWN_AT = "/suite"
"""Where a suite with a file system of its own sees its folder: the same for every run, and short."""


@dataclass(frozen=True, slots=True)
class Project:
    """A suite's folder.

    Attributes:
        outside: where we see it.
        inside: where the suite sees it.
        root: an empty folder for its own root; ``None`` when it has none.
    """

    outside: Path
    inside: Path
    root: Path | None

    def take(self, named: str, target: Path, largest: int) -> bool:
        """Copy a file that a suite has left; returns whether it is a plain one, in its folder, and not too large.

        Nothing of the suite must be running any more: it could exchange what is looked at here.
        """
        source = self._seen_outside(named)
        return source is not None and self._is_reached_without_links(source) and _copied(source, target, largest)

    def _seen_outside(self, named: str) -> Path | None:
        path = Path(os.path.normpath(self.inside / "project" / named))
        return self.outside / path.relative_to(self.inside) if path.is_relative_to(self.inside) else None

    def _is_reached_without_links(self, source: Path) -> bool:
        try:
            return source.resolve(strict=True) == self.outside.resolve() / source.relative_to(self.outside)
        except (OSError, RuntimeError):
            return False


def lay_out(settings: SuiteSettings, folder: Path, layers: Layers) -> Project:
    """Write a suite's files, and give them to the user that it becomes.

    Raises:
        InvalidInput: the archive can't be unpacked.
    """
    outside = folder / "s"
    for part in ("project", "home", "t", "results"):
        (outside / part).mkdir(parents=True)
    if settings.archive is not None:
        unpack(decoded(settings.archive), outside / "project")
    else:
        (outside / "project" / settings.file_name).write_text(settings.code or "", encoding="utf-8")
    if layers.user is not None:
        _give(outside, layers.user)
    root = None
    if layers.namespaces:
        root = folder / "r"
        root.mkdir()
    elif layers.user is not None:
        _let_through(folder)
    return Project(outside, Path(SHOWN_AT) if layers.namespaces else outside, root)


def _give(folder: Path, user: int) -> None:
    for place, folders, files in os.walk(folder):
        for name in (".", *folders, *files):
            os.chown(Path(place) / name, user, user, follow_symlinks=False)


def _let_through(folder: Path) -> None:
    """Let another user pass the run's folder and the two above, which are the slot's own; none can be listed."""
    for each in (folder, folder.parent, folder.parent.parent):
        each.chmod(0o711)


def _copied(source: Path, target: Path, largest: int) -> bool:
    descriptor = os.open(source, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode) or status.st_nlink != 1 or status.st_size > largest:
            return False
        with target.open("xb") as copy, os.fdopen(os.dup(descriptor), "rb") as file:
            shutil.copyfileobj(file, copy)
    finally:
        os.close(descriptor)
    return True
