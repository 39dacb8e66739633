"""The page on which a run ends, as assistive technology finds it: a tree that can be compared with others."""

from pathlib import Path

import structlog
from playwright.sync_api import Error, Page

from outrider_engine.domain.observations import ArtifactKind, ProducedFile
from outrider_engine.domain.redaction import Redactor

log = structlog.get_logger(__name__)

_TIMEOUT_MS = 500
_LONGEST = 500_000


def keep_last_page(page: Page, folder: Path, redactor: Redactor) -> ProducedFile | None:
    """Write the tree of a page; a page that is gone, or does not answer soon, has none."""
    if page.is_closed() or not page.url.startswith("http"):
        return None
    try:
        tree = page.locator("body").aria_snapshot(timeout=_TIMEOUT_MS)
    except Error as error:
        log.info("no tree of the last page", error=error.message.split("\n", 1)[0])
        return None
    path = folder / "page.aria.yaml"
    path.write_text(redactor.text(tree[:_LONGEST]) + "\n", encoding="utf-8", errors="replace")
    return ProducedFile(kind=ArtifactKind.ARIA, name=path.name, path=path, content_type="text/plain; charset=utf-8")
