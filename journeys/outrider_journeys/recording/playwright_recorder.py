"""Listening to Playwright's own recorder: the one place that knows how it is started and what it calls things.

It is not part of Playwright's public interface: newer versions have ``BrowserContext._start_recording`` with a sink of
events, and where it is missing, ``codegen`` takes the long way. The page script is optional too: without it steps have
one locator each, and passwords are told by what their fields are called.
"""

import time
from importlib.resources import files
from typing import Any, Literal

from playwright.sync_api import BrowserContext, Dialog, Download, Error, Frame, Page

from .moments import Caused, Effect, Moment, Way
from .recording import Recording

Mode = Literal["recording", "assertingText", "assertingVisibility", "assertingValue", "assertingSnapshot", "standby"]
"""What the recorder makes of the next click; its own words."""
Answer = Literal["accept", "dismiss"]
_TOLD_BY_PAGE = """() => [
    performance.timeOrigin,
    (performance.getEntriesByType("navigation")[0] || {}).type || "",
    document.referrer !== "",
    window.navigation && window.navigation.currentEntry ? window.navigation.currentEntry.index : null,
]"""


class PlaywrightRecorder:
    """Records all pages of a context, from ``start`` to ``stop``. For the thread of the context.

    Args:
        answer: how questions of pages are answered; the recording says so.
    """

    def __init__(self, context: BrowserContext, recording: Recording, *, answer: Answer = "accept") -> None:
        self._context = context
        self._recording = recording
        self._answer = answer

    @staticmethod
    def is_offered(context: BrowserContext) -> bool:
        """Whether this version of Playwright can."""
        return hasattr(context._impl_obj, "_start_recording")

    def start(self) -> None:
        """Begin; pages are opened after it.

        Raises:
            Error: Playwright refuses.
        """
        self._context.add_init_script(script=(files(__package__) / "page_script.js").read_text())
        self._context.on("page", self._opened)
        self._context.on("dialog", self._asked)
        self._called(self._context._impl_obj._start_recording({"language": "jsonl"}, self))

    def stop(self) -> None:
        """End, and take in what is still held back."""
        try:
            self._called(self._context._impl_obj._stop_recording())
        except Error:
            return  # the browser has been closed, which ends it as well

    def set_mode(self, mode: Mode) -> None:
        """Switch between recording and asserting, as the buttons in the page do; without a page, nothing is done.

        Raises:
            Error: the page is being closed.
        """
        if self._context.pages:
            self._context.pages[-1].evaluate("mode => window.__pw_recorderSetMode(mode)", mode)

    # What Playwright calls, by these names. Of what it says an action caused it is not told: that comes half a second
    # late, when other actions have followed, while the events of the browser come in time.

    def action_added(self, page: Any, action: dict[str, Any], _code: str) -> None:
        """Take in an action."""
        self._recording.acted(_moment(page._guid, action))

    def action_updated(self, page: Any, action: dict[str, Any], _code: str) -> None:
        """Take in what takes the place of the last action."""
        self._recording.acted_again(_moment(page._guid, action))

    def _opened(self, page: Page) -> None:
        id = page._impl_obj._guid
        opener = page.opener()
        if opener is not None:
            self._caused(opener._impl_obj._guid, Effect.POPUP, page=id)
        history = _History()
        page.on("framenavigated", lambda frame: self._navigated(id, page, frame, history))
        page.on("download", lambda download: self._downloaded(id, download))
        page.on("close", lambda _: self._recording.closed(id, time.time()))

    def _navigated(self, id: str, page: Page, frame: Frame, history: "_History") -> None:
        if frame != page.main_frame:
            return
        caused = self._caused(id, Effect.NAVIGATION, url=frame.url)
        try:
            told = frame.evaluate(_TOLD_BY_PAGE)
        except Error:
            return  # it has gone on already
        self._recording.went(caused, history.way(*told))

    def _downloaded(self, id: str, download: Download) -> None:
        self._caused(id, Effect.DOWNLOAD, file_name=download.suggested_filename)

    def _asked(self, dialog: Dialog) -> None:
        is_leaving = dialog.type == "beforeunload"
        if dialog.page is not None and not is_leaving:
            text = dialog.default_value if dialog.type == "prompt" and self._answer == "accept" else ""
            told = {"answer": self._answer, "message": dialog.message, "text": text}
            self._caused(dialog.page._impl_obj._guid, Effect.DIALOG, **told)
        try:
            if self._answer == "accept" or is_leaving:
                dialog.accept(dialog.default_value)
            else:
                dialog.dismiss()
        except Error:
            return  # its page has been closed, and the dialog with it

    def _caused(self, id: str, effect: Effect, **detail: str) -> Caused:
        caused = Caused(page=id, effect=effect, at=time.time(), detail=detail)
        self._recording.caused(caused)
        return caused

    def _called(self, coroutine: Any) -> None:
        self._context._sync(coroutine)


class _History:
    """Where a page is in its history, which tells how it got there."""

    def __init__(self) -> None:
        self._document: float | None = None
        self._index: int | None = None

    def way(self, document: float, kind: str, is_referred: bool, index: int | None) -> Way:
        """Return how the page got to an address, and remember where that is.

        Args:
            document: when its document began.
            kind: of the navigation that led to the document, in the browser's word.
            is_referred: whether another page led to the document.
            index: of the address in the history, as far as the browser tells.
        """
        is_same_document, before = document == self._document, self._index
        self._document, self._index = document, index
        is_back = None if index is None or before is None or index == before else index < before
        if is_same_document:
            return Way.BACK if is_back else Way.SENT_ON
        if kind == "reload":
            return Way.RELOAD
        if kind == "back_forward":
            return Way.FORWARD if is_back is False else Way.BACK
        return Way.SENT_ON if is_referred else Way.UNKNOWN


def _moment(page: str, action: dict[str, Any]) -> Moment:
    """Return an action with what the page script saw, which is trusted no further than a page is."""
    told = action.pop("observed", None)
    observed = told if isinstance(told, dict) else {}
    if action.get("name") != "assertSnapshot":
        action.pop("ariaSnapshot", None)  # of the whole page, with what is in its fields
    at = observed.get("at")
    return Moment(
        page=page,
        action=action,
        at=at / 1000 if isinstance(at, int | float) else time.time(),
        secret=observed.get("secret") is True,
        selectors=tuple(one for one in _listed(observed, "selectors") if isinstance(one, str)),
        files=tuple(one for one in _listed(observed, "files") if _is_file(one)),
        forwards=observed.get("forwards") is True,
    )


def _listed(observed: dict[str, Any], name: str) -> list[Any]:
    value = observed.get(name)
    return value if isinstance(value, list) else []


def _is_file(value: Any) -> bool:
    return isinstance(value, dict) and all(
        isinstance(value.get(name), str) for name in ("name", "content_type", "base64")
    )
