"""A browser with the recorder on, until its windows are closed or somebody says that it is enough."""

from collections.abc import Callable, Mapping

from playwright.sync_api import BrowserContext, Error, Page
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from outrider_engine.errors import InvalidInput
from outrider_journeys.browser_options import BrowserOptions
from outrider_journeys.faults import why_not_opened

from .codegen import record_with_codegen
from .opening import driver, executable, opened
from .playwright_recorder import Answer, Mode, PlaywrightRecorder
from .recording import Recording

_PATIENCE_MS = 200
_FIRST_PAGE_MS = 60_000


class RecordingSession:
    """Records what is done in the pages of a context. For one thread; events come while one of its methods runs.

    Args:
        context: without any page yet.
        recording: what it goes into.
        answer: how questions of pages are answered.
    """

    def __init__(self, context: BrowserContext, recording: Recording, *, answer: Answer = "accept") -> None:
        self._context = context
        self._recorder = PlaywrightRecorder(context, recording, answer=answer)

    @property
    def pages(self) -> list[Page]:
        """The open pages."""
        return self._context.pages

    def begin(self, url: str) -> Page:
        """Record from now on, and open the first page.

        Raises:
            InvalidInput: the address can't be opened.
        """
        self._recorder.start()
        page = self._context.new_page()
        try:
            page.goto(url, wait_until="commit", timeout=_FIRST_PAGE_MS)
        except Error as error:
            raise InvalidInput(f"{url} can't be opened: {why_not_opened(error)}") from error
        return page

    def set_mode(self, mode: Mode) -> None:
        """Let the next click assert something, or go on recording, as the buttons in the page do.

        Raises:
            Error: the page is being closed.
        """
        self._recorder.set_mode(mode)

    def wait(self, is_enough: Callable[[], bool]) -> None:
        """Record until all windows are closed, or until it is enough, which is asked several times a second."""
        while self._context.pages and not is_enough():
            try:
                self._context.wait_for_event("close", timeout=_PATIENCE_MS)
            except PlaywrightTimeout:
                continue
            except Error:
                return  # the browser was closed as a whole

    def end(self) -> None:
        """Stop recording, and take in what the recorder still holds back."""
        self._recorder.stop()


def record(
    url: str,
    recording: Recording,
    options: BrowserOptions,
    environment: Mapping[str, str],
    is_enough: Callable[[], bool],
    *,
    answer: Answer = "accept",
    headless: bool = False,
    debugging_port: int | None = None,
    with_codegen: bool = False,
) -> None:
    """Open a browser at an address and record what is done in it, until its windows are closed or it is enough.

    Args:
        url: where it begins.
        recording: what it goes into.
        options: of the browser.
        environment: tells where browsers are.
        is_enough: asked several times a second; from within, the recording may be read.
        answer: how questions of pages are answered.
        headless: without a window.
        debugging_port: where other programs may drive the browser.
        with_codegen: use Playwright's command line and its window, as where its recorder can't be listened to.

    Raises:
        SlotError: there is no browser, or it does not start.
        InvalidInput: the address can't be opened, or Playwright knows no such device.
    """
    with driver() as playwright:
        program = executable(playwright, options.engine, environment, headless=headless)
        if not with_codegen:
            with opened(playwright, program, options, headless=headless, debugging_port=debugging_port) as context:
                if PlaywrightRecorder.is_offered(context):
                    session = RecordingSession(context, recording, answer=answer)
                    session.begin(url)
                    session.wait(is_enough)
                    session.end()
                    return
    record_with_codegen(url, recording, options, program, is_enough, headless=headless)
