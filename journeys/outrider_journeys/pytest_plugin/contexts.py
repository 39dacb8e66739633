"""The browser contexts that a test has, for the groups in their traces."""

import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext


def contexts_of(item: pytest.Item) -> "list[BrowserContext]":
    """Return the contexts among the fixtures of a test, those of its pages and of its browsers included."""
    playwright = sys.modules.get("playwright.sync_api")
    if playwright is None:
        return []
    found: list[BrowserContext] = []
    for value in getattr(item, "funcargs", {}).values():
        if isinstance(value, playwright.BrowserContext):
            found.append(value)
        elif isinstance(value, playwright.Page):
            found.append(value.context)
        elif isinstance(value, playwright.Browser):
            found += value.contexts
    return list(dict.fromkeys(found))
