"""An observation as assertions look at it: each source, decoded and parsed at most once."""

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import ClassVar

from outrider_engine.domain.assertions import Assertion, Operator, Source
from outrider_engine.domain.json_values import JsonValue
from outrider_engine.domain.observations import Observation

from .json_paths import Unreadable, parsed_json, selected
from .operators import MISSING, Selected, number
from .texts import decoded

FAILURE = "failure"
"""The fact that names the reason for which an observation failed; an assertion about it expects failures."""
NUMERIC_SOURCES = frozenset({Source.STATUS, Source.RESPONSE_TIME})
TEXT_SOURCES = frozenset({Source.HEADER, Source.BODY})


class Seen:
    """Answers what an assertion's source and selector mean in one observation."""

    def __init__(self, observation: Observation) -> None:
        self._observation = observation
        self._json: JsonValue = None
        self._unreadable: Unreadable | None = None
        self._parsed = False

    def value(self, assertion: Assertion) -> Selected:
        """Return the selected value, or ``MISSING``.

        Raises:
            Unreadable: the body is not JSON.
            TooMuchWork, InvalidInput: as ``json_paths.selected``.
        """
        if assertion.source is Source.JSON:
            return self._json_value(assertion)
        return self._SOURCES[assertion.source](self, assertion.selector or "")

    def expected(self, assertion: Assertion) -> JsonValue:
        """Return what an assertion expects, in the type of its source: for a status, a rendered ``"200"`` is 200."""
        if assertion.source in NUMERIC_SOURCES:
            return _each(assertion.expected, lambda item: item if number(item) is None else number(item))
        if assertion.source in TEXT_SOURCES:
            return _each(assertion.expected, _as_text)
        return assertion.expected

    def _status(self, _selector: str) -> Selected:
        return self._observation.facts.get("status", MISSING)

    def _header(self, name: str) -> Selected:
        return self._observation.headers.get(name.lower(), MISSING)

    def _body(self, _selector: str) -> Selected:
        return MISSING if self._observation.body is None else self._text

    def _json_value(self, assertion: Assertion) -> Selected:
        """Return what a path selects; the empty list of a path that may select several exists only as a list."""
        exists, value = selected(assertion.selector or "", self._document())
        is_list = value == [] and assertion.operator not in {Operator.EXISTS, Operator.NOT_EXISTS}
        return value if exists or is_list else MISSING

    def _certificate(self, name: str) -> Selected:
        return _within(self._observation.facts.get("certificate"), name)

    def _time(self, phase: str) -> Selected:
        return self._observation.phases.get(phase, MISSING) if phase else self._observation.duration_ms

    def _fact(self, name: str) -> Selected:
        if name == FAILURE:
            failure = self._observation.failure
            return str(failure.reason) if failure else MISSING
        facts = self._observation.facts
        return facts[name] if name in facts else _within(facts, *name.split("."))

    @cached_property
    def _text(self) -> str:
        return decoded(self._observation.body or b"", self._observation.headers.get("content-type", ""))

    def _document(self) -> JsonValue:
        if not self._parsed:
            self._parsed = True
            try:
                self._json = parsed_json(self._text)
            except Unreadable as problem:
                self._unreadable = problem
        if self._unreadable is not None:
            raise self._unreadable
        return self._json

    _SOURCES: ClassVar[Mapping[Source, Callable[["Seen", str], Selected]]] = {
        Source.STATUS: _status,
        Source.RESPONSE_TIME: _time,
        Source.HEADER: _header,
        Source.BODY: _body,
        Source.CERTIFICATE: _certificate,
        Source.FACT: _fact,
    }


def _within(value: JsonValue, *names: str) -> Selected:
    for name in names:
        if not isinstance(value, Mapping) or name not in value:
            return MISSING
        value = value[name]
    return value


def _each(value: JsonValue, change: Callable[[JsonValue], JsonValue]) -> JsonValue:
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [change(item) for item in value]
    return change(value)


def _as_text(value: JsonValue) -> JsonValue:
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, int | float) else value
