"""Starting browsers: one Playwright driver for the life of the process, a fresh browser for each run."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import structlog
from playwright.sync_api import Browser, Error, Playwright, sync_playwright

from outrider_engine.errors import SlotError
from outrider_journeys.browser_options import EngineName
from outrider_journeys.browsers import SWITCHES, Program, choose, find_browsers, find_other, has_others

log = structlog.get_logger(__name__)

_BEHIND_PROXY = (
    # Names are resolved by the proxy; the browser itself has no reason to ask any name server.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)
_FIREFOX_PREFERENCES: dict[str, str | float | bool] = {
    # As the switches above: nothing past the proxy, no own name lookups.
    "media.peerconnection.enabled": False,
    "network.dns.disablePrefetch": True,
    "network.http.http3.enable": False,
    "network.prefetch-next": False,
    "network.proxy.allow_hijacking_localhost": True,
    "network.proxy.socks_remote_dns": True,
}
_LAUNCH_MS = 20_000
_NO_SANDBOX = ("No usable sandbox", "setuid sandbox", "Operation not permitted", "namespace")


@dataclass(frozen=True, slots=True)
class _Ahead:
    """A browser that no run has had yet."""

    browser: Browser
    program: Program
    proxy: str | None


class Launcher:
    """Starts browsers with the sandbox on, unless this machine does not let it work."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self._driver: Playwright | None = None
        self._programs: tuple[Program, ...] = ()
        self._is_sandboxed = True
        self._ahead: _Ahead | None = None

    def start(self) -> None:
        """Start the driver and look for browsers.

        Raises:
            SlotError: there is no browser.
        """
        try:
            driver = self._driver = sync_playwright().start()
        except (Error, OSError) as error:
            raise SlotError(f"Playwright's driver does not start: {_first_line(error)}") from error
        try:
            self._programs = find_browsers(self._environment, Path(driver.chromium.executable_path))
            if not has_others(Path(others.executable_path) for others in (driver.firefox, driver.webkit)):
                choose(self._programs, headed=False)
        except SlotError:
            self.stop()
            raise
        if os.geteuid() == 0:
            self._go_without_sandbox("Chromium refuses it to root; run Outrider as a user of its own")

    def stop(self) -> None:
        """End the driver."""
        self._ahead = None
        if self._driver is not None:
            driver, self._driver = self._driver, None
            try:
                driver.stop()
            except (Error, OSError) as error:
                log.info("driver was gone already", error=_first_line(error))

    @property
    def driver(self) -> Playwright:
        """The driver, started anew if need be."""
        if self._driver is None:
            self.start()
        if self._driver is None:
            raise SlotError("Playwright's driver is not running")
        return self._driver

    def launch_ahead(self, *, proxy: str | None) -> None:
        """Start the browser that the next run is likely to need; it is that run's own.

        Raises:
            SlotError: none can be started.
        """
        self.drop_ahead()
        browser, program = self.launch(headed=False, proxy=proxy)
        self._ahead = _Ahead(browser, program, proxy)

    def drop_ahead(self) -> None:
        """End the browser that was started ahead, if there is one."""
        ahead, self._ahead = self._ahead, None
        if ahead is not None:
            try:
                ahead.browser.close()
            except Error as error:
                log.info("browser was gone already", error=error.message)

    def _taken_ahead(self, proxy: str | None) -> tuple[Browser, Program] | None:
        """Return the browser that was started ahead, if it is one for this run and still answers."""
        ahead = self._ahead
        if ahead is None or ahead.proxy != proxy:
            return None
        try:
            ahead.browser.new_browser_cdp_session().detach()
        except Error as error:
            log.info("browser that was started ahead is gone", error=_first_line(error))
            return None
        self._ahead = None
        return ahead.browser, ahead.program

    def launch(self, *, engine: EngineName = "chromium", headed: bool, proxy: str | None) -> tuple[Browser, Program]:
        """Return a fresh browser, the one started ahead if it fits; the driver is replaced once if it has died.

        Raises:
            SlotError: none can be started, or it is not installed.
        """
        if engine == "chromium" and not headed and (found := self._taken_ahead(proxy)) is not None:
            return found
        self.drop_ahead()
        start = self._launch_chromium if engine == "chromium" else partial(self._launch_other, engine)
        try:
            return start(headed=headed, proxy=proxy)
        except Error as error:
            log.info("driver is started anew", error=_first_line(error))
            self.stop()
        try:
            return start(headed=headed, proxy=proxy)
        except Error as error:
            raise SlotError(f"the browser does not start: {_first_line(error)}") from error

    def _launch_other(self, engine: EngineName, *, headed: bool, proxy: str | None) -> tuple[Browser, Program]:
        """Start Firefox or WebKit; they have sandboxes of their own, which take no switch."""
        browsers = self.driver.firefox if engine == "firefox" else self.driver.webkit
        program = find_other(engine, Path(browsers.executable_path))
        browser = browsers.launch(
            headless=not headed,
            firefox_user_prefs=_FIREFOX_PREFERENCES if engine == "firefox" and proxy else None,
            proxy={"server": proxy} if proxy else None,
            timeout=_LAUNCH_MS,
            handle_sigint=False,
            handle_sigterm=False,
            handle_sighup=False,
        )
        return browser, program

    def _launch_chromium(self, *, headed: bool, proxy: str | None) -> tuple[Browser, Program]:
        driver = self.driver
        program = choose(self._programs, headed=headed)

        def start(*, sandbox: bool) -> Browser:
            return driver.chromium.launch(
                executable_path=program.path,
                headless=not headed,
                args=[*SWITCHES, *(_BEHIND_PROXY if proxy else ())],
                proxy={"server": proxy} if proxy else None,
                chromium_sandbox=sandbox,
                timeout=_LAUNCH_MS,
                handle_sigint=False,
                handle_sigterm=False,
                handle_sighup=False,
            )

        if self._is_sandboxed:
            try:
                return start(sandbox=True), program
            except Error as error:
                if not any(sign in str(error) for sign in _NO_SANDBOX):
                    raise
        browser = start(sandbox=False)
        if self._is_sandboxed:
            self._go_without_sandbox("user namespaces are not allowed here")
        return browser, program

    def _go_without_sandbox(self, why: str) -> None:
        self._is_sandboxed = False
        log.warning("browsers run without Chromium's sandbox", why=why)


def _first_line(error: Exception) -> str:
    return str(error).strip().split("\n", 1)[0]
