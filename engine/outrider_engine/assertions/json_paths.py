"""JSONPath (RFC 9535) over documents of strangers: bounded work, linear-time patterns, and ``.length``."""

import functools
import json
import math
from collections.abc import Iterable
from typing import Any

from jsonpath import JSONPath, JSONPathEnvironment, JSONPathMatch, NodeList
from jsonpath.exceptions import JSONPathError
from jsonpath.filter import FilterQuery, RelativeFilterQuery, RootFilterQuery
from jsonpath.function_extensions import ExpressionType, FilterFunction
from jsonpath.parse import Parser
from jsonpath.selectors import FilterContext
from jsonpath.stream import TokenStream

from outrider_engine.domain.json_values import JsonValue
from outrider_engine.errors import InvalidInput

from .patterns import compiled as compiled_pattern

LONGEST_PATH = 512
MOST_NODES = 50_000
"""Nodes that one evaluation may look at, some tenths of a second of work."""
_LENGTH = ".length"
_BUDGET = "budget"


class Unreadable(Exception):
    """The body is not JSON that can be worked with; the message says why."""


class TooMuchWork(Exception):
    """A path would look at too much of a document."""


class Budget:
    """Counts the nodes of one evaluation."""

    def __init__(self) -> None:
        self._left = MOST_NODES

    def spend(self) -> None:
        """Count one node."""
        self._left -= 1
        if self._left < 0:
            raise TooMuchWork(f"it looks at more than {MOST_NODES} nodes")


class _CountedMatch(JSONPathMatch):
    """A node that counts its children as they are made. They have no path of their own, which nobody reads."""

    def new_child(self, obj: object, key: int | str) -> JSONPathMatch:
        context = self._filter_context
        context[_BUDGET].spend()
        return _CountedMatch(filter_context=context, obj=obj, parent=self, path="", parts=(), root=self.root)

    def add_child(self, *children: JSONPathMatch) -> None:
        """Keep no children: nobody walks back down."""


def _matches(path: JSONPath, data: Any, budget: Budget) -> Iterable[JSONPathMatch]:
    """Do what ``JSONPath.finditer`` does, with counted nodes: the library makes the root node of a fixed class."""
    budget.spend()
    root = _CountedMatch(filter_context={_BUDGET: budget}, obj=data, parent=None, path="$", parts=(), root=data)
    found: Iterable[JSONPathMatch] = [root]
    for segment in path.segments:
        found = segment.resolve(found)
    return found


class _CountedRelativeQuery(RelativeFilterQuery):
    def evaluate(self, context: FilterContext) -> object:
        budget = context.extra_context[_BUDGET]
        if isinstance(context.current, dict | list):
            return NodeList(_matches(self.path, context.current, budget))
        budget.spend()
        return context.current if self.path.empty() else NodeList()


class _CountedRootQuery(RootFilterQuery):
    def evaluate(self, context: FilterContext) -> object:
        return NodeList(_matches(self.path, context.root, context.extra_context[_BUDGET]))


class _CountingParser(Parser):
    def parse_relative_query(self, stream: TokenStream) -> Any:
        return _CountedRelativeQuery(_path_of(super().parse_relative_query(stream)))

    def parse_absolute_query(self, stream: TokenStream) -> Any:
        return _CountedRootQuery(_path_of(super().parse_absolute_query(stream)))


def _path_of(query: object) -> JSONPath:
    if not isinstance(query, FilterQuery):
        raise JSONPathError("a query was expected")
    return query.path


class _PatternFunction(FilterFunction):
    """``match`` and ``search`` of RFC 9535 by RE2; a pattern that is none matches nothing, as the RFC says."""

    @property
    def arg_types(self) -> list[ExpressionType]:
        return [ExpressionType.VALUE, ExpressionType.VALUE]

    @property
    def return_type(self) -> ExpressionType:
        return ExpressionType.LOGICAL

    def __init__(self, method: str) -> None:
        self._method = method

    def __call__(self, value: object, pattern: object) -> bool:
        if not isinstance(value, str) or not isinstance(pattern, str):
            return False
        try:
            return getattr(compiled_pattern(pattern), self._method)(value) is not None
        except (InvalidInput, UnicodeEncodeError):
            return False


class _Environment(JSONPathEnvironment):
    parser_class = _CountingParser

    def setup_function_extensions(self) -> None:
        super().setup_function_extensions()
        self.function_extensions["match"] = _PatternFunction("fullmatch")
        self.function_extensions["search"] = _PatternFunction("search")


@functools.lru_cache(maxsize=1)
def _environment() -> _Environment:
    return _Environment(strict=True)


@functools.lru_cache(maxsize=1024)
def compiled(path: str) -> JSONPath:
    """Return a compiled path.

    Raises:
        InvalidInput: too long, or not in the syntax of RFC 9535.
    """
    if len(path) > LONGEST_PATH:
        raise InvalidInput(f"is longer than {LONGEST_PATH} characters", field="selector")
    try:
        parsed = _environment().compile(path)
    except (JSONPathError, RecursionError, ValueError) as error:
        raise InvalidInput(f"is not a JSONPath (RFC 9535): {error.args[0]}", field="selector") from None
    if not isinstance(parsed, JSONPath):
        raise InvalidInput("is not a JSONPath (RFC 9535)", field="selector")
    return parsed


def selected(path: str, data: JsonValue) -> tuple[bool, JsonValue]:
    """Return whether a path selects anything, and what: a value, or the list of values when it may select several.

    ``.length`` after a path of arrays or texts is their length, unless there is a member of that name.

    Raises:
        InvalidInput: as ``compiled``.
        TooMuchWork: the path looks at too many nodes, or the document is nested too deeply for it.
    """
    try:
        exists, value = _evaluated(path, data)
        if exists or not path.endswith(_LENGTH):
            return exists, value
        return _lengths(path.removesuffix(_LENGTH), data)
    except (JSONPathError, RecursionError):
        raise TooMuchWork("the document is nested too deeply for it") from None


def _evaluated(path: str, data: JsonValue) -> tuple[bool, JsonValue]:
    parsed = compiled(path)
    values: list[Any] = [match.obj for match in _matches(parsed, data, Budget())]
    if parsed.singular_query():
        return bool(values), values[0] if values else None
    return bool(values), values


def _lengths(path: str, data: JsonValue) -> tuple[bool, JsonValue]:
    exists, value = _evaluated(path, data)
    if compiled(path).singular_query():
        measurable = exists and isinstance(value, list | str)
        return measurable, len(value) if isinstance(value, list | str) else None
    lengths = [len(item) for item in value if isinstance(item, list | str)] if isinstance(value, list) else []
    return bool(lengths), lengths


def parsed_json(text: str) -> JsonValue:
    """Return the JSON of a text.

    Raises:
        Unreadable: no JSON, ``NaN`` and infinities, numbers of thousands of digits, nested too deeply.
    """
    try:
        value: JsonValue = _DECODER.decode(text)
    except RecursionError:
        raise Unreadable("the body is JSON that is nested too deeply") from None
    except ValueError as error:
        raise Unreadable(f"the body is not JSON: {error}"[:200]) from None
    return value


def _refused(name: str) -> JsonValue:
    raise ValueError(f"{name} is not a JSON number")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError("a number is too large")
    return number


_DECODER = json.JSONDecoder(parse_constant=_refused, parse_float=_finite)
