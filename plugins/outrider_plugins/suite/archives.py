"""Zip files of projects: looked at before anything is written, and unpacked within bounds."""

import io
import lzma
import stat
import struct
import zipfile
import zlib
from pathlib import Path, PurePosixPath

from outrider_engine.errors import InvalidInput

LARGEST = 3_000_000
"""Bytes of a zip file: in base64 it fits into the body of a request."""
MOST_ENTRIES = 2_000
LARGEST_UNPACKED = 40_000_000
LARGEST_FILE = 20_000_000
MOST_RATIO = 200
"""How many times larger than packed a file of more than a megabyte may be."""
_DEEPEST = 30
_SMALL = 1_000_000
_DAMAGED = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error),
    *(EOFError, OSError, NotImplementedError, OverflowError, RuntimeError, ValueError),
)
"""What Python's zip files raise when they are not what they say."""
_LEFT_OUT = frozenset({"__pycache__", "__MACOSX", ".git", ".venv", "node_modules", ".pytest_cache", "test-results"})


def check_archive(content: bytes) -> None:
    """Look whether a zip file can be unpacked, and whether there is anything in it.

    Raises:
        InvalidInput: says which entry is wrong, and why.
    """
    if not _entries(_opened(content)):
        raise InvalidInput("there are no files in the archive")


def unpack(content: bytes, folder: Path) -> None:
    """Unpack a zip file into a folder; one folder that holds all else is left out, and so is what tools leave behind.

    Raises:
        InvalidInput: it is not what it says, or not what ``check_archive`` accepts.
    """
    archive = _opened(content)
    entries = _entries(archive)
    paths = [PurePosixPath(entry.filename) for entry in entries]
    tops = {path.parts[0] for path in paths}
    skipped = 1 if len(tops) == 1 and all(len(path.parts) > 1 for path in paths) else 0
    written = 0
    for entry, path in zip(entries, paths, strict=True):
        target = folder.joinpath(*path.parts[skipped:])
        data = _read(archive, entry)
        written += len(data)
        if written > LARGEST_UNPACKED:
            raise InvalidInput(f"the archive holds more than {LARGEST_UNPACKED:,} bytes")
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
        except OSError as error:
            raise InvalidInput(f"{entry.filename!r} can't be written: {error.strerror}") from None


def _opened(content: bytes) -> zipfile.ZipFile:
    if len(content) > LARGEST:
        raise InvalidInput(f"the archive is larger than {LARGEST:,} bytes")
    try:
        return zipfile.ZipFile(io.BytesIO(content))
    except _DAMAGED as error:
        raise InvalidInput(f"is not a zip file: {error}") from None


def _entries(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    """Return the files of an archive that are to be unpacked, when all of it is in order."""
    entries = archive.infolist()
    if len(entries) > MOST_ENTRIES:
        raise InvalidInput(f"the archive has more than {MOST_ENTRIES:,} entries")
    if sum(entry.file_size for entry in entries) > LARGEST_UNPACKED:
        raise InvalidInput(f"the archive holds more than {LARGEST_UNPACKED:,} bytes")
    for entry in entries:
        problem = _problem(entry)
        if problem is not None:
            raise InvalidInput(f"{entry.filename[:200]!r} {problem}")
    files = [entry for entry in entries if not entry.is_dir()]
    names = [entry.filename for entry in files]
    twice = next((name for name in names if names.count(name) > 1), None) if len(set(names)) < len(names) else None
    if twice is not None:
        raise InvalidInput(f"{twice!r} is there twice")
    return [entry for entry in files if not _LEFT_OUT & set(PurePosixPath(entry.filename).parts)]


def _problem(entry: zipfile.ZipInfo) -> str | None:
    return _problem_of_name(entry.filename) or _problem_of_content(entry)


def _problem_of_name(name: str) -> str | None:
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or "\\" in name or ":" in name:
        return "leads out of the archive; names are relative, with / and without .."
    if any(ord(character) < 32 for character in name) or not path.parts:
        return "is not a name for a file"
    if len(path.parts) > _DEEPEST or any(len(part.encode(errors="replace")) > 255 for part in path.parts):
        return f"is too long, or deeper than {_DEEPEST} folders"
    return None


def _problem_of_content(entry: zipfile.ZipInfo) -> str | None:
    if stat.S_IFMT(entry.external_attr >> 16) not in (0, stat.S_IFREG, stat.S_IFDIR):
        return "is a link or something else that is no file"
    if entry.flag_bits & 0x1:
        return "is encrypted"
    if entry.file_size > LARGEST_FILE:
        return f"is larger than {LARGEST_FILE:,} bytes"
    if entry.file_size > _SMALL and entry.file_size > MOST_RATIO * max(entry.compress_size, 1):
        return f"is packed more than {MOST_RATIO} times smaller than it is"
    return None


def _read(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """Return the content of an entry, which must be as long as it says."""
    try:
        with archive.open(entry) as file:
            data = file.read(entry.file_size + 1)
            whole = len(data) == entry.file_size and not file.read(1)
    except _DAMAGED as error:
        raise InvalidInput(f"{entry.filename!r} can't be unpacked: {error}") from None
    if not whole:
        raise InvalidInput(f"{entry.filename!r} is not as long as it says")
    return data
