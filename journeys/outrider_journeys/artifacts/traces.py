"""Playwright's traces (``trace.zip``) without secrets: rewritten, still to be opened in Playwright's own viewer.

A trace is a zip of JSON lines (``*.trace``: actions, snapshots of the page, console; ``*.network``; ``*.stacks``) and
``resources/``: bodies and stylesheets, named after the hash of what is in them. The hash of a short secret gives it
away, so files get new names.
"""

import hashlib
import json
import secrets
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from outrider_engine.domain.redaction import MASK, Redactor

from .contents import without_secrets
from .exchanges import address_of, charset_of, clean_entry

LARGEST = 10_000_000
"""Bytes of a trace that is kept."""
LARGEST_INFLATED = 150_000_000
"""Bytes of all that is in it."""
MOST_MEMBERS = 20_000

_LINES = (".trace", ".network", ".stacks")


class NotRedactable(Exception):
    """What may hold secrets can't be kept; the message says why."""


@dataclass(frozen=True, slots=True)
class TraceRedaction:
    """How many files of a trace were left out: those that can't be searched, and those beyond the size allowed."""

    opaque: int = 0
    beyond: int = 0


def redact_trace(source: Path, target: Path, redactor: Redactor, *, is_over: Callable[[], bool]) -> TraceRedaction:
    """Write a trace without secrets.

    Args:
        source: the trace as Playwright wrote it.
        target: where to write; nothing is left there when this raises.
        redactor: knows the secrets.
        is_over: asked between two members; the work ends when it says yes.

    Raises:
        NotRedactable: it is no trace, too large, or there was no time for it.
    """
    try:
        with (
            zipfile.ZipFile(source) as trace,
            zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=4) as to,
        ):
            return _Rewriting(trace, to, redactor, is_over).all()
    except (zipfile.BadZipFile, OSError, ValueError, RecursionError) as error:
        target.unlink(missing_ok=True)
        raise NotRedactable(f"the trace can't be read: {type(error).__name__}") from None
    except NotRedactable:
        target.unlink(missing_ok=True)
        raise


class _Rewriting:
    """One trace on its way into another."""

    def __init__(
        self, trace: zipfile.ZipFile, target: zipfile.ZipFile, redactor: Redactor, is_over: Callable[[], bool]
    ) -> None:
        self._trace = trace
        self._target = target
        self._redactor = redactor
        self._is_over = is_over
        members = trace.infolist()
        if len(members) > MOST_MEMBERS or sum(member.file_size for member in members) > LARGEST_INFLATED:
            raise NotRedactable("the trace is too large to be searched for secrets")
        self._lines = [member for member in members if member.filename.endswith(_LINES)]
        self._files = [member for member in members if not member.filename.endswith(_LINES)]
        salt = secrets.token_bytes(16)
        self._names = {member.filename: _renamed(member.filename, salt) for member in self._files}
        self._charsets: dict[str, str] = {}

    def all(self) -> TraceRedaction:
        """Write everything; small files first, as long as they fit."""
        for member in self._lines:
            self._write(member.filename, b"\n".join(self._clean_lines(self._trace.read(member))))
        opaque = beyond = 0
        for member in sorted(self._files, key=lambda one: one.compress_size):
            if self._size() + member.compress_size > LARGEST:
                beyond += 1
                continue
            charset = self._charsets.get(member.filename, "")
            extension = PurePosixPath(member.filename).suffix.removeprefix(".")
            clean = without_secrets(self._trace.read(member), self._redactor, extension=extension, charset=charset)
            if clean is None:
                opaque += 1
            else:
                self._write(self._names[member.filename], clean)
        if self._size() > LARGEST:
            raise NotRedactable(f"the trace is larger than {LARGEST // 1_000_000} MB")
        return TraceRedaction(opaque, beyond)

    def _size(self) -> int:
        return self._target.fp.tell() if self._target.fp else 0

    def _write(self, name: str, content: bytes) -> None:
        if self._is_over():
            raise NotRedactable("there was no time left to search the trace for secrets")
        self._target.writestr(name, content)

    def _clean_lines(self, content: bytes) -> Iterable[bytes]:
        for line in content.splitlines():
            event = json.loads(line) if line else None
            if event is not None:
                clean = self._clean(event)
                yield json.dumps(clean, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "backslashreplace")

    def _clean(self, event: Any) -> Any:
        exchange = event.get("snapshot") if isinstance(event, dict) else None
        if isinstance(exchange, dict) and event.get("type") == "resource-snapshot":
            self._note_charset(exchange)
            return self._walked({**event, "snapshot": clean_entry(exchange, self._redactor)})
        clean = self._walked(event)
        for override in (clean["snapshot"].get("resourceOverrides") or ()) if isinstance(exchange, dict) else ():
            override["url"] = address_of(str(override.get("url", "")))
        return clean

    def _note_charset(self, exchange: dict[str, Any]) -> None:
        content = (exchange.get("response") or {}).get("content") or {}
        if content.get("_file"):
            self._charsets[str(content["_file"])] = charset_of(str(content.get("mimeType", "")))

    def _walked(self, tree: Any) -> Any:
        """Return a tree without secrets, in which files go by their new names."""
        if isinstance(tree, str):
            return self._names.get(tree) or self._redactor.text(tree)
        if isinstance(tree, list):
            return [self._walked(each) for each in tree]
        if isinstance(tree, dict):
            return {self._redactor.text(name): self._walked(each) for name, each in tree.items()}
        if isinstance(tree, int) and abs(tree) > 999 and self._redactor.text(str(tree)) == MASK:
            return 0
        return tree


def _renamed(name: str, salt: bytes) -> str:
    path = PurePosixPath(name)
    return str(path.with_name(hashlib.sha1(salt + name.encode(), usedforsecurity=False).hexdigest() + path.suffix))
