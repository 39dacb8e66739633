"""An API monitor in the making: steps that can be sent and judged, and a line of the receipt for what can't."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import TypeAdapter, ValidationError

from outrider_engine.assertions import read_assertion
from outrider_engine.contracts.http_requests import Headers, UrlOrPath
from outrider_engine.errors import InvalidInput

from .contract import ImportedCheck
from .credentials import Credentials
from .drafting import short_name
from .literal_texts import VARIABLE, needs_braces
from .receipt import Outcome, ReceiptBook

MOST_STEPS = 50
"""Steps that an API monitor may have."""
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")
_URL: TypeAdapter[str] = TypeAdapter(UrlOrPath)
_HEADERS: TypeAdapter[dict[str, str]] = TypeAdapter(Headers)
_MOST_OF_A_STEP = 50


@dataclass(slots=True)
class ApiStepDraft:
    """A request, what is taken from its answer, and what must hold of it."""

    name: str
    where: str
    url: str
    method: str = "GET"
    headers: dict[str, str] = field(default_factory=dict)
    body: Any = None
    follow_redirects: bool = True
    extract: list[dict[str, Any]] = field(default_factory=list)
    assertions: list[dict[str, Any]] = field(default_factory=list)


class ApiDraft:
    """Steps in order.

    Attributes:
        steps: those that can be sent.
        variables: plain values.
    """

    def __init__(self, book: ReceiptBook, credentials: Credentials) -> None:
        self._book = book
        self._credentials = credentials
        self.steps: list[dict[str, Any]] = []
        self.variables: dict[str, str] = {}

    def add(self, draft: ApiStepDraft, outcome: Outcome = Outcome.EXACT, note: str = "") -> bool:
        """Add a step; one that can't be sent is told as dropped, and so is what can't be judged in it."""
        problem = _unsendable(draft)
        if problem is not None:
            self._book.add(Outcome.DROPPED, draft.where, draft.name, problem)
            return False
        request: dict[str, Any] = {"url": draft.url, "method": draft.method}
        headers = self._sendable(draft)
        if headers:
            request["headers"] = headers
        if draft.body is not None and draft.method != "HEAD":
            request["body"] = draft.body
        if not draft.follow_redirects:
            request["follow_redirects"] = False
        step: dict[str, Any] = {"name": short_name(draft.name) or "Request", "request": request}
        if draft.extract:
            step["extract"] = draft.extract[:_MOST_OF_A_STEP]
        assertions = self._judged(draft)
        if assertions:
            step["assertions"] = assertions
        self.steps.append(step)
        self._book.add(outcome, draft.where, draft.name, note)
        return True

    def check(self, name: str, steps: Sequence[Mapping[str, Any]], **fields: Any) -> ImportedCheck:
        """Return the API monitor of some of the steps.

        Args:
            name: what it is called.
            steps: at most 50.
            fields: further fields of the monitor; those that are ``None`` or empty are left out.
        """
        definition: dict[str, Any] = {"name": short_name(name) or "Imported requests"}
        definition |= {key: value for key, value in fields.items() if value not in (None, {}, [], ())}
        variables = dict(self.variables)
        if needs_braces(list(steps)):
            variables[VARIABLE] = "{{"
        if variables:
            definition["variables"] = variables
        definition = self._credentials.without({**definition, "steps": list(steps)})
        return ImportedCheck("api_monitor", definition["name"], definition)

    def _sendable(self, draft: ApiStepDraft) -> dict[str, str]:
        headers: dict[str, str] = {}
        for name, value in draft.headers.items():
            try:
                headers |= _HEADERS.validate_python({name: value})
            except ValidationError:
                self._book.add(Outcome.DROPPED, draft.where, "a header", "its name or value cannot be sent")
        return headers

    def _judged(self, draft: ApiStepDraft) -> list[dict[str, Any]]:
        kept: list[dict[str, Any]] = []
        for assertion in draft.assertions:
            if len(kept) == _MOST_OF_A_STEP:
                self._book.add(Outcome.DROPPED, draft.where, "assertions", f"a step has at most {_MOST_OF_A_STEP}")
                break
            try:
                read_assertion(assertion)
            except InvalidInput as error:
                self._book.add(Outcome.DROPPED, draft.where, "an assertion", str(error))
                continue
            if assertion not in kept:
                kept.append(assertion)
        return kept


def _unsendable(draft: ApiStepDraft) -> str | None:
    if draft.method not in METHODS:
        return f"the method {draft.method[:20]} is not sent by API monitors"
    try:
        _URL.validate_python(draft.url)
    except ValidationError as error:
        return f"its address {error.errors()[0]['msg'].removeprefix('Value error, ')}"
    return None
