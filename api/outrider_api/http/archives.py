"""Taking a zip archive apart that somebody sent: nothing is written to disk, and nothing in it is believed.

What its directory says of sizes is only a reason to refuse early; while an entry is unpacked, bytes are counted.
"""

import io
import stat
import zipfile
import zlib
from collections.abc import Iterator

from outrider_engine.errors import InvalidInput

MOST_ENTRIES = 1000
"""Files and folders that an archive may have."""
LARGEST_ENTRY = 5_000_000
"""Bytes of an unpacked file."""
LARGEST = 20_000_000
"""Bytes of all unpacked files together."""
MOST_PACKED = 200
"""How much larger an unpacked file may be than it was, beyond the first hundred thousand bytes."""
_HARMLESS = 100_000
_LONGEST_NAME = 400
_PIECE = 65_536
_NESTED = (".zip", ".jar", ".gz", ".tgz", ".tar", ".bz2", ".xz", ".7z")
_ENCRYPTED = 0x1
_PLAIN = (0, stat.S_IFREG, stat.S_IFDIR)
"""Kinds of entries that are taken; 0 is that of an archive that tells none."""


def is_archive(content: bytes) -> bool:
    """Whether something begins as a zip archive does."""
    return content.startswith((b"PK\x03\x04", b"PK\x05\x06"))


def unpacked(content: bytes) -> Iterator[tuple[str, bytes]]:
    """Return the files of an archive by their paths in it, in its order.

    Raises:
        InvalidInput: it is damaged, too large, or has what no archive of journeys has; names the entry.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            _refuse_entries(entries)
            left = LARGEST
            for entry in entries:
                if entry.is_dir():
                    continue
                unpacked_entry = _content(archive, entry, min(LARGEST_ENTRY, left))
                left -= len(unpacked_entry)
                yield entry.filename, unpacked_entry
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError) as error:
        raise InvalidInput(f"the archive is damaged: {error}") from None


def _refuse_entries(entries: list[zipfile.ZipInfo]) -> None:
    if len(entries) > MOST_ENTRIES:
        raise InvalidInput(f"the archive has more than {MOST_ENTRIES} entries")
    seen: set[str] = set()
    for entry in entries:
        problem = _problem(entry)
        if problem is None and entry.filename.casefold() in seen:
            problem = "is there twice"
        if problem is not None:
            raise InvalidInput(problem, field=_shown(entry.filename))
        seen.add(entry.filename.casefold())


def _problem(entry: zipfile.ZipInfo) -> str | None:
    """Return why an entry is not taken."""
    name = entry.filename
    kind = stat.S_IFMT(entry.external_attr >> 16)
    odd = len(name) > _LONGEST_NAME or not name.isprintable() or "\\" in name or ":" in name
    problems = {
        "is encrypted": bool(entry.flag_bits & _ENCRYPTED),
        "is a link or a device; only files and folders are taken": kind not in _PLAIN,
        "has a name that no file should have": odd,
        "leads out of the archive": not {"", ".", ".."}.isdisjoint(name.removesuffix("/").split("/")),
        "is an archive within the archive": name.lower().endswith(_NESTED),
        f"is larger than {LARGEST_ENTRY:,} bytes": entry.file_size > LARGEST_ENTRY,
    }
    return next((problem for problem, is_so in problems.items() if is_so), None)


def _content(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, most: int) -> bytes:
    """Unpack one file, counting what really comes out."""
    allowed = min(most, _HARMLESS + MOST_PACKED * max(entry.compress_size, 1))
    content = bytearray()
    with archive.open(entry) as stream:
        while piece := stream.read(_PIECE):
            content += piece
            if len(content) > allowed:
                raise InvalidInput("is larger unpacked than it may be", field=_shown(entry.filename))
    return bytes(content)


def _shown(name: str) -> str:
    return ascii(name[:_LONGEST_NAME])[1:-1]
