"""The one grammar of assertions: a source of the observation, a selector in it, an operator and what is expected."""

from dataclasses import dataclass, field
from enum import StrEnum

from .json_values import JsonObject, JsonValue
from .verdicts import Reason, Verdict


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
    LATENCY = "latency"
    """Milliseconds that a share of the check's runs of the last minutes did not exceed; the selector is the share
    (``p95``), the option ``window_minutes`` the window (10). Judged when a run is stored: it needs those before."""
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
        options: ``case_sensitive`` (bool, default true) for texts; ``soft`` (bool): a failure only degrades the run;
            ``window_minutes`` (int, default 10) for ``LATENCY``.
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

    def as_json(self) -> dict[str, JsonValue]:
        """Return what readers of a run see of it."""
        assertion = self.assertion
        shown: dict[str, JsonValue] = {
            "source": assertion.source.value,
            "selector": assertion.selector,
            "operator": assertion.operator.value,
            "expected": assertion.expected,
            "passed": self.passed,
            "actual": self.actual,
            "message": self.message,
        }
        if assertion.options:
            shown["options"] = dict(assertion.options)
        if assertion.spelling is not None:
            shown["spelling"] = dict(assertion.spelling)
        return shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """The verdict on one observation, with the result of each assertion that was judged."""

    verdict: Verdict
    reason: Reason | None = None
    error: str | None = None
    results: tuple[AssertionResult, ...] = ()
