"""Walks a journey on a Playwright page that it is handed: one code for the engine, the command line and tests."""

from typing import TYPE_CHECKING

from .model import Journey
from .walking.options import WalkOptions, WalkResult
from .walking.walk import Walk

if TYPE_CHECKING:
    from playwright.sync_api import Page

__all__ = ["WalkOptions", "WalkResult", "walk"]


def walk(journey: Journey, page: "Page", options: WalkOptions) -> WalkResult:
    """Walk a journey from its first step to its last, or to the first failure that stops it, and its teardown.

    What goes wrong is in the result; nothing that a page does raises.
    """
    return Walk(journey, page, options).result()
