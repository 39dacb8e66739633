"""Assertions as clients write them: izli's and brily's spellings and the canonical form, into the grammar and back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from outrider_engine.domain.assertions import Assertion, Operator, Source
from outrider_engine.domain.json_values import JsonObject, JsonValue
from outrider_engine.errors import InvalidInput

from .records import about_records
from .validation import validate


@dataclass(frozen=True, slots=True)
class _Spelling:
    """One type of assertions.

    Attributes:
        selector: the key that holds the selector, or the selector itself when ``fixed``.
        value: the key that holds what is expected.
        operator: used when none is given; ``None`` when one has to be.
        only: whether no other operator fits (the type's name says it).
        options: the options that go with it.
        further: keys that may be left out.
    """

    source: Source
    operator: Operator | None
    selector: str | None = None
    value: str = "value"
    fixed: bool = False
    only: bool = False
    options: tuple[str, ...] = ("case_sensitive", "soft")
    further: tuple[str, ...] = ()


_SPELLINGS: dict[str, _Spelling] = {
    "status_code": _Spelling(Source.STATUS, Operator.EQUALS),
    "response_time": _Spelling(Source.RESPONSE_TIME, Operator.LESS_THAN),
    "body_contains": _Spelling(Source.BODY, Operator.CONTAINS, only=True),
    "body_regex": _Spelling(Source.BODY, Operator.MATCHES, value="pattern", only=True),
    "json_path": _Spelling(Source.JSON, Operator.EQUALS, selector="path"),
    "header_contains": _Spelling(Source.HEADER, Operator.CONTAINS, selector="header", only=True),
    "ssl_expiry": _Spelling(Source.CERTIFICATE, Operator.GREATER_THAN, selector="days_remaining", fixed=True),
    "status": _Spelling(Source.STATUS, None),
    "header": _Spelling(Source.HEADER, None, selector="name"),
    "latency_p95": _Spelling(
        Source.LATENCY, None, selector="p95", value="value_ms", fixed=True, options=("window_minutes", "soft")
    ),
    "record_value": _Spelling(Source.FACT, Operator.EQUALS, selector="values", fixed=True, further=("priority",)),
    "record_values": _Spelling(Source.FACT, Operator.CONTAINS_ALL, selector="values", fixed=True),
    "record_count": _Spelling(Source.FACT, Operator.EQUALS, selector="count", fixed=True),
    "record_exists": _Spelling(Source.FACT, Operator.EQUALS, selector="exists", fixed=True),
}
_OPTIONS = ("case_sensitive", "soft", "window_minutes")
_CANONICAL = ("source", "selector", "operator", "expected", "options")
_OPERATORS = list(Operator)
_SHORT = {
    "eq": Operator.EQUALS,
    "neq": Operator.NOT_EQUALS,
    "lt": Operator.LESS_THAN,
    "lte": Operator.LESS_OR_EQUAL,
    "gt": Operator.GREATER_THAN,
    "gte": Operator.GREATER_OR_EQUAL,
}
"""brily's words for operators; ``in`` and ``not_in`` are the same for all."""
_WITHOUT_VALUE = (Operator.EXISTS, Operator.NOT_EXISTS, Operator.EMPTY, Operator.NOT_EMPTY)


def read_assertions(given: Sequence[JsonObject]) -> list[Assertion]:
    """Return assertions as the engine understands them; each keeps its author's spelling.

    Raises:
        InvalidInput: names the assertion and the key that is wrong.
    """
    return [_read(one, f"assertions[{index}]") for index, one in enumerate(given)]


def read_assertion(given: JsonObject) -> Assertion:
    """Return one assertion of a check type's own settings, read and validated.

    Raises:
        InvalidInput: names the key that is wrong, in the author's words.
    """
    assertion = _read(given, "")
    try:
        validate(assertion)
    except InvalidInput as error:
        field = respelled(f"assertions[0].{error.field}", [given]).removeprefix("assertions[0].")
        raise InvalidInput(error.problem, field=field, allowed=error.allowed) from None
    return assertion


def show_assertions(assertions: Sequence[Assertion]) -> list[JsonObject]:
    """Return assertions as their author wrote them, else in the canonical form."""
    return [one.spelling if one.spelling is not None else _canonical(one) for one in assertions]


def respelled(field: str, given: Sequence[JsonObject]) -> str:
    """Return the path of a wrong field in the author's words: ``assertions[0].selector`` may be called ``path``."""
    head, _, rest = field.partition("].")
    index = head.removeprefix("assertions[")
    if not rest or not index.isdigit() or int(index) >= len(given):
        return field
    one = given[int(index)]
    spelling = _SPELLINGS.get(str(one.get("type")))
    if spelling is None:
        return field
    if rest == "selector" and spelling.selector and not spelling.fixed:
        return f"{head}].{spelling.selector}"
    if rest == "expected":
        as_key = next((key for key in one if key in _OPERATORS), spelling.value)
        return f"{head}].{as_key}"
    return field.replace("].options.", "].") if rest.startswith("options.") else field


def _read(given: JsonObject, where: str) -> Assertion:
    if "source" in given:
        return _read_canonical(given, where)
    type = given.get("type")
    if not isinstance(type, str) or type not in _SPELLINGS:
        problem = "is required" if type is None else f"is not a type of assertion: {type!r}"
        raise InvalidInput(problem, field=_at(where, "type"), allowed=list(_SPELLINGS), given=type)
    spelling = _SPELLINGS[type]
    operator, expected = _comparison(given, spelling, where)
    assertion = Assertion(
        source=spelling.source,
        operator=operator,
        expected=expected,
        selector=_selector(given, spelling, where),
        options=_options(given, where),
        spelling=dict(given),
    )
    try:
        return about_records(type, assertion)
    except InvalidInput as error:
        as_key = next((key for key in given if key in _OPERATORS), None)
        names = {"operator": as_key or "operator", "expected": as_key or spelling.value}
        field = names.get(error.field or "", error.field or "")
        raise InvalidInput(error.problem, field=_at(where, field), allowed=error.allowed) from None


def _comparison(given: JsonObject, spelling: _Spelling, where: str) -> tuple[Operator, JsonValue]:
    as_key = [] if spelling.only else [key for key in given if key in _OPERATORS]
    allowed = ["type", spelling.value, *spelling.further, *spelling.options]
    if "case_sensitive" in spelling.options:
        allowed.append("case_insensitive")
    if spelling.selector and not spelling.fixed:
        allowed.append(spelling.selector)
    if not spelling.only:
        allowed += ["operator", *as_key]
    _refuse_unknown(given, allowed, where)
    if len(as_key) > 1 or (as_key and ("operator" in given or spelling.value in given)):
        raise InvalidInput("says twice how to compare", field=_at(where, as_key[-1]))
    if as_key:
        return Operator(as_key[0]), given[as_key[0]]
    if "operator" not in given and spelling.operator is None:
        raise InvalidInput("is required", field=_at(where, "operator"), allowed=[*_SHORT, *_OPERATORS])
    operator = _operator(given.get("operator", spelling.operator), where)
    if spelling.value not in given and operator not in _WITHOUT_VALUE:
        raise InvalidInput("is required", field=_at(where, spelling.value))
    return operator, given.get(spelling.value)


def _selector(given: JsonObject, spelling: _Spelling, where: str) -> str | None:
    if spelling.selector is None or spelling.fixed:
        return spelling.selector
    selector = given.get(spelling.selector)
    if not isinstance(selector, str):
        problem = "is required" if selector is None else "must be a text"
        raise InvalidInput(problem, field=_at(where, spelling.selector))
    return selector


def _read_canonical(given: JsonObject, where: str) -> Assertion:
    _refuse_unknown(given, _CANONICAL, where)
    source, selector, options = given["source"], given.get("selector"), given.get("options", {})
    if source not in list(Source):
        raise InvalidInput(
            f"is not a source: {source!r}", field=_at(where, "source"), allowed=list(Source), given=source
        )
    if selector is not None and not isinstance(selector, str):
        raise InvalidInput("must be a text", field=_at(where, "selector"))
    if not isinstance(options, Mapping):
        raise InvalidInput("must be an object", field=_at(where, "options"))
    _refuse_unknown(options, _OPTIONS, _at(where, "options"))
    if "operator" not in given:
        raise InvalidInput("is required", field=_at(where, "operator"), allowed=_OPERATORS)
    return Assertion(
        source=Source(str(source)),
        operator=_operator(given["operator"], where),
        expected=given.get("expected"),
        selector=selector,
        options=_options(options, _at(where, "options")),
        spelling=dict(given),
    )


def _operator(given: JsonValue, where: str) -> Operator:
    if isinstance(given, str) and given in _SHORT:
        return _SHORT[given]
    if given not in _OPERATORS:
        raise InvalidInput(
            f"is not an operator: {given!r}", field=_at(where, "operator"), allowed=_OPERATORS, given=given
        )
    return Operator(str(given))


def _options(given: JsonObject, where: str) -> dict[str, JsonValue]:
    options = {key: given[key] for key in _OPTIONS if key in given}
    insensitive = given.get("case_insensitive", False)
    for key, value in {**options, "case_insensitive": insensitive}.items():
        if key != "window_minutes" and not isinstance(value, bool):
            raise InvalidInput("must be true or false", field=_at(where, key))
    if insensitive and options.get("case_sensitive") is True:
        raise InvalidInput("says something else than case_sensitive", field=_at(where, "case_insensitive"))
    return options | ({"case_sensitive": False} if insensitive else {})


def _refuse_unknown(given: JsonObject, allowed: Sequence[str], where: str) -> None:
    for name in given:
        if name not in allowed:
            raise InvalidInput("is not a known field", field=_at(where, name), allowed=list(allowed), given=name)


def _at(where: str, key: str) -> str:
    return f"{where}.{key}" if where else key


def _canonical(assertion: Assertion) -> dict[str, JsonValue]:
    shown: dict[str, JsonValue] = {"source": assertion.source.value, "operator": assertion.operator.value}
    if assertion.selector is not None:
        shown["selector"] = assertion.selector
    if assertion.expected is not None:
        shown["expected"] = assertion.expected
    if assertion.options:
        shown["options"] = dict(assertion.options)
    return shown
