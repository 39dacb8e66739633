"""The one grammar of assertions: a source of the observation, a selector in it, an operator and what is expected."""

from dataclasses import dataclass, field
from enum import StrEnum

from .json_values import JsonObject, JsonValue


class Source(StrEnum):
    """Which part of an observation an assertion looks at, and what its selector means there."""

    STATUS = "status"
    """The status code; no selector."""
    RESPONSE_TIME = "response_time"
    """Milliseconds of the whole observation, or of the phase that the selector names (``dns``, ``connect``, …)."""
    HEADER = "header"
    """A response header; the selector is its name, in any case."""
    BODY = "body"
    """The decoded body as text; no selector."""
    JSON = "json"
    """The body as JSON; the selector is a JSONPath, with ``.length`` for the length of an array."""
    CERTIFICATE = "certificate"
    """The peer's certificate; the selector is ``days_remaining``, ``subject``, ``issuer``, …"""
    FACT = "fact"
    """Any other fact that the check type reports; the selector is its name."""


class Operator(StrEnum):
    """How the selected value is compared with what is expected."""

    EQUALS = "equals"
    NOT_EQUALS = "not_equals"
    GREATER_THAN = "greater_than"
    GREATER_OR_EQUAL = "greater_or_equal"
    LESS_THAN = "less_than"
    LESS_OR_EQUAL = "less_or_equal"
    BETWEEN = "between"
    IN = "in"
    NOT_IN = "not_in"
    CONTAINS = "contains"
    NOT_CONTAINS = "not_contains"
    CONTAINS_ALL = "contains_all"
    STARTS_WITH = "starts_with"
    ENDS_WITH = "ends_with"
    MATCHES = "matches"
    NOT_MATCHES = "not_matches"
    EXISTS = "exists"
    NOT_EXISTS = "not_exists"
    EMPTY = "empty"
    NOT_EMPTY = "not_empty"


@dataclass(frozen=True, slots=True)
class Assertion:
    """Something that must hold of an observation.

    Attributes:
        options: ``case_sensitive`` (bool, default true) for texts; ``soft`` (bool): a failure only degrades the run.
        spelling: the assertion as its author wrote it, returned unchanged when it is read back.
    """

    source: Source
    operator: Operator
    expected: JsonValue = None
    selector: str | None = None
    options: JsonObject = field(default_factory=dict)
    spelling: JsonObject | None = None


@dataclass(frozen=True, slots=True)
class AssertionResult:
    """How one assertion fared; ``message`` tells expected and actual in one sentence."""

    assertion: Assertion
    passed: bool
    actual: JsonValue
    message: str
