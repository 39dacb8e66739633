"""Playwright's trace of a run: the page after each action, to be looked at in Playwright's own viewer."""

from collections.abc import Callable
from pathlib import Path

import structlog
from playwright.sync_api import BrowserContext, Error

from outrider_engine.domain.observations import ArtifactKind, ProducedFile
from outrider_engine.domain.redaction import Redactor
from outrider_journeys.artifacts.traces import LARGEST, NotRedactable, redact_trace

log = structlog.get_logger(__name__)


class Trace:
    """Records a run. A trace holds every typed text and every header as it was, so it is cleaned before it is kept."""

    def __init__(self, pages: BrowserContext, folder: Path) -> None:
        self.left_out: str | None = None
        """Why there is no whole trace."""
        self._pages: BrowserContext | None = pages
        self._folder = folder
        # Without the film: it costs a third of the CPU of a run, the snapshots show the same and more, and pictures
        # can't be searched for secrets.
        pages.tracing.start(screenshots=False, snapshots=True)

    def abandon(self) -> None:
        """Stop recording and keep nothing: a trace holds every line that a page prints, however many there are."""
        pages, self._pages = self._pages, None
        if pages is not None:
            self.left_out = "the pages printed too much"
            _stopped(pages, None)

    def end(self, redactor: Redactor, *, is_kept: bool, is_over: Callable[[], bool]) -> ProducedFile | None:
        """Stop recording and return what is to be kept."""
        if self._pages is None:
            return None
        raw, path = self._folder / "raw-trace.zip", self._folder / "trace.zip"
        if not is_kept or not _stopped(self._pages, raw):
            return None
        try:
            if redactor or raw.stat().st_size > LARGEST:
                done = redact_trace(raw, path, redactor, is_over=is_over)
                missing = done.opaque + done.beyond
                self.left_out = f"{missing} of the files of its pages" if missing else None
            else:
                raw.rename(path)
        except NotRedactable as error:
            self.left_out = str(error)
            return None
        finally:
            raw.unlink(missing_ok=True)
        return ProducedFile(kind=ArtifactKind.TRACE, name=path.name, path=path, content_type="application/zip")


def _stopped(pages: BrowserContext, path: Path | None) -> bool:
    try:
        pages.tracing.stop(path=path)
    except Error as error:
        log.info("no trace", error=error.message.split("\n", 1)[0])
        return False
    return True
