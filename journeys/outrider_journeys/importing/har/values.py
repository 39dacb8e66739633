"""Values that a later request sends and an earlier answer held: taken from there, instead of kept as they were."""

import json
import re
from dataclasses import dataclass
from typing import Any

from outrider_journeys.importing.credentials import kind_of_secret

from .entries import Entry

_INPUT = re.compile(r"<(?:input|meta)\b[^>]{0,2000}>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""\b(name|value|content|id)\s*=\s*(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE)
_MOST = 20_000
_SHORTEST = 6
_PLAIN_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an answer holds a value.

    Attributes:
        step: number of the step whose answer it is.
        extract: how to take it, without a name.
        hint: what it is called there.
    """

    step: int
    extract: dict[str, Any]
    hint: str


class Answers:
    """The values of the answers so far, newest first."""

    def __init__(self) -> None:
        self._origins: dict[str, Origin] = {}

    def take(self, step: int, entry: Entry) -> None:
        """Take note of what the answer to a step holds."""
        if "json" in entry.mime or entry.text[:1] in ("{", "["):
            self._json(step, entry.text)
        elif "html" in entry.mime:
            self._html(step, entry.text)
        for name, value in entry.answer_headers:
            if kind_of_secret(name) is not None and name.lower() != "set-cookie" and len(value) >= _SHORTEST:
                extract = {"from": "header", "path": name}
                self._origins[value] = Origin(step, extract, name)

    def origin(self, value: str) -> Origin | None:
        """Return where a value came from, if an answer held it and it is not just any word."""
        return self._origins.get(value) if is_telling(value) else None

    def _json(self, step: int, text: str) -> None:
        try:
            value = json.loads(text)
        except (ValueError, RecursionError):
            return
        left: list[tuple[str, str, Any]] = [("$", "", value)]
        seen = 0
        while left and seen < _MOST:
            path, hint, each = left.pop()
            seen += 1
            if isinstance(each, dict):
                left += [(path + _key(str(key)), str(key), inner) for key, inner in each.items()]
            elif isinstance(each, list):
                left += [(f"{path}[{index}]", hint, inner) for index, inner in enumerate(each[:200])]
            elif isinstance(each, str | int) and not isinstance(each, bool) and len(path) <= 512:
                self._origins[str(each)] = Origin(step, {"path": path}, hint)

    def _html(self, step: int, text: str) -> None:
        for tag in _INPUT.findall(text):
            given = {name.lower(): double or single for name, double, single in _ATTRIBUTE.findall(tag)}
            name, value = given.get("name") or given.get("id"), given.get("value") or given.get("content")
            if not name or not value or len(value) < _SHORTEST or ("value" not in given and "content" not in given):
                continue
            holder = "value" if "value" in given else "content"
            pattern = f'name="{re.escape(name)}"[^>]*{holder}="([^"]+)"'
            if re.search(pattern, text):
                self._origins[value] = Origin(step, {"pattern": pattern}, name)


def is_telling(value: str) -> bool:
    """Whether a value can hardly be the same by chance: an id, a token."""
    if value.isdigit():
        return len(value) >= 5
    return len(value) >= 16 or (len(value) >= _SHORTEST and any(letter.isdigit() for letter in value))


def _key(name: str) -> str:
    if _PLAIN_NAME.fullmatch(name):
        return f".{name}"
    quoted = name.replace("\\", "\\\\").replace("'", "\\'")
    return f"['{quoted}']"
