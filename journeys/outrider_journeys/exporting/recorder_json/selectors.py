"""Locators as selectors of Recorder."""

from collections.abc import Mapping, Sequence
from typing import Any

_ATTRIBUTES = {"test_id": "data-testid", "placeholder": "placeholder", "alt": "alt", "title": "title"}
_PREFIXES = {"css": "", "xpath": "xpath/", "label": "aria/", "text": "text/"}
_NARROWING = ("has_text", "visible", "nth", "level", "checked", "pressed", "selected", "expanded", "disabled")


def selectors_of(locators: Sequence[Mapping[str, Any]]) -> tuple[list[list[str]], list[str]]:
    """Return the alternatives, and what about them is not exact."""
    alternatives: list[list[str]] = []
    notes: list[str] = []
    for locator in locators:
        selector = _selector(locator)
        if selector is None:
            notes.append("a selector of Playwright's own was left out")
            continue
        narrowed = [option for option in _NARROWING if locator.get(option) is not None]
        if narrowed:
            notes.append(f"Recorder does not know {', '.join(narrowed)}; it takes the first element")
        if selector.startswith("aria/") and "label" in locator:
            notes.append("a label is looked for as an accessible name")
        alternatives.append([selector])
    return alternatives, notes


def frame_of(locators: Sequence[Mapping[str, Any]], holder: str) -> tuple[list[int] | None, str]:
    """Return the indexes of the frames that lead to the element, if that is how they are given.

    Args:
        locators: those of a step.
        holder: the selector of which such an index counts the elements.
    """
    frames = locators[0].get("frame", ()) if locators else ()
    if not frames:
        return None, ""
    indexes = [frame.get("nth") for frame in frames if frame.get("css") == holder and frame.get("nth") is not None]
    if len(indexes) == len(frames):
        return [int(index) for index in indexes], ""
    return None, "Recorder knows frames by their number only: the frame was left out"


def _selector(locator: Mapping[str, Any]) -> str | None:
    if "role" in locator:
        return f'aria/{locator.get("name", "")}[role="{locator["role"]}"]'
    for engine, prefix in _PREFIXES.items():
        if engine in locator:
            return f"{prefix}{locator[engine]}"
    for engine, attribute in _ATTRIBUTES.items():
        if engine in locator:
            operator = "=" if engine == "test_id" or locator.get("exact") else "*="
            return f'[{attribute}{operator}"{_quoted(str(locator[engine]))}"]'
    return None


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')
