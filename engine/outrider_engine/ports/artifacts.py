"""Where the files of runs are kept."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import BinaryIO, Protocol


class ArtifactStore(Protocol):
    """Keeps files under keys of the form ``organization/run/name``. A stranger's store is a plugin."""

    def put(self, key: str, source: Path) -> None:
        """Keep the content of a local file under ``key``; an existing one is replaced."""

    def open(self, key: str) -> AbstractContextManager[BinaryIO]:
        """Open what is kept under ``key`` for reading; the file can seek.

        Raises:
            FileNotFoundError: nothing is kept there.
        """

    def delete(self, key: str) -> None:
        """Forget what is kept under ``key``; nothing happens when there is nothing."""

    def keys(self, prefix: str) -> Iterator[str]:
        """Return the keys that begin with ``prefix``."""
