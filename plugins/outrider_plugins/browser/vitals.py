"""Web vitals of all pages of a run: each tells its own when it is left, the last ones are asked at the end."""

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import structlog
from playwright.sync_api import BrowserContext, Error

from outrider_engine.domain.json_values import JsonValue
from outrider_engine.domain.observations import ArtifactKind, ProducedFile
from outrider_engine.domain.redaction import Redactor
from outrider_journeys.actions.contract import StepFailure
from outrider_journeys.web_vitals import VITALS_SCRIPT, WebVitals, read

log = structlog.get_logger(__name__)

MOST_PAGES = 100
_LONGEST_URL = 2000
_ASK_MS = 300
_TELL = "__outrider_tell_vitals"
# ``pagehide`` comes too late to tell anybody. What pages could call in a loop is taken away before they begin.
_TELLING = """(() => {
  const tell = globalThis.%(tell)s;
  delete globalThis.%(tell)s;
  if (globalThis !== globalThis.top || !tell) return;
  const origin = performance.timeOrigin;
  addEventListener('beforeunload', () => {
    const read = globalThis[Symbol.for('outrider.web-vitals')];
    if (read) tell(String(origin), location.href, JSON.stringify(read()));
  }, {capture: true});
})()""" % {"tell": _TELL}  # noqa: UP031 - full of braces


class Vitals:
    """Collects the vitals of the documents that pages showed."""

    def __init__(self, pages: BrowserContext) -> None:
        self._pages = pages
        self._found: dict[tuple[str, str], WebVitals] = {}
        pages.expose_binding(_TELL, self._told)
        pages.add_init_script(VITALS_SCRIPT)
        pages.add_init_script(_TELLING)

    def end(self, *, is_over: Callable[[], bool]) -> None:
        """Ask the pages that are still open."""
        for page in self._pages.pages:
            if is_over() or not page.url.startswith("http"):
                continue
            try:
                self._note(("end", page.url), read(page, _ASK_MS))
            except (Error, StepFailure) as error:
                log.info("page tells no vitals", error=str(error).split("\n", 1)[0])
                return

    def facts(self) -> dict[str, JsonValue]:
        """Return the worst of each vital among all pages."""
        told = [vitals.as_json() for vitals in self._found.values()]
        worst: dict[str, JsonValue] = {"pages": len(told)}
        for name in WebVitals.__dataclass_fields__:
            values = [value for each in told if isinstance(value := each[name], int | float)]
            worst[name] = max(values, default=None)
        return worst

    def file(self, folder: Path, redactor: Redactor) -> ProducedFile | None:
        """Write those of each page to a file."""
        if not self._found:
            return None
        pages: list[JsonValue] = [{"url": url, **vitals.as_json()} for (_, url), vitals in self._found.items()]
        path = folder / "vitals.json"
        path.write_text(json.dumps(redactor.tree({"version": 1, "pages": pages}), indent=1), encoding="utf-8")
        return ProducedFile(kind=ArtifactKind.VITALS, name=path.name, path=path, content_type="application/json")

    def _told(self, _source: Any, document: str, url: str, told: str) -> None:
        """Note what a page says; it may say anything."""
        try:
            given = json.loads(str(told)[:1000])
        except ValueError:
            return
        if isinstance(given, dict) and str(url).startswith("http"):
            vitals = WebVitals(**{name: _plain(given.get(name)) for name in WebVitals.__dataclass_fields__})
            self._note((str(document)[:40], str(url)), vitals)

    def _note(self, key: tuple[str, str], vitals: WebVitals) -> None:
        if len(self._found) < MOST_PAGES:
            self._found[key[0], key[1][:_LONGEST_URL]] = vitals


def _plain(value: object) -> float | None:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if is_number and math.isfinite(value) else None  # type: ignore[arg-type]  # a number
