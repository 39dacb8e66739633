"""Playwright's trace of a run: the page after each action, to be looked at in Playwright's own viewer."""

from pathlib import Path

import structlog
from playwright.sync_api import BrowserContext, Error

from outrider_engine.contracts import ProcessContext
from outrider_engine.domain.observations import ArtifactKind, ProducedFile
from outrider_journeys.model import Journey

log = structlog.get_logger(__name__)

LARGEST = 10_000_000
"""Bytes; a larger trace is not kept."""


class Trace:
    """Records a run, unless it would record secrets: a trace holds every typed text and every header as it was."""

    def __init__(self, pages: BrowserContext | None, folder: Path, *, always: bool) -> None:
        self._pages = pages
        self._folder = folder
        self._always = always

    @classmethod
    def begin(cls, pages: BrowserContext, journey: Journey, context: ProcessContext) -> "Trace":
        """Begin to record when the artifact policy and the journey allow it."""
        policy = "never" if context.artifacts == "never" else journey.trace
        is_wanted = policy != "never" and not _knows_secrets(journey, context)
        if is_wanted:
            # Without the film: it costs a third of the CPU of a run, and the snapshots show the same and more.
            pages.tracing.start(screenshots=False, snapshots=True)
        return cls(pages if is_wanted else None, context.folder, always=policy == "always")

    def abandon(self) -> None:
        """Stop recording and keep nothing: a trace holds every line that a page prints, however many there are."""
        pages, self._pages = self._pages, None
        if pages is not None:
            _stopped(pages, None)

    def end(self, *, failed: bool) -> ProducedFile | None:
        """Stop recording and return what is to be kept."""
        if self._pages is None or not (failed or self._always):
            return None
        path = self._folder / "trace.zip"
        if not _stopped(self._pages, path):
            return None
        if path.stat().st_size > LARGEST:
            path.unlink()
            return None
        return ProducedFile(kind=ArtifactKind.TRACE, name=path.name, path=path, content_type="application/zip")


def _stopped(pages: BrowserContext, path: Path | None) -> bool:
    try:
        pages.tracing.stop(path=path)
    except Error as error:
        log.info("no trace", error=error.message.split("\n", 1)[0])
        return False
    return True


def learns_secrets(journey: Journey) -> bool:
    """Whether a step reads from the page what nobody else may read, or is about such things as a whole."""
    return any(step.sensitive or getattr(step, "secret", False) for step in journey.all_steps())


def _knows_secrets(journey: Journey, context: ProcessContext) -> bool:
    return bool(journey.secrets or context.secrets) or learns_secrets(journey)
