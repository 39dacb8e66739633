"""What differs between two definitions, field by field; steps and their like are told apart by their ids."""

import json
from bisect import bisect_left
from collections import Counter, defaultdict, deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import islice
from typing import Any

from .json_values import JsonValue

MOST_CHANGES = 1000
"""Differences that are told at most."""
_LONGEST = 160
"""Characters of a value in a line of text."""


class ChangeKind(StrEnum):
    """How something differs."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    MOVED = "moved"


_MARKS = {ChangeKind.ADDED: "+", ChangeKind.REMOVED: "-", ChangeKind.CHANGED: "~", ChangeKind.MOVED: ">"}


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldChange:
    """One difference. ``path`` is like ``steps[pay].locator.name``; of what moved, the places (from 1) are told."""

    kind: ChangeKind
    path: str
    before: JsonValue = None
    after: JsonValue = None

    def line(self) -> str:
        """Return the difference on one line."""
        before, after = _short(self.before), _short(self.after)
        told = {
            ChangeKind.ADDED: after,
            ChangeKind.REMOVED: before,
            ChangeKind.CHANGED: f"{before} → {after}",
            ChangeKind.MOVED: f"moved from {before} to {after}",
        }
        return f"{_MARKS[self.kind]} {self.path}: {told[self.kind]}"


class Labelled(dict[str, JsonValue]):
    """An object in a list that is known by a name which it need not contain itself."""

    def __init__(self, values: Mapping[str, JsonValue], label: str) -> None:
        super().__init__(values)
        self.label = label


def compare(before: JsonValue, after: JsonValue) -> tuple[FieldChange, ...]:
    """Return how ``after`` differs from ``before``; at most ``MOST_CHANGES`` differences."""
    return tuple(islice(_compared(before, after, ""), MOST_CHANGES))


def _compared(before: JsonValue, after: JsonValue, path: str) -> Iterator[FieldChange]:
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        yield from _objects(before, after, path)
    elif _of_objects(before) and _of_objects(after) and (before or after):
        yield from _Lists(before, after, path).differences()  # type: ignore[arg-type]  # lists, as was just asked
    elif not _same(before, after):
        yield FieldChange(kind=ChangeKind.CHANGED, path=path, before=before, after=after)


def _objects(before: Mapping[str, Any], after: Mapping[str, Any], path: str) -> Iterator[FieldChange]:
    for name in {**before, **after}:
        inner = f"{path}.{name}" if path else name
        if name not in before:
            yield FieldChange(kind=ChangeKind.ADDED, path=inner, after=after[name])
        elif name not in after:
            yield FieldChange(kind=ChangeKind.REMOVED, path=inner, before=before[name])
        else:
            yield from _compared(before[name], after[name], inner)


@dataclass
class _Lists:
    """Two lists of objects. What has the same id (else name) is the same; what is left is paired by its action."""

    before: Sequence[Mapping[str, Any]]
    after: Sequence[Mapping[str, Any]]
    path: str
    pairs: dict[int, int] = field(default_factory=dict)
    """Places in ``after``, by those in ``before``."""

    def differences(self) -> Iterator[FieldChange]:
        known = self._by_label()
        stayed = _longest_rising(known)
        self.pairs = known | self._leftovers(known, stayed)
        origins = {new: old for old, new in self.pairs.items()}
        for place, item in enumerate(self.before):
            if place not in self.pairs:
                yield FieldChange(kind=ChangeKind.REMOVED, path=self._path(item, place), before=dict(item))
        for place, item in enumerate(self.after):
            origin = origins.get(place)
            if origin is None:
                yield FieldChange(kind=ChangeKind.ADDED, path=self._path(item, place), after=dict(item))
                continue
            inner = self._path(self.before[origin], origin)
            if origin in known and origin not in stayed:
                yield FieldChange(kind=ChangeKind.MOVED, path=inner, before=origin + 1, after=place + 1)
            yield from _objects(self.before[origin], item, inner)

    def _by_label(self) -> dict[int, int]:
        """Return the pairs of what bears the same label, which nothing else bears."""
        places = {label: place for place, label in _unique_labels(self.after)}
        return {place: places[label] for place, label in _unique_labels(self.before) if label in places}

    def _leftovers(self, known: Mapping[int, int], stayed: Mapping[int, int]) -> dict[int, int]:
        """Return pairs of what is left between the same neighbours and does the same."""
        taken = set(known.values())
        waiting: dict[tuple[int, str], deque[int]] = defaultdict(deque)
        for gap, place in _gaps(len(self.after), set(stayed.values())):
            if place not in taken:
                waiting[gap, _kind(self.after[place])].append(place)
        found: dict[int, int] = {}
        for gap, place in _gaps(len(self.before), set(stayed)):
            there = waiting.get((gap, _kind(self.before[place])))
            if place not in known and there and not _both_named(self.before[place], self.after[there[0]]):
                found[place] = there.popleft()
        return found

    def _path(self, item: Mapping[str, Any], place: int) -> str:
        return f"{self.path}[{_label(item) or place}]"


def _gaps(length: int, anchors: set[int]) -> Iterator[tuple[int, int]]:
    """Return each place that is no anchor, with how many anchors there are before it."""
    passed = 0
    for place in range(length):
        if place in anchors:
            passed += 1
        else:
            yield passed, place


def _longest_rising(pairs: Mapping[int, int]) -> dict[int, int]:
    """Return most of the pairs whose order is the same on both sides: the others have moved."""
    ends: list[int] = []
    last: list[tuple[int, int]] = []
    previous: dict[int, tuple[int, int] | None] = {}
    for old, new in sorted(pairs.items()):
        place = bisect_left(ends, new)
        ends[place : place + 1] = [new]
        last[place : place + 1] = [(old, new)]
        previous[old] = last[place - 1] if place else None
    kept: dict[int, int] = {}
    at = last[-1] if last else None
    while at is not None:
        kept[at[0]] = at[1]
        at = previous[at[0]]
    return kept


def _unique_labels(items: Sequence[Mapping[str, Any]]) -> Iterator[tuple[int, str]]:
    labels = [_label(item) for item in items]
    counted = Counter(labels)
    return ((place, label) for place, label in enumerate(labels) if label is not None and counted[label] == 1)


def _label(item: Mapping[str, Any]) -> str | None:
    given = item.label if isinstance(item, Labelled) else item.get("id") or item.get("name")
    return given if isinstance(given, str) else None


def _kind(item: Mapping[str, Any]) -> str:
    return str(item.get("action", ""))


def _both_named(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether both have ids of their own, and not the same: so they are two things."""
    return "id" in one and "id" in other and one["id"] != other["id"]


def _of_objects(value: JsonValue) -> bool:
    return isinstance(value, list | tuple) and all(isinstance(item, Mapping) for item in value)


def _same(one: JsonValue, other: JsonValue) -> bool:
    return _text(one) == _text(other)


def _text(value: JsonValue) -> str:
    # As text, for Python holds True and 1 for equal.
    return json.dumps(value, sort_keys=True, ensure_ascii=False, default=dict)


def _short(value: JsonValue) -> str:
    text = _text(value)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
