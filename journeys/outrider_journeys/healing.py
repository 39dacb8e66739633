"""Mending a journey file: the locator that worked goes first, and nothing else of the file changes."""

import difflib
import json
from collections.abc import Iterable
from typing import Any

import yaml
from pydantic import ValidationError

from .locators import Locator
from .model import PARTS, CalledJourney, Journey
from .plain_yaml import scalar
from .steps import OptionalElementStep, StepModel, nested_fields

Patch = dict[str, Any]
"""One operation of JSON Patch (RFC 6902) on a journey: ``op``, ``path`` and ``value``."""


def healing_patch(journey: Journey, step: StepModel, worked: int) -> list[Patch]:
    """Return the change to a journey after which the locator that worked is the first that a step tries.

    Args:
        journey: that was walked.
        step: of it, at whatever depth.
        worked: position of the locator among those of the step.
    """
    place = _place_of(journey, step)
    if place is None or not isinstance(step, OptionalElementStep):
        return []
    order = [worked, *(position for position in range(len(step.ways)) if position != worked)]
    value = [step.ways[position].model_dump(mode="json", exclude_unset=True) for position in order]
    return [{"op": "replace", "path": f"{place}/locators", "value": value}]


def healed_text(text: str, patches: Iterable[Patch]) -> str:
    """Return the text of a journey file, YAML or JSON, with the locators of some steps in another order.

    What is written there stays as it is written, comments included: the entries of a list change their places. A patch
    of a step that the text does not have, or whose locators are others by now, is left out.
    """
    for patch in patches:
        entries = _entries(yaml.compose(text, Loader=yaml.SafeLoader), patch["path"].split("/")[1:])
        spans = [(entry.start_mark.index, entry.end_mark.index) for entry in entries]
        written = [text[begin:end].rstrip() for begin, end in spans]
        order = _order(entries, patch["value"])
        if order is None:
            continue
        for (begin, _), old, new in reversed(list(zip(spans, written, [written[at] for at in order], strict=True))):
            text = text[:begin] + new + text[begin + len(old) :]
    return text


def difference(before: str, after: str, name: str) -> str:
    """Return what changed in a file, as a unified diff."""
    lines = difflib.unified_diff(
        before.splitlines(keepends=True), after.splitlines(keepends=True), f"a/{name}", f"b/{name}"
    )
    return "".join(lines)


def _place_of(journey: Journey, wanted: StepModel) -> str | None:
    """Return where a step is in a journey, as a JSON Pointer."""
    whole: dict[str, CalledJourney] = {"": journey}
    whole |= {
        f"/journeys/{name.replace('~', '~0').replace('/', '~1')}": each for name, each in journey.journeys.items()
    }
    for place, each in whole.items():
        for part in PARTS:
            found = _place_among(getattr(each, part), wanted, f"{place}/{part}")
            if found is not None:
                return found
    return None


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")


def _place_among(steps: tuple[StepModel, ...], wanted: StepModel, place: str) -> str | None:
    for index, step in enumerate(steps):
        if step is wanted:
            return f"{place}/{index}"
        for field, spelled in nested_fields(type(step)).items():
            found = _place_among(getattr(step, field), wanted, f"{place}/{index}/{spelled}")
            if found is not None:
                return found
    return None


def _entries(node: Any, path: list[str]) -> list[Any]:
    """Return the nodes of the list at a place of a document; none if there is no such list."""
    for part in path:
        if isinstance(node, yaml.SequenceNode):
            node = node.value[int(part)] if part.isdigit() and int(part) < len(node.value) else None
        elif isinstance(node, yaml.MappingNode):
            node = next((value for key, value in node.value if key.value == part), None)
    return list(node.value) if isinstance(node, yaml.SequenceNode) else []


def _order(entries: list[Any], value: list[Any]) -> list[int] | None:
    """Return the positions that the entries have now in their new order; ``None`` if they are others."""
    now, wanted = [_spelled(_plain(entry)) for entry in entries], [_spelled(each) for each in value]
    if sorted(now) != sorted(wanted) or len(set(now)) != len(now):
        return None
    return [now.index(each) for each in wanted]


def _spelled(locator: Any) -> str:
    """Return a locator in one spelling, however it is written."""
    try:
        return json.dumps(
            Locator.model_validate(locator).model_dump(mode="json", exclude_defaults=True), sort_keys=True
        )
    except ValidationError:
        return json.dumps(locator)  # one that is no locator equals none that is


def _plain(node: Any) -> Any:
    if isinstance(node, yaml.SequenceNode):
        return [_plain(each) for each in node.value]
    if isinstance(node, yaml.MappingNode):
        return {str(key.value): _plain(value) for key, value in node.value}
    return node.value if node.style else scalar(node.value)
