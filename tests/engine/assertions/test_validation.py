"""Assertions that can't be meant are refused when they are saved."""

from typing import Any

import pytest

from outrider_engine.assertions import validate
from outrider_engine.domain.assertions import Assertion, Operator, Source
from outrider_engine.errors import InvalidInput


def one(source: Source, operator: Operator, expected: Any = None, selector: str | None = None, **options: Any) -> Any:
    return Assertion(source, operator, expected, selector, options)


@pytest.mark.parametrize(
    ("field", "assertion"),
    [
        ("selector", one(Source.STATUS, Operator.EQUALS, 200, "x")),
        ("selector", one(Source.BODY, Operator.EMPTY, None, "x")),
        ("selector", one(Source.HEADER, Operator.EXISTS)),
        ("selector", one(Source.JSON, Operator.EXISTS)),
        ("selector", one(Source.JSON, Operator.EXISTS, None, "status")),
        ("selector", one(Source.JSON, Operator.EXISTS, None, "$.[")),
        ("selector", one(Source.JSON, Operator.EXISTS, None, "$.a | $.b")),
        ("selector", one(Source.JSON, Operator.EXISTS, None, "$[?@.a =~ /(a+)+/]")),
        ("selector", one(Source.JSON, Operator.EXISTS, None, "$[?nope(@.a)]")),
        ("selector", one(Source.JSON, Operator.EXISTS, None, "$" + ".a" * 500)),
        ("selector", one(Source.JSON, Operator.EXISTS, None, "$[?" + "(" * 400 + "@" + ")" * 100 + "]")),
        ("selector", one(Source.CERTIFICATE, Operator.EXISTS, None, "colour")),
        ("selector", one(Source.FACT, Operator.EXISTS, None, "a" * 600)),
        ("operator", one(Source.STATUS, Operator.CONTAINS, "2")),
        ("operator", one(Source.RESPONSE_TIME, Operator.MATCHES, "2")),
        ("operator", one(Source.BODY, Operator.LESS_THAN, 2)),
        ("expected", one(Source.STATUS, Operator.EQUALS, "many")),
        ("expected", one(Source.STATUS, Operator.EQUALS, None)),
        ("expected", one(Source.STATUS, Operator.EQUALS, True)),
        ("expected", one(Source.STATUS, Operator.IN, 200)),
        ("expected", one(Source.STATUS, Operator.IN, [])),
        ("expected", one(Source.STATUS, Operator.IN, [200, "x"])),
        ("expected", one(Source.STATUS, Operator.BETWEEN, [200])),
        ("expected", one(Source.STATUS, Operator.BETWEEN, [300, 200])),
        ("expected", one(Source.STATUS, Operator.BETWEEN, "200-300")),
        ("expected", one(Source.RESPONSE_TIME, Operator.LESS_THAN, "fast")),
        ("expected", one(Source.HEADER, Operator.GREATER_THAN, "x", "content-length")),
        ("expected", one(Source.HEADER, Operator.EQUALS, ["x"], "content-length")),
        ("expected", one(Source.HEADER, Operator.EXISTS, True, "content-length")),
        ("expected", one(Source.BODY, Operator.CONTAINS, None)),
        ("expected", one(Source.BODY, Operator.CONTAINS, "")),
        ("expected", one(Source.BODY, Operator.MATCHES, "(")),
        ("expected", one(Source.BODY, Operator.MATCHES, r"(a)\1")),
        ("expected", one(Source.BODY, Operator.MATCHES, "(?=a)")),
        ("expected", one(Source.BODY, Operator.MATCHES, "a" * 100_000)),
        ("expected", one(Source.BODY, Operator.MATCHES, "((a{100}){100}){100}")),
        ("expected", one(Source.BODY, Operator.MATCHES, 5)),
        ("expected", one(Source.JSON, Operator.STARTS_WITH, 5, "$.a")),
        ("expected", one(Source.CERTIFICATE, Operator.GREATER_THAN, "soon", "days_remaining")),
        ("expected", one(Source.CERTIFICATE, Operator.EQUALS, "soon", "days_remaining")),
        ("options.loud", one(Source.STATUS, Operator.EQUALS, 200, loud=True)),
        ("options.soft", one(Source.STATUS, Operator.EQUALS, 200, soft="yes")),
    ],
    ids=lambda value: str(value)[:60],
)
def test_what_makes_no_sense_is_refused(field: str, assertion: Assertion) -> None:
    with pytest.raises(InvalidInput) as refusal:
        validate(assertion)
    assert refusal.value.field == field
    assert len(str(refusal.value)) < 700


@pytest.mark.parametrize(
    "assertion",
    [
        one(Source.STATUS, Operator.EQUALS, 200),
        one(Source.STATUS, Operator.EQUALS, "{{STATUS}}"),
        one(Source.STATUS, Operator.IN, [200, 201, 204]),
        one(Source.RESPONSE_TIME, Operator.LESS_THAN, 2000),
        one(Source.RESPONSE_TIME, Operator.LESS_THAN, 50, "dns"),
        one(Source.BODY, Operator.CONTAINS, "Welcome", case_sensitive=False),
        one(Source.BODY, Operator.MATCHES, "v[0-9]+"),
        one(Source.BODY, Operator.MATCHES, "{{PATTERN}}("),
        one(Source.HEADER, Operator.CONTAINS, "json", "Content-Type"),
        one(Source.JSON, Operator.EQUALS, None, "$.error"),
        one(Source.JSON, Operator.EQUALS, {"a": [1]}, "$.a[*].b"),
        one(Source.JSON, Operator.EQUALS, 3, "$.{{NAME}}"),
        one(Source.CERTIFICATE, Operator.GREATER_THAN, 30, "days_remaining"),
        one(Source.FACT, Operator.EQUALS, "tls", "failure", soft=True),
    ],
    ids=lambda value: str(value)[:60],
)
def test_what_makes_sense_is_accepted(assertion: Assertion) -> None:
    validate(assertion)
    assert assertion.source in Source
