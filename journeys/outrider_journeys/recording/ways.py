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


def all_ways(first: dict[str, Any], selectors: Iterable[str]) -> list[dict[str, Any]]:
    """Return the locators of an element in any order, each once.

    Args:
        first: that of Playwright's recorder.
        selectors: further ones of the same element, in Playwright's spelling, within its innermost frame.
    """
    if "selector" in first:
        return [first]
    frames = {"frame": first["frame"]} if "frame" in first else {}
    others = [{**locator_of(selector), **frames} for selector in selectors]
    found = [first, *(other for other in others if "selector" not in other)]
    return [way for place, way in enumerate(found) if not any(_same(way, one) for one in found[:place])]


def best_ways(ways: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return those to try, best first: what users perceive, then what developers named, then where it stands."""
    known = list(ways)
    lasting = [way for way in known if not _is_fleeting(way)]
    return sorted(lasting if len(lasting) > 1 else known, key=_rank)[:MOST]


def way_for_people(ways: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """Return the one by which people would name the element: by what it says, not by what it is."""
    return min(ways, key=lambda way: next((at for at, name in enumerate(_FOR_PEOPLE) if name in way), len(_FOR_PEOPLE)))


def _rank(locator: dict[str, Any]) -> tuple[bool, int]:
    """Return a place in the order: what will hardly last comes after all else."""
    return _is_fleeting(locator), next((place for place, name in enumerate(_RANKS) if name in locator), len(_RANKS))


def _is_fleeting(locator: dict[str, Any]) -> bool:
    """Whether a locator counts elements, or has a long text or a number: these change with what the site has to say."""
    words = str(locator.get("name") or locator.get("text") or "")
    is_nameless = "role" in locator and not words
    has_changing_words = len(words) > _LONGEST_NAME or _DIGIT.search(words) is not None
    return "nth" in locator or "has_text" in locator or is_nameless or has_changing_words


def _same(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Whether two locators differ at most in how strictly they compare."""
    return {**one, "exact": None} == {**other, "exact": None}
