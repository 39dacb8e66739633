"""What is kept of a whole walk, so that later steps can ask for it; all of it bounded."""

from collections import deque
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from outrider_engine.domain.login_states import LoginState
from outrider_journeys.steps import Record
from outrider_journeys.web_vitals import VITALS_SCRIPT

from .dialogs import Dialogs
from .downloads import Downloads
from .interception import Interception
from .login_states import LoginStates
from .throttling import Throttle

if TYPE_CHECKING:
    from playwright.sync_api import APIResponse, BrowserContext, ConsoleMessage, Request, Response, WebError

MOST_REQUESTS = 5000
MOST_LINES = 200
LONGEST_LINE = 1000


@dataclass(slots=True, kw_only=True)
class RequestRecord:
    """One request of a page.

    Attributes:
        status: of the answer, ``None`` while there is none.
        ms: milliseconds from its start to the end of the answer; ``None`` while it goes on and when it failed.
        failure: why it failed, in the browser's words.
        request, response: Playwright's own, for what costs a question to the browser (sizes, content).
        awaited: for what a step has waited for it (``request``, ``response``); none waits for it again.
    """

    method: str
    url: str
    resource_type: str
    request: "Request" = field(repr=False)
    response: "Response | None" = field(default=None, repr=False)
    status: int | None = None
    ms: float | None = None
    failure: str | None = None
    awaited: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class ConsoleRecord:
    """One line that a page printed, or an error that it threw (of the level ``error``)."""

    level: str
    text: str


class Session:
    """The records of one walk. Listeners are set for what the steps need and for nothing else: each one costs time.

    Attributes:
        requests: the latest ones, oldest first.
        responses: those that a step gave a name to, by that name.
        console: the first lines.
        marks: ``clock.monotonic()`` seconds by the name that a step gave them.
        interception, throttle: what is done to the requests of pages, until the walk ends.
        login_states: those that the walk was given, and those that it keeps.
    """

    def __init__(
        self, context: "BrowserContext", needs: Collection[Record], login_states: Iterable[LoginState] = ()
    ) -> None:
        self.requests: deque[RequestRecord] = deque(maxlen=MOST_REQUESTS)
        self.responses: dict[str, Response | APIResponse] = {}
        self.console: list[ConsoleRecord] = []
        self.marks: dict[str, float] = {}
        self.dialogs = Dialogs()
        self.downloads = Downloads()
        self.interception = Interception(context)
        self.throttle = Throttle(context)
        self.login_states = LoginStates(login_states)
        events: Any = context  # Playwright types its events one by one
        self._events = events
        self._going: dict[Request, RequestRecord] = {}
        self._listeners = [each for record in Record if record in needs for each in self._listeners_of(record)]
        for event, listener in self._listeners:
            events.on(event, listener)
        if Record.DOWNLOADS in needs:
            self.downloads.listen(context)
        if Record.VITALS in needs:
            context.add_init_script(VITALS_SCRIPT)

    def close(self) -> None:
        """Listen no more."""
        for event, listener in self._listeners:
            self._events.remove_listener(event, listener)
        self._listeners = []
        self.downloads.close()
        self.throttle.close()
        self.interception.close()

    def _listeners_of(self, record: Record) -> list[tuple[str, Callable[[Any], None]]]:
        listeners: dict[Record, list[tuple[str, Callable[[Any], None]]]] = {
            Record.REQUESTS: [
                ("request", self._begun),
                ("response", self._answered),
                ("requestfinished", self._finished),
                ("requestfailed", self._failed),
            ],
            Record.CONSOLE: [("console", self._printed), ("weberror", self._thrown)],
            Record.DIALOGS: [("dialog", self.dialogs.answer)],
        }
        return listeners.get(record, [])

    def _begun(self, request: "Request") -> None:
        if len(self._going) >= MOST_REQUESTS:
            self._going.pop(next(iter(self._going)))
        self._going[request] = RequestRecord(
            method=request.method, url=request.url, resource_type=request.resource_type, request=request
        )
        self.requests.append(self._going[request])

    def _answered(self, response: "Response") -> None:
        record = self._going.get(response.request)
        if record is not None:
            record.response, record.status = response, response.status

    def _finished(self, request: "Request") -> None:
        record = self._going.pop(request, None)
        if record is not None:
            record.ms = max(request.timing["responseEnd"], 0.0)

    def _failed(self, request: "Request") -> None:
        record = self._going.pop(request, None)
        if record is not None:
            record.failure = request.failure or "failed"

    def _printed(self, message: "ConsoleMessage") -> None:
        self._add(message.type, message.text)

    def _thrown(self, error: "WebError") -> None:
        self._add("error", f"uncaught {error.error}")

    def _add(self, level: str, text: str) -> None:
        if len(self.console) < MOST_LINES:
            self.console.append(ConsoleRecord(level, text[:LONGEST_LINE]))
