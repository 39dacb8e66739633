"""Projects of tests for pytest as they are sent: a file as its text, a folder as a zip archive."""

import io
import os
import zipfile
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from outrider_api.http.archives import is_archive
from outrider_engine.errors import InvalidInput

_PASSED_OVER = frozenset({"node_modules", "__pycache__", "test-results", "venv"})
_EARLIEST = (1980, 1, 1, 0, 0, 0)
"""The time of every file in an archive, so that the same files make the same archive."""
_LARGEST = 20_000_000
"""Bytes of all files together that are read at most; how large an archive may be, the server says."""


def suite_file(path: Path) -> dict[str, Any]:
    """Return a file or folder in the form in which the API takes it.

    Raises:
        InvalidInput: there is nothing in the folder, or too much; or the file is no text.
    """
    name = path.resolve().name
    if path.is_dir():
        return {"file_name": f"{name}.zip", "archive": b64encode(_packed(path)).decode()}
    content = path.read_bytes()
    if is_archive(content):
        return {"file_name": name, "archive": b64encode(content).decode()}
    try:
        return {"file_name": name, "content": content.decode("utf-8-sig")}
    except UnicodeDecodeError:
        raise InvalidInput("is neither a zip archive nor text in UTF-8", field=name) from None


def _packed(folder: Path) -> bytes:
    packed, size = io.BytesIO(), 0
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in _files(folder):
            size += file.stat().st_size
            if size > _LARGEST:
                raise InvalidInput(f"holds more than {_LARGEST:,} bytes", field=str(folder))
            entry = zipfile.ZipInfo(file.relative_to(folder).as_posix(), _EARLIEST)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            archive.writestr(entry, file.read_bytes())
    if not size:
        raise InvalidInput("there are no tests in it", field=str(folder))
    return packed.getvalue()


def _files(folder: Path) -> Iterator[Path]:
    """Walk through plain files, without following links, and without what tools leave behind."""
    for root, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name not in _PASSED_OVER)
        paths = (Path(root, name) for name in sorted(names) if not name.startswith(".") and not name.endswith(".pyc"))
        yield from (path for path in paths if path.is_file() and not path.is_symlink())
