"""YAML as data and nothing else: no tags, anchors or aliases, bounded in size and depth, with the line of each value.

Plain scalars follow the core schema of YAML 1.2 (section 10.3), so that ``no`` and ``on`` are texts. Numbers that would
not be written again as they are (``0123``, ``1.50``) stay texts, so that a variable keeps its zeros.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from .problems import InvalidJourney, Problem

Path = tuple[str | int, ...]

DEEPEST = 40
"""Levels of objects and lists."""
_MOST_VALUES = 400_000
_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]{0,17})")
_NUMBER = re.compile(r"-?[0-9]{1,15}\.[0-9]{1,15}")
_CONSTANTS = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(slots=True)
class Document:
    """What a text says, and on which line (from 1) each value of it begins."""

    value: Any
    lines: dict[Path, int] = field(default_factory=dict)


@dataclass(slots=True)
class _Open:
    """A list or mapping that is being read."""

    value: Any
    path: Path
    key: str | None = None


def read_yaml(text: str) -> Document:
    """Return what a YAML text says.

    Raises:
        InvalidJourney: it is not YAML, or uses what journeys have no use for.
    """
    try:
        return _Builder().built(yaml.parse(text, Loader=_LOADER))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        what = " ".join(str(error.problem or error.context or "it cannot be read").split())
        raise refused(f"not YAML: {what}", line=mark.line + 1 if mark else None) from None
    except (yaml.YAMLError, UnicodeEncodeError) as error:
        raise refused(f"not YAML: {' '.join(str(error).split())[:200]}") from None


def refused(message: str, *, line: int | None = None, field: str = "") -> InvalidJourney:
    """Return the error for one problem of a text."""
    return InvalidJourney([Problem(message=message, line=line, field=field)])


class _Builder:
    """Makes values of parser events without recursion, so that no nesting can exhaust the stack."""

    def __init__(self) -> None:
        self._document = Document(None)
        self._open: list[_Open] = []
        self._values = 0
        self._documents = 0

    def built(self, events: Iterator[Any]) -> Document:
        for event in events:
            line = event.start_mark.line + 1
            if isinstance(event, yaml.DocumentStartEvent):
                self._documents += 1
                if self._documents > 1:
                    raise refused("a second document begins; one is allowed", line=line)
            elif isinstance(event, yaml.AliasEvent):
                raise refused("aliases (*name) are not allowed", line=line)
            elif isinstance(event, yaml.NodeEvent):
                self._node(event, line)
            elif isinstance(event, yaml.CollectionEndEvent):
                self._open.pop()
        return self._document

    def _node(self, event: Any, line: int) -> None:
        if event.anchor is not None:
            raise refused("anchors (&name) are not allowed", line=line)
        if event.tag not in (None, "!"):
            raise refused(f"tags ({event.tag}) are not allowed", line=line)
        self._values += 1
        if self._values > _MOST_VALUES:
            raise refused(f"there are more than {_MOST_VALUES} values", line=line)
        if isinstance(event, yaml.ScalarEvent):
            self._place(scalar(event.value) if not event.style else event.value, line, text=event.value)
            return
        value: Any = [] if isinstance(event, yaml.SequenceStartEvent) else {}
        path = self._place(value, line, text=None)
        self._open.append(_Open(value, path))
        if len(self._open) > DEEPEST:
            raise refused(f"is nested deeper than {DEEPEST} levels", line=line)

    def _place(self, value: Any, line: int, *, text: str | None) -> Path:
        if not self._open:
            self._document.value = value
            path: Path = ()
        else:
            holder = self._open[-1]
            if isinstance(holder.value, list):
                path = (*holder.path, len(holder.value))
                holder.value.append(value)
            elif holder.key is None:
                return self._key(holder, text, line)
            else:
                path = (*holder.path, holder.key)
                holder.value[holder.key] = value
                holder.key = None
        self._document.lines.setdefault(path, line)
        return path

    def _key(self, holder: _Open, text: str | None, line: int) -> Path:
        if text is None:
            raise refused("a list or mapping cannot be a key", line=line)
        if text in holder.value:
            raise refused(f"{text!r} is given twice", line=line)
        holder.key = text
        self._document.lines[*holder.path, text] = line
        return (*holder.path, text)


def scalar(text: str) -> Any:
    """Return the value of an unquoted scalar."""
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    return float(text) if _NUMBER.fullmatch(text) and str(float(text)) == text else text
