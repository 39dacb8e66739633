"""What pages print and throw."""

import json
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import BrowserContext, ConsoleMessage, WebError

from outrider_engine.domain.json_values import JsonObject, JsonValue
from outrider_engine.domain.observations import ArtifactKind, ProducedFile
from outrider_engine.domain.redaction import Redactor
from outrider_engine.ports.clock import Clock

MOST_LINES = 200
LONGEST_LINE = 1000
_LONGEST_STACK = 4000


class Console:
    """What pages print and throw, up to a number of lines; after that nobody listens any more.

    One listener and 20,000 lines cost 16 s of this process's time, so the cap is on listening, not on keeping.
    """

    def __init__(self, context: BrowserContext, clock: Clock, on_full: Callable[[], None]) -> None:
        self.errors = 0
        self.lines: list[dict[str, JsonValue]] = []
        self._is_cut = False
        self._context = context
        self._clock = clock
        self._began = clock.monotonic()
        self._on_full = on_full
        context.on("console", self._printed)
        context.on("weberror", self._thrown)

    def keep(self, folder: Path, redactor: Redactor) -> ProducedFile | None:
        """Write the lines to a file, if there are any."""
        if not self.lines:
            return None
        told: JsonObject = {"version": 1, "errors": self.errors, "cut": self._is_cut, "messages": list(self.lines)}
        path = folder / "console.json"
        path.write_text(json.dumps(redactor.tree(dict(told)), indent=1), encoding="utf-8")
        return ProducedFile(kind=ArtifactKind.CONSOLE, name=path.name, path=path, content_type="application/json")

    def _printed(self, message: ConsoleMessage) -> None:
        place = message.location
        self._add(
            message.type,
            message.text,
            url=place["url"][:LONGEST_LINE],
            line=place["lineNumber"] + 1,
            column=place["columnNumber"] + 1,
        )

    def _thrown(self, thrown: WebError) -> None:
        self._add("uncaught", str(thrown.error), stack=(thrown.error.stack or "")[:_LONGEST_STACK])

    def _add(self, level: str, text: str, **more: JsonValue) -> None:
        if len(self.lines) >= MOST_LINES:
            return
        self.errors += level in ("error", "uncaught")
        shown = text if len(text) <= LONGEST_LINE else f"{text[:LONGEST_LINE]}… ({len(text)} characters)"
        at_ms = round((self._clock.monotonic() - self._began) * 1000, 1)
        self.lines.append({"at_ms": at_ms, "level": level, "text": shown, **more})
        if len(self.lines) == MOST_LINES:
            self._is_cut = True
            self._context.remove_listener("console", self._printed)
            self._context.remove_listener("weberror", self._thrown)
            self._on_full()
