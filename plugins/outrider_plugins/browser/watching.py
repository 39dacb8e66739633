"""Keeping an eye on a browser context: how many pages there are, and where they go."""

from urllib.parse import urlsplit

import structlog
from playwright.sync_api import BrowserContext, Error, Frame, Page, Request

from outrider_engine.domain.observations import Failure
from outrider_engine.domain.verdicts import Reason, Verdict

log = structlog.get_logger(__name__)

MOST_PAGES = 8
ABUSIVE_PAGES = 100
"""Pages beyond the cap that are closed quietly; a site that opens more than these means harm."""

_SCHEMES = frozenset({"http", "https", "about", "blob", "chrome-error", ""})
_PORTS = {"http": 80, "https": 443}
_MOST_TARGETS = 20

Target = tuple[str, int]


class Guard:
    """Closes pages that are too many, and pages that go where no journey may go.

    Attributes:
        failure: what a page did that no journey may do, if one did.
        unreached: addresses of main pages that could not be loaded, in order.
    """

    def __init__(self, context: BrowserContext) -> None:
        self.failure: Failure | None = None
        self.unreached: list[str] = []
        self._context = context
        self._closed = 0
        context.on("page", self._opened)
        context.on("requestfailed", self._request_failed)

    def _opened(self, page: Page) -> None:
        page.on("framenavigated", self._navigated)
        if len(self._context.pages) <= MOST_PAGES:
            return
        self._closed += 1
        if self._closed > ABUSIVE_PAGES and self.failure is None:
            message = f"the site opened more than {MOST_PAGES + ABUSIVE_PAGES} pages"
            self.failure = Failure(Verdict.ERROR, Reason.LIMIT_PAGES, message)
            for each in self._context.pages:
                _close(each)
        else:
            _close(page)

    def _navigated(self, frame: Frame) -> None:
        scheme = urlsplit(frame.url).scheme
        if frame.parent_frame is None and scheme not in _SCHEMES:
            message = f"pages with the scheme {scheme}: are not allowed"
            self.failure = self.failure or Failure(Verdict.ERROR, Reason.EGRESS_DENIED, message)
            _close(frame.page)

    def _request_failed(self, request: Request) -> None:
        is_page = request.is_navigation_request() and request.frame.parent_frame is None
        if is_page and len(self.unreached) < _MOST_TARGETS:
            self.unreached.append(request.url)


def target_of(url: str) -> Target | None:
    """Return host and port of an http or https address."""
    try:
        parts = urlsplit(url)
        port = parts.port or _PORTS.get(parts.scheme)
    except ValueError:
        return None
    return (parts.hostname, port) if parts.hostname and port else None


def _close(page: Page) -> None:
    try:
        page.close()
    except Error as error:
        log.info("page was gone already", error=error.message)
