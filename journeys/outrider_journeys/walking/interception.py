"""What a walk answers or blocks in place of the site: its own routes, which it takes back when it ends."""

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import structlog
from playwright.sync_api import Error

from outrider_journeys.actions.contract import StepFailure
from outrider_journeys.bounded_calls import within_time

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Request, Route

log = structlog.get_logger(__name__)

Answer = Callable[["Route", "Request"], None]
_EVERYTHING = "**/*"
_PATIENCE_MS = 1000
"""How long taking routes back may take at the end of a walk."""


class Interception:
    """The routes of a walk, by the globs of the addresses that they are for; the newest that fits comes first."""

    def __init__(self, context: "BrowserContext") -> None:
        self._context = context
        self._globs: list[str] = []

    def add(self, glob: str, answer: Answer) -> None:
        """Let requests be answered; ``answer`` may let them fall back to what comes next."""

        def quietly(route: "Route", request: "Request") -> None:
            try:
                answer(route, request)
            except Error as error:  # the page is gone, and the request with it
                log.info("request could not be answered", error=error.message.split("\n", 1)[0])

        self._context.route(glob, quietly)
        self._globs.append(glob)

    def add_har(self, content: bytes, ending: str, glob: str | None, not_found: Literal["abort", "fallback"]) -> None:
        """Let requests be answered from a HAR, or from the zip of one and its files.

        Raises:
            playwright.sync_api.Error: it is neither.
        """
        with tempfile.TemporaryDirectory(prefix="har") as folder:
            path = Path(folder) / f"network{ending}"
            path.write_bytes(content)
            # It is read when the route is made, or (a zip) held open.
            self._context.route_from_har(path, url=glob, not_found=not_found)
        self._globs.append(glob or _EVERYTHING)

    def close(self) -> None:
        """Take everything back, unless the browser is gone, and the routes with it."""
        try:
            with within_time(self._context, _PATIENCE_MS):
                self.remove()
        except (Error, StepFailure) as error:
            log.info("routes are left to the browser's end", error=error.message.split("\n", 1)[0])

    def remove(self, glob: str | None = None) -> int:
        """Take back what was added for a glob, or (``None``) everything; returns how many routes that were."""
        gone = [each for each in self._globs if glob in (None, each)]
        for each in dict.fromkeys(gone):
            self._context.unroute(each)
        self._globs = [each for each in self._globs if each not in gone]
        return len(gone)
