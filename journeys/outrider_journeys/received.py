"""What came as the answer to a request, read within a time and up to a size."""

from typing import TYPE_CHECKING, Any, TypeAlias

from playwright.sync_api import Error

from outrider_engine.assertions.json_paths import TooMuchWork, Unreadable, parsed_json, selected
from outrider_engine.assertions.texts import decoded
from outrider_engine.domain.json_values import JsonValue
from outrider_engine.domain.verdicts import Reason

from .actions.contract import StepFailure
from .bounded_calls import within_time

if TYPE_CHECKING:
    from playwright.sync_api import APIResponse, Response

Answer: TypeAlias = "Response | APIResponse"

LARGEST = 5_000_000
"""Bytes of a body that are looked at."""


class Received:
    """One answer. Its parts are fetched from the browser when they are asked for, and once.

    Every ``timeout_ms`` is in milliseconds, and every method raises ``StepFailure`` for what can't be read.
    """

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self.status = answer.status
        self.url = answer.url
        self._headers: dict[str, str] | None = None
        self._body: bytes | None = None

    @property
    def ms(self) -> float | None:
        """Milliseconds from the start of the request to the end of the answer; ``None`` if it has not ended."""
        request = getattr(self.answer, "request", None)
        ended = request.timing["responseEnd"] if request is not None else -1
        return ended if ended >= 0 else None

    def header(self, name: str, timeout_ms: float) -> str | None:
        """Return a header; several of the same name are joined by commas."""
        if self._headers is None:
            answer: Any = self.answer
            with within_time(answer, timeout_ms):
                given = answer.all_headers() if hasattr(answer, "all_headers") else answer.headers
            self._headers = {each.lower(): value for each, value in given.items()}
        return self._headers.get(name.lower())

    def body(self, timeout_ms: float) -> bytes:
        """Return the body."""
        if self._body is None:
            announced = self.header("content-length", timeout_ms) or ""
            if announced.isascii() and announced.isdigit() and int(announced[:18]) > LARGEST:
                raise _unreadable(f"has {announced[:18]} bytes, more than {LARGEST:,}")
            try:
                with within_time(self.answer, timeout_ms):
                    body = self.answer.body()
            except Error as error:
                raise _unreadable(f"is not at hand: {error.message.split(chr(10), 1)[0][:200]}") from None
            if len(body) > LARGEST:
                raise _unreadable(f"has {len(body):,} bytes, more than {LARGEST:,}")
            self._body = body
        return self._body

    def text(self, timeout_ms: float) -> str:
        """Return the body as text."""
        return decoded(self.body(timeout_ms), self.header("content-type", timeout_ms) or "")

    def json(self, timeout_ms: float) -> JsonValue:
        """Return the body as JSON."""
        try:
            return parsed_json(self.text(timeout_ms))
        except Unreadable as problem:
            raise StepFailure(str(problem), reason=Reason.BODY) from None

    def at(self, path: str, timeout_ms: float) -> tuple[bool, JsonValue]:
        """Return whether a JSONPath selects anything in the body, and what; see ``json_paths.selected``."""
        try:
            return selected(path, self.json(timeout_ms))
        except TooMuchWork as problem:
            raise StepFailure(f"the JSONPath {path}: {problem}", reason=Reason.BODY) from None


def _unreadable(why: str) -> StepFailure:
    return StepFailure(f"the body of the answer {why}", reason=Reason.BODY)
