"""A browser for somebody who records."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, BrowserType, Error, Playwright, sync_playwright

from outrider_engine.errors import SlotError
from outrider_journeys.browser_options import BrowserOptions
from outrider_journeys.browsers import choose, find_browsers, find_other

_LAUNCH_MS = 30_000
_NO_SCREEN = " (there is no screen to show its window on: record on a machine that has one)"


@contextmanager
def driver() -> Iterator[Playwright]:
    """Start Playwright's driver.

    Raises:
        SlotError: it does not start.
    """
    try:
        playwright = sync_playwright().start()
    except (Error, OSError) as error:
        raise SlotError(f"Playwright's driver does not start: {_first_line(error)}") from error
    try:
        yield playwright
    finally:
        playwright.stop()


def executable(playwright: Playwright, engine: str, environment: Mapping[str, str], *, headless: bool) -> Path:
    """Return the program of a browser.

    Raises:
        SlotError: there is none.
    """
    own = Path(getattr(playwright, engine).executable_path)
    if engine != "chromium":
        return find_other(engine, own).path
    return choose(find_browsers(environment, own), headed=not headless).path


@contextmanager
def opened(
    playwright: Playwright, program: Path, options: BrowserOptions, *, headless: bool, debugging_port: int | None = None
) -> Iterator[BrowserContext]:
    """Open a browser as a journey with these options would have it.

    Args:
        playwright: the driver.
        program: the browser.
        options: how it presents itself.
        headless: without a window.
        debugging_port: where other programs may drive it, through Chromium's protocol; on this machine only.

    Raises:
        SlotError: it does not start; the message says why.
        InvalidInput: Playwright knows no such device.
    """
    args = [f"--remote-debugging-port={debugging_port}"] if debugging_port is not None else []
    browser = _launched(playwright, program, options, args, headless=headless)
    try:
        yield browser.new_context(**options.context_options(playwright.devices))
    finally:
        with suppress(Error):  # the driver may have been ended together with us: then the browser goes by itself
            browser.close()


def _launched(
    playwright: Playwright, program: Path, options: BrowserOptions, args: list[str], *, headless: bool
) -> Browser:
    is_sandboxed = os.geteuid() != 0 if options.engine == "chromium" else None
    engine: BrowserType = getattr(playwright, options.engine)
    try:
        return engine.launch(
            executable_path=program,
            headless=headless,
            args=args,
            timeout=_LAUNCH_MS,
            handle_sigint=False,
            handle_sigterm=False,
            handle_sighup=False,
            chromium_sandbox=is_sandboxed,
        )
    except Error as error:
        has_screen = headless or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
        raise SlotError(
            f"the browser does not start: {_first_line(error)}{'' if has_screen else _NO_SCREEN}"
        ) from error


def _first_line(error: Exception) -> str:
    return str(error).strip().split("\n", 1)[0]
