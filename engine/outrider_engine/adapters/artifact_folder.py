"""Artifacts in a local folder."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from outrider_engine.errors import InvalidInput


class ArtifactFolder:
    """Keeps artifacts as files below one folder; a file appears whole or not at all."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def put(self, key: str, source: Path) -> None:
        """Copy a file's content to ``key``; symbolic links are not followed."""
        target = self._path(key)
        target.parent.mkdir(parents=True, exist_ok=True)
        partial = target.with_name(f".{target.name}.part")
        descriptor = os.open(source, os.O_RDONLY | os.O_NOFOLLOW)
        with os.fdopen(descriptor, "rb") as content, partial.open("wb") as copy:
            shutil.copyfileobj(content, copy)
        partial.replace(target)

    @contextmanager
    def open(self, key: str) -> Iterator[BinaryIO]:
        """Open an artifact for reading."""
        with self._path(key).open("rb") as file:
            yield file

    def delete(self, key: str) -> None:
        """Remove an artifact, and the folders that it leaves empty."""
        path = self._path(key)
        path.unlink(missing_ok=True)
        for folder in path.parents:
            if folder == self._root:
                break
            try:
                folder.rmdir()
            except OSError:
                break

    def keys(self, prefix: str) -> Iterator[str]:
        """Return the keys below a prefix that ends at a ``/``."""
        for path in sorted(self._path(prefix.rstrip("/") or ".").rglob("*")):
            if path.is_file() and not path.name.startswith("."):
                yield path.relative_to(self._root).as_posix()

    def _path(self, key: str) -> Path:
        parts = PurePosixPath(key)
        if parts.is_absolute() or ".." in parts.parts:
            raise InvalidInput(f"not a key of an artifact: {key!r}")
        return self._root / parts
