"""Where commands write what they are asked for: tried before anything is done, and refused by the option's name."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from outrider_engine.errors import InvalidInput


@contextmanager
def written_for(option: str, place: Path | None = None) -> Iterator[None]:
    """Tell what can't be written within as what is wrong with an option; ``place`` is named, else what the error names.

    Raises:
        InvalidInput: something could not be written.
    """
    try:
        yield
    except OSError as error:
        named = place or error.filename
        where = f"{named}: " if named else ""
        raise InvalidInput(f"{where}can't be written: {error.strerror or error}", field=option) from None


def require_folder(folder: Path, option: str, *, named: Path | None = None) -> None:
    """Make a folder unless it is there, and try whether files can be made in it.

    Raises:
        InvalidInput: they can't; it tells of ``named``, else of the folder.
    """
    with written_for(option, named or folder):
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass


def require_file(file: Path, option: str) -> None:
    """Try whether a file can be written or replaced, which leaves it as it is.

    Raises:
        InvalidInput: it can't.
    """
    if not file.exists():
        require_folder(file.parent, option, named=file)
    elif file.is_dir():
        raise InvalidInput(f"{file}: can't be written: it is a folder", field=option)
    elif file.is_file():
        with written_for(option), file.open("ab"):
            pass
    elif not os.access(file, os.W_OK):  # a pipe or the like, which opening would change
        raise InvalidInput(f"{file}: can't be written", field=option)
