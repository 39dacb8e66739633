"""Which of several ways to an element a journey tries first."""

import re
from collections.abc import Iterable
from typing import Any

from outrider_journeys.importing.playwright.selectors import locator_of

MOST = 4
"""Ways that a step gets: further ones would hardly find what those before them did not."""
_RANKS = ("role", "label", "test_id", "placeholder", "alt", "title", "text", "css", "xpath")
_LONGEST_NAME = 80
_DIGIT = re.compile(r"\d")
_FOR_PEOPLE = ("name", "label", "text", "placeholder", "alt", "title")


def ways_of(first: dict[str, Any], selectors: Iterable[str]) -> list[dict[str, Any]]:
    """Return locators, best first: what users perceive, then what developers named, then where it stands.

    Args:
        first: that of Playwright's recorder.
        selectors: further ones of the same element, in Playwright's spelling, within its innermost frame.
    """
    if "selector" in first:
        return [first]
    frames = {"frame": first["frame"]} if "frame" in first else {}
    others = [{**locator_of(selector), **frames} for selector in selectors]
    found = [first, *(other for other in others if "selector" not in other)]
    unique = [way for place, way in enumerate(found) if not any(_same(way, one) for one in found[:place])]
    return sorted(unique, key=_rank)[:MOST]


def for_people(ways: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return locators in the order in which people would name the element: by what it says, not by what it is."""
    return sorted(
        ways, key=lambda way: next((at for at, name in enumerate(_FOR_PEOPLE) if name in way), len(_FOR_PEOPLE))
    )


def _rank(locator: dict[str, Any]) -> tuple[bool, int]:
    """Return a place in the order.

    Last comes what counts elements, and long texts and numbers: they change with what the site has to say.
    """
    engine = next((place for place, name in enumerate(_RANKS) if name in locator), len(_RANKS))
    words = str(locator.get("name") or locator.get("text") or "")
    is_nameless = "role" in locator and not words
    is_fleeting = len(words) > _LONGEST_NAME or _DIGIT.search(words) is not None
    return "nth" in locator or "has_text" in locator or is_nameless or is_fleeting, engine


def _same(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Whether two locators differ at most in how strictly they compare."""
    return {**one, "exact": None} == {**other, "exact": None}
