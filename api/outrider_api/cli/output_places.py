"""Where commands write what they are asked for: tried before anything is done, and refused by the option's name."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from outrider_engine.errors import InvalidInput


@contextmanager
def written_for(option: str) -> Iterator[None]:
    """Tell what can't be written within as what is wrong with an option.

    Raises:
        InvalidInput: something could not be written.
    """
    try:
        yield
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        raise InvalidInput(f"{where}can't be written: {error.strerror or error}", field=option) from None


def require_folder(folder: Path, option: str) -> None:
    """Make a folder unless it is there, and try whether files can be made in it.

    Raises:
        InvalidInput: they can't.
    """
    with written_for(option):
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass


def require_file(file: Path, option: str) -> None:
    """Try whether a file can be written or replaced, which leaves it as it is.

    Raises:
        InvalidInput: it can't.
    """
    if not file.exists():
        require_folder(file.parent, option)
    elif not os.access(file, os.W_OK):
        raise InvalidInput(f"{file}: can't be written", field=option)
