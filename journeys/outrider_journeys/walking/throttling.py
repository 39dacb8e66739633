"""Slow and missing networks, emulated by the browser."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import structlog
from playwright.sync_api import Error

from outrider_engine.domain.verdicts import Reason, Verdict
from outrider_journeys.actions.contract import StepFailure
from outrider_journeys.bounded_calls import within_time

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, CDPSession, Page

log = structlog.get_logger(__name__)

COMMAND = "Network.emulateNetworkConditions"
_UNLIMITED = -1
_PATIENCE_MS = 5000
"""How long a page may take to be slowed down."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkConditions:
    """How slow a network is; ``None`` where it is not slowed down.

    Attributes:
        download_kbps, upload_kbps: kilobits per second.
        latency_ms: milliseconds that pass at least between a request and the beginning of its answer.
    """

    download_kbps: float | None = None
    upload_kbps: float | None = None
    latency_ms: float = 0

    @property
    def is_unlimited(self) -> bool:
        """Whether nothing is slowed down."""
        return self.download_kbps is None and self.upload_kbps is None and not self.latency_ms

    def command(self) -> dict[str, float | bool]:
        """Return them in the words of the DevTools protocol, in bytes per second."""
        return {
            "offline": False,
            "latency": self.latency_ms,
            "downloadThroughput": _bytes_per_second(self.download_kbps),
            "uploadThroughput": _bytes_per_second(self.upload_kbps),
        }


class Throttle:
    """Slows down the pages of a context, those that open later too; only Chromium can."""

    def __init__(self, context: "BrowserContext") -> None:
        self._context = context
        self._conditions = NetworkConditions()
        self._sessions: dict[Page, CDPSession] = {}

    def apply(self, conditions: NetworkConditions) -> None:
        """Let conditions hold from now on.

        Raises:
            StepFailure: the browser is another than Chromium.
        """
        if conditions.is_unlimited and self._conditions.is_unlimited:
            return
        browser = self._context.browser
        if browser is not None and browser.browser_type.name != "chromium":
            problem = f"only chromium can slow the network down, {browser.browser_type.name} can't; offline works"
            raise StepFailure(problem, reason=Reason.INVALID_DEFINITION, verdict=Verdict.ERROR)
        if self._conditions.is_unlimited:
            self._context.on("page", self._slow_down)
        if conditions.is_unlimited:
            self._context.remove_listener("page", self._slow_down)
        self._conditions = conditions
        for page in self._context.pages:
            self._slow_down(page)

    def close(self) -> None:
        """Slow down no page that opens from now on."""
        if not self._conditions.is_unlimited:
            self._context.remove_listener("page", self._slow_down)

    def _slow_down(self, page: "Page") -> None:
        try:
            if page not in self._sessions:
                self._sessions[page] = self._context.new_cdp_session(page)
            with within_time(self._sessions[page], _PATIENCE_MS):
                self._sessions[page].send(COMMAND, dict(self._conditions.command()))
        except Error as error:
            if not page.is_closed():
                raise
            log.info("page is gone already", error=error.message.split("\n", 1)[0])


def _bytes_per_second(kilobits: float | None) -> float:
    return _UNLIMITED if kilobits is None else kilobits * 1000 / 8
