"""Constants and paths in JavaScript, as JSON values and JSONPaths."""

import json
import re
from typing import Any

NOTHING: Any = object()
"""What is no constant."""
_VALUE = re.compile(r"[\"'`](?P<text>(?:[^\"'`\\]|\\.)*)[\"'`]|(?P<number>-?\d+(?:\.\d+)?)|(?P<word>true|false|null)")
_PATH = re.compile(r"(?:\.[A-Za-z_$][\w$]*|\[\d+\]|\[\"[^\"\]]+\"\]|\['[^'\]]+'\])*")
_WORDS = {"true": True, "false": False, "null": None}


def constant(text: str) -> Any:
    """Return the value of a constant expression, ``NOTHING`` for any other."""
    found = _VALUE.fullmatch(text)
    if found is None:
        return _structure(text)
    if found["text"] is not None:
        return re.sub(r"\\(.)", r"\1", found["text"])
    if found["number"] is not None:
        return float(found["number"]) if "." in found["number"] else int(found["number"])
    return _WORDS[found["word"]]


def extended(path: str, rest: str) -> str | None:
    """Return a JSONPath with JavaScript's way to a part appended; ``None`` for anything more than that."""
    rest = rest.replace("?.", ".").replace(".[", "[")
    if not _PATH.fullmatch(rest):
        return None
    return path + re.sub(r"\[\"([^\"\]]+)\"\]", lambda match: _key(match[1]), rest)


def _key(name: str) -> str:
    if re.fullmatch(r"[A-Za-z_]\w*", name):
        return f".{name}"
    quoted = name.replace("'", "\\'")
    return f"['{quoted}']"


def _structure(text: str) -> Any:
    if text[:1] not in ("[", "{"):
        return NOTHING
    try:
        return json.loads(text.replace("'", '"'))
    except (ValueError, RecursionError):
        return NOTHING
