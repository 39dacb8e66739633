"""HARs without secrets and of bounded size."""

import json
from pathlib import Path
from typing import Any

from outrider_engine.domain.redaction import Redactor

from .exchanges import clean_entry

LARGEST = 10_000_000
"""Bytes of a HAR that is kept; larger bodies are left out until it fits."""
LARGEST_READ = 60_000_000
"""Bytes of a HAR that is looked at."""
_CUT = "left out: the file would have been too large"


class UnreadableHar(Exception):
    """There is no HAR to be read; the message says why."""


def read_har(path: Path) -> dict[str, Any]:
    """Return what Playwright recorded.

    Raises:
        UnreadableHar: it is none, or too large.
    """
    try:
        if path.stat().st_size > LARGEST_READ:
            raise UnreadableHar(f"more than {LARGEST_READ // 1_000_000} MB of requests were recorded")
        har = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError) as error:
        raise UnreadableHar(f"the record of requests can't be read: {type(error).__name__}") from None
    if not isinstance(har, dict) or not isinstance(har.get("log"), dict):
        raise UnreadableHar("the record of requests is not a HAR")
    return har


def entries_of(har: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the exchanges of a HAR."""
    return [entry for entry in har["log"].get("entries") or () if isinstance(entry, dict)]


def write_har(har: dict[str, Any], path: Path, redactor: Redactor) -> int:
    """Write a HAR without secrets; returns how many bodies were left out because of its size."""
    log = dict(har["log"])
    entries = [clean_entry(entry, redactor) if redactor else entry for entry in entries_of(har)]
    rest = redactor.tree({name: value for name, value in log.items() if name != "entries"})
    whole = {"log": {**(rest if isinstance(rest, dict) else {}), "entries": entries}}
    text = _dumped(whole)
    left_out = 0
    if len(text) > LARGEST:
        left_out = _cut_bodies(entries, len(text) - LARGEST)
        text = _dumped(whole)
    path.write_bytes(text)
    return left_out


def _cut_bodies(entries: list[dict[str, Any]], too_many: int) -> int:
    """Leave the largest bodies out until so many bytes are gone."""
    contents = [entry.get("response", {}).get("content") for entry in entries]
    bodies = [content for content in contents if isinstance(content, dict) and isinstance(content.get("text"), str)]
    left_out = 0
    for content in sorted(bodies, key=lambda one: len(one["text"]), reverse=True):
        if too_many <= 0:
            break
        too_many -= len(content.pop("text"))
        content.pop("encoding", None)
        content["comment"] = _CUT
        left_out += 1
    return left_out


def _dumped(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "backslashreplace")
