"""The folder of a slot: short, its own, emptied after each run, and found again when its owner died.

Its name carries the owner's process id and start time, so that whoever comes next can tell that nobody uses it any
more. It is short because Chromium puts a socket into it, whose path may have 107 bytes (unix(7)).
"""

import os
import secrets
import shutil
import stat
from dataclasses import dataclass
from pathlib import Path

import structlog

from outrider_engine.errors import ConfigurationError

from .process_table import process_of

log = structlog.get_logger(__name__)

_PREFIX = "outr"
_LONGEST = 48
"""Bytes that the folder's path may have; Chromium adds up to 55."""


@dataclass(frozen=True, slots=True)
class Usage:
    """What a folder holds: allocated bytes and number of entries."""

    size: int
    entries: int


class SlotFolder:
    """A folder with a home and a temporary folder that stay, and one folder for each run."""

    def __init__(self, root: Path) -> None:
        me = process_of(os.getpid())
        started = me.started if me else 0
        self.path = root / f"{_PREFIX}-{os.getpid():x}-{started:x}-{secrets.token_hex(3)}"
        if len(os.fsencode(self.path)) > _LONGEST:
            raise ConfigurationError(
                f"the folder for runner processes has a path of more than {_LONGEST} bytes, too long for Chromium's"
                f" socket: {self.path}; set TMPDIR to a shorter one"
            )
        self.path.mkdir(mode=0o700, parents=True)
        self.home = self.path / "home"
        self.temporary = self.path / "t"
        self.runs = self.path / "run"
        self._make()

    def new_run(self, number: int) -> Path:
        """Make and return the folder of a run."""
        folder = self.runs / str(number)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return folder

    def usage(self) -> Usage:
        """Weigh the whole folder; symbolic links are not followed."""
        return _usage(self.path)

    def sweep(self) -> None:
        """Remove everything but the caches of fonts, which cost a tenth of a second to build."""
        shutil.rmtree(self.runs, ignore_errors=True)
        for entry in self.temporary.iterdir():
            _remove(entry)
        for entry in self.home.iterdir():
            if entry.name != ".cache":
                _remove(entry)
        cache = self.home / ".cache"
        if cache.is_dir() and not cache.is_symlink():
            for entry in cache.iterdir():
                if entry.name != "fontconfig":
                    _remove(entry)
        self._make()

    def remove(self) -> None:
        """Remove the folder with everything in it."""
        shutil.rmtree(self.path, ignore_errors=True)
        if self.path.exists():
            log.warning("slot folder could not be removed", folder=str(self.path))

    def _make(self) -> None:
        for folder in (self.home, self.temporary, self.runs):
            folder.mkdir(mode=0o700, exist_ok=True)


def remove_abandoned(root: Path) -> int:
    """Remove the slot folders whose owner is gone; returns how many."""
    removed = 0
    for folder in root.glob(f"{_PREFIX}-*-*-*"):
        if _is_ours(folder) and _is_abandoned(folder.name):
            shutil.rmtree(folder, ignore_errors=True)
            removed += 1
    if removed:
        log.info("folders of dead processes removed", count=removed, root=str(root))
    return removed


def _is_ours(folder: Path) -> bool:
    try:
        status = folder.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(status.st_mode) and status.st_uid == os.geteuid()


def _is_abandoned(name: str) -> bool:
    try:
        _, pid, started, _ = name.split("-")
        owner = process_of(int(pid, 16))
        return owner is None or owner.started != int(started, 16)
    except ValueError:
        return False


def _usage(folder: Path) -> Usage:
    size = entries = 0
    pending = [os.fspath(folder)]
    while pending:
        try:
            with os.scandir(pending.pop()) as listing:
                for entry in listing:
                    status = entry.stat(follow_symlinks=False)
                    entries += 1
                    size += status.st_blocks * 512
                    if stat.S_ISDIR(status.st_mode):
                        pending.append(entry.path)
        except OSError:
            continue  # gone while we looked: the browser cleans up behind itself
    return Usage(size, entries)


def _remove(entry: Path) -> None:
    if entry.is_dir() and not entry.is_symlink():
        shutil.rmtree(entry, ignore_errors=True)
    else:
        entry.unlink(missing_ok=True)
