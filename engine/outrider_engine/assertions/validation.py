"""Whether an assertion makes sense, known when it is saved: each source has its selector, operators and values.

A value with ``{{name}}`` in it is not known yet; it is looked at again when it has been rendered.
"""

from collections.abc import Sequence

from outrider_engine.domain.assertions import Assertion, Operator, Source
from outrider_engine.domain.json_values import JsonValue
from outrider_engine.domain.templates import names_in
from outrider_engine.errors import InvalidInput

from .json_paths import compiled as compiled_path
from .operators import number
from .patterns import compiled as compiled_pattern
from .seen import NUMERIC_SOURCES
from .windows import share_of

_LONGEST_SELECTOR = 512
_PRESENCE = frozenset({Operator.EXISTS, Operator.NOT_EXISTS, Operator.EMPTY, Operator.NOT_EMPTY})
_EQUALITY = frozenset({Operator.EQUALS, Operator.NOT_EQUALS, Operator.IN, Operator.NOT_IN})
_ORDER = frozenset(
    {Operator.GREATER_THAN, Operator.GREATER_OR_EQUAL, Operator.LESS_THAN, Operator.LESS_OR_EQUAL, Operator.BETWEEN}
)
_PATTERN = frozenset({Operator.MATCHES, Operator.NOT_MATCHES})
_TEXT = _PATTERN | {
    Operator.CONTAINS,
    Operator.NOT_CONTAINS,
    Operator.CONTAINS_ALL,
    Operator.STARTS_WITH,
    Operator.ENDS_WITH,
}
_LISTS = frozenset({Operator.IN, Operator.NOT_IN, Operator.CONTAINS_ALL})
_AFFIXES = frozenset({Operator.STARTS_WITH, Operator.ENDS_WITH})

_CERTIFICATE = ("days_remaining", "issuer", "names", "subject", "valid_from", "valid_until")
_OPERATORS: dict[Source, frozenset[Operator]] = {
    Source.STATUS: _EQUALITY | _ORDER | {Operator.EXISTS, Operator.NOT_EXISTS},
    Source.RESPONSE_TIME: _ORDER | {Operator.EXISTS, Operator.NOT_EXISTS},
    Source.HEADER: frozenset(Operator),
    Source.BODY: _PRESENCE | _EQUALITY | _TEXT,
    Source.JSON: frozenset(Operator),
    Source.CERTIFICATE: frozenset(Operator),
    Source.LATENCY: _ORDER - {Operator.BETWEEN},
    Source.FACT: frozenset(Operator),
}
_WITHOUT_SELECTOR = frozenset({Source.STATUS, Source.BODY})
_WITH_SELECTOR = frozenset({Source.HEADER, Source.JSON, Source.CERTIFICATE, Source.FACT, Source.LATENCY})
_OPTIONS = ("case_sensitive", "soft")
_LONGEST_WINDOW = 1440
"""Minutes."""


def validate(assertion: Assertion) -> None:
    """Refuse an assertion that can't be meant.

    Raises:
        InvalidInput: names ``selector``, ``operator``, ``expected`` or ``options.<name>``, and what is allowed there.
    """
    _check_selector(assertion.source, assertion.selector)
    allowed = _OPERATORS[assertion.source]
    if assertion.operator not in allowed:
        raise InvalidInput(f"does not fit {assertion.source}", field="operator", allowed=sorted(allowed))
    _check_options(assertion)
    _check_expected(assertion)


def _check_selector(source: Source, selector: str | None) -> None:
    if source in _WITHOUT_SELECTOR and selector:
        raise InvalidInput(f"{source} has no parts to select", field="selector")
    if source in _WITH_SELECTOR and not selector:
        raise InvalidInput(f"is needed for {source}", field="selector")
    if selector is None:
        return
    if len(selector) > _LONGEST_SELECTOR:
        raise InvalidInput(f"is longer than {_LONGEST_SELECTOR} characters", field="selector")
    if source is Source.JSON and not names_in(selector):
        compiled_path(selector)
    if source is Source.CERTIFICATE and selector not in _CERTIFICATE:
        raise InvalidInput("is not known of certificates", field="selector", allowed=_CERTIFICATE, given=selector)
    if source is Source.LATENCY:
        share_of(selector)


def _check_options(assertion: Assertion) -> None:
    for name, value in assertion.options.items():
        if name == "window_minutes" and assertion.source is Source.LATENCY:
            if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= _LONGEST_WINDOW:
                raise InvalidInput(f"must be a whole number from 1 to {_LONGEST_WINDOW}", field=f"options.{name}")
            continue
        if name not in _OPTIONS:
            raise InvalidInput("is not an option of assertions", field=f"options.{name}", allowed=_OPTIONS, given=name)
        if not isinstance(value, bool):
            raise InvalidInput("must be true or false", field=f"options.{name}")


def _check_expected(assertion: Assertion) -> None:
    operator, expected = assertion.operator, assertion.expected
    if operator in _PRESENCE:
        _require(expected is None, "takes no value")
    elif assertion.source is Source.LATENCY:
        _require(_is_duration(expected), "must be a number of milliseconds, more than 0")
    elif operator is Operator.BETWEEN:
        pair = _items(expected)
        _require(pair is not None and len(pair) == 2 and all(map(_numeric, pair)), "must be two numbers: [low, high]")
        low, high = (number(item) for item in pair or ())
        _require(low is None or high is None or low <= high, "must be two numbers: [low, high]")
    elif operator in _LISTS:
        items = _items(expected)
        _require(bool(items), "must be a list with at least one value")
        _check_values(assertion, items or ())
    else:
        _check_values(assertion, (expected,))


def _check_values(assertion: Assertion, values: Sequence[JsonValue]) -> None:
    operator, source = assertion.operator, assertion.source
    days = source is Source.CERTIFICATE and assertion.selector == "days_remaining" and operator in _EQUALITY
    if source in NUMERIC_SOURCES or operator in _ORDER or days:
        _require(all(map(_numeric, values)), "must be a number")
    elif operator in _PATTERN:
        _check_pattern(assertion)
    elif operator in _AFFIXES or source is Source.BODY:
        _require(all(isinstance(value, str) and value for value in values), "must be a text that is not empty")
    elif source is Source.HEADER:
        _require(all(isinstance(value, str | int | float) for value in values), "must be a text or a number")


def _check_pattern(assertion: Assertion) -> None:
    pattern = assertion.expected
    if not isinstance(pattern, str) or not pattern:
        raise InvalidInput("must be a regular expression", field="expected")
    if not names_in(pattern):
        compiled_pattern(pattern, case_sensitive=assertion.options.get("case_sensitive") is not False)


def _is_duration(value: JsonValue) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value > 0


def _numeric(value: JsonValue) -> bool:
    return number(value) is not None or (isinstance(value, str) and bool(names_in(value)))


def _items(value: JsonValue) -> Sequence[JsonValue] | None:
    return value if isinstance(value, Sequence) and not isinstance(value, str) else None


def _require(condition: bool, problem: str) -> None:
    if not condition:
        raise InvalidInput(problem, field="expected")
