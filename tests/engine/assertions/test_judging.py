"""What observations and assertions come to."""

import json
import time
from typing import Any

import pytest

from outrider_engine.assertions import judge
from outrider_engine.domain.assertions import Assertion, Operator, Source
from outrider_engine.domain.observations import Failure, Observation
from outrider_engine.domain.redaction import MASK, Redactor
from outrider_engine.domain.verdicts import Reason, Verdict

CERTIFICATE = {"days_remaining": 20, "issuer": "CN=Root", "names": ["a.test", "b.test"]}


def seen(body: bytes | None = b"", content_type: str = "application/json", **facts: Any) -> Observation:
    return Observation(
        duration_ms=120.0,
        phases={"dns": 5.0, "first_byte": 80.0},
        facts={"status": 200, "certificate": CERTIFICATE, "records": ["1.2.3.4"], **facts},
        headers={"content-type": content_type, "content-length": "12"},
        body=body,
    )


def one(source: Source, operator: Operator, expected: Any = None, selector: str | None = None, **options: Any) -> Any:
    return Assertion(source, operator, expected, selector, options)


DOCUMENT = json.dumps(
    {
        "status": "ok",
        "count": 3,
        "none": None,
        "items": [{"id": 1, "tags": ["x"]}, {"id": 2, "tags": []}],
        "box": {"length": 7},
        "a.b": True,
    }
).encode()


@pytest.mark.parametrize(
    ("assertion", "passes"),
    [
        (one(Source.STATUS, Operator.EQUALS, 200), True),
        (one(Source.STATUS, Operator.EQUALS, "200"), True),
        (one(Source.STATUS, Operator.IN, [200, 201]), True),
        (one(Source.STATUS, Operator.NOT_EQUALS, 200), False),
        (one(Source.STATUS, Operator.BETWEEN, [200, 399]), True),
        (one(Source.RESPONSE_TIME, Operator.LESS_THAN, 120), False),
        (one(Source.RESPONSE_TIME, Operator.LESS_OR_EQUAL, 120), True),
        (one(Source.RESPONSE_TIME, Operator.LESS_THAN, 10, "dns"), True),
        (one(Source.RESPONSE_TIME, Operator.LESS_THAN, 10, "tls"), False),
        (one(Source.HEADER, Operator.CONTAINS, "json", "Content-Type"), True),
        (one(Source.HEADER, Operator.EQUALS, 12, "content-length"), True),
        (one(Source.HEADER, Operator.GREATER_THAN, 10, "content-length"), True),
        (one(Source.HEADER, Operator.NOT_EXISTS, None, "x-powered-by"), True),
        (one(Source.HEADER, Operator.CONTAINS, "JSON", "content-type"), False),
        (one(Source.HEADER, Operator.CONTAINS, "JSON", "content-type", case_sensitive=False), True),
        (one(Source.BODY, Operator.CONTAINS, '"ok"'), True),
        (one(Source.BODY, Operator.MATCHES, r'"count":\s*\d'), True),
        (one(Source.BODY, Operator.NOT_EMPTY), True),
        (one(Source.JSON, Operator.EQUALS, "ok", "$.status"), True),
        (one(Source.JSON, Operator.EQUALS, 1, "$.items[0].id"), True),
        (one(Source.JSON, Operator.EQUALS, [1, 2], "$.items[*].id"), True),
        (one(Source.JSON, Operator.CONTAINS, 2, "$..id"), True),
        (one(Source.JSON, Operator.EQUALS, 2, "$.items.length"), True),
        (one(Source.JSON, Operator.EQUALS, 7, "$.box.length"), True),
        (one(Source.JSON, Operator.EQUALS, [1, 0], "$.items[*].tags.length"), True),
        (one(Source.JSON, Operator.NOT_EXISTS, None, "$.count.length"), True),
        (one(Source.JSON, Operator.EXISTS, None, "$.none"), True),
        (one(Source.JSON, Operator.EMPTY, None, "$.none"), True),
        (one(Source.JSON, Operator.EXISTS, None, "$.nope"), False),
        (one(Source.JSON, Operator.EMPTY, None, "$.nope[*].a"), True),
        (one(Source.JSON, Operator.EQUALS, [], "$.nope[*].a"), True),
        (one(Source.JSON, Operator.EXISTS, None, "$.nope[*].a"), False),
        (one(Source.JSON, Operator.EXISTS, None, "$.items[1].tags"), True),
        (one(Source.JSON, Operator.EQUALS, True, "$['a.b']"), True),
        (one(Source.JSON, Operator.EQUALS, [2], "$.items[?@.id > 1].id"), True),
        (one(Source.JSON, Operator.EQUALS, [1], "$.items[?count(@.tags[*]) > 0].id"), True),
        (one(Source.JSON, Operator.EQUALS, [1], "$.items[?@.id < $.items[1].id].id"), True),
        (one(Source.JSON, Operator.EQUALS, ["ok"], "$[?match(@, 'o.')]"), True),
        (one(Source.JSON, Operator.EQUALS, ["ok"], "$[?search(@, 'k')]"), True),
        (one(Source.CERTIFICATE, Operator.GREATER_THAN, 30, "days_remaining"), False),
        (one(Source.CERTIFICATE, Operator.CONTAINS, "b.test", "names"), True),
        (one(Source.FACT, Operator.CONTAINS, "1.2.3.4", "records"), True),
        (one(Source.FACT, Operator.EQUALS, "CN=Root", "certificate.issuer"), True),
        (one(Source.FACT, Operator.EXISTS, None, "nope.nope"), False),
    ],
    ids=str,
)
def test_every_source_is_judged(assertion: Assertion, *, passes: bool) -> None:
    judgement = judge(seen(DOCUMENT), [assertion])
    assert judgement.results[0].passed is passes
    assert judgement.verdict is (Verdict.PASSED if passes else Verdict.FAILED)
    assert judgement.reason is (None if passes else Reason.ASSERTION)


def test_the_message_tells_expected_and_actual() -> None:
    judgement = judge(seen(status=503), [one(Source.STATUS, Operator.EQUALS, 200)])
    assert judgement.error == "status: expected equals 200, got 503"
    assert judgement.results[0].actual == 503
    missing = judge(seen(), [one(Source.HEADER, Operator.EQUALS, "a", "x-a")])
    assert missing.error == 'header x-a: expected equals "a", got nothing'


def test_a_status_of_the_defaults_is_http_status() -> None:
    wanted = [one(Source.STATUS, Operator.BETWEEN, [200, 399])]
    assert judge(seen(status=503), wanted, by_default=True).reason is Reason.HTTP_STATUS
    assert judge(seen(status=503), wanted).reason is Reason.ASSERTION


def test_several_failures_are_told_in_order() -> None:
    judgement = judge(seen(), [one(Source.STATUS, Operator.EQUALS, number) for number in (1, 200, 2, 3, 4, 5)])
    assert judgement.error is not None
    assert judgement.error.count("expected") == 3
    assert judgement.error.endswith("; and 2 more")
    assert [result.passed for result in judgement.results] == [False, True, False, False, False, False]


def test_a_soft_assertion_only_degrades() -> None:
    soft = one(Source.RESPONSE_TIME, Operator.LESS_THAN, 1, soft=True)
    assert judge(seen(), [soft]).verdict is Verdict.DEGRADED
    assert judge(seen(), [soft, one(Source.STATUS, Operator.EQUALS, 1)]).verdict is Verdict.FAILED
    assert judge(seen(), [soft, one(Source.STATUS, Operator.EQUALS, 200)]).reason is Reason.ASSERTION


TIMED_OUT = Failure(Verdict.TIMED_OUT, Reason.TIMEOUT, "timed out")
REFUSED = Failure(Verdict.FAILED, Reason.CONNECT, "connection refused")
DENIED = Failure(Verdict.ERROR, Reason.EGRESS_DENIED, "denied")


@pytest.mark.parametrize("failure", [TIMED_OUT, REFUSED, DENIED])
def test_a_failed_observation_keeps_its_verdict(failure: Failure) -> None:
    judgement = judge(Observation(duration_ms=1.0, failure=failure), [one(Source.STATUS, Operator.EQUALS, 200)])
    assert (judgement.verdict, judgement.reason, judgement.error) == (failure.verdict, failure.reason, failure.message)
    assert judgement.results == ()


@pytest.mark.parametrize(
    ("failure", "reason", "verdict"),
    [
        (REFUSED, "connect", Verdict.PASSED),
        (TIMED_OUT, "timeout", Verdict.PASSED),
        (REFUSED, "tls", Verdict.FAILED),
        (DENIED, "egress_denied", Verdict.ERROR),
    ],
)
def test_only_what_the_target_did_can_be_expected(failure: Failure, reason: str, verdict: Verdict) -> None:
    expecting = one(Source.FACT, Operator.EQUALS, reason, "failure")
    assert judge(Observation(duration_ms=1.0, failure=failure), [expecting]).verdict is verdict


def test_an_expected_failure_that_does_not_come_fails() -> None:
    judgement = judge(seen(), [one(Source.FACT, Operator.EQUALS, "connect", "failure")])
    assert judgement.error == 'fact failure: expected equals "connect", got nothing'


def test_soft_failures_of_a_journey_are_judged_together_with_assertions() -> None:
    healed = Observation(duration_ms=5.0, failure=Failure(Verdict.DEGRADED, Reason.HEALED, "another locator"))
    good, bad = one(Source.RESPONSE_TIME, Operator.LESS_THAN, 9), one(Source.RESPONSE_TIME, Operator.LESS_THAN, 1)
    assert judge(healed, []).verdict is Verdict.DEGRADED
    assert (judge(healed, [good]).reason, judge(healed, [good]).error) == (Reason.HEALED, "another locator")
    assert judge(healed, [bad]).verdict is Verdict.FAILED


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"not json", id="text"),
        pytest.param(b"", id="empty"),
        pytest.param(b"[" * 100_000 + b"]" * 100_000, id="nested"),
        pytest.param(b'{"a":' * 100_000 + b"1" + b"}" * 100_000, id="nested-objects"),
        pytest.param(b"[" + b"9" * 1_000_000 + b"]", id="huge-integer"),
        pytest.param(b"[1e999]", id="huge-float"),
        pytest.param(b"[NaN]", id="nan"),
        pytest.param(b"[Infinity]", id="infinity"),
        pytest.param(b"\xff\xfe\x00", id="binary"),
    ],
)
@pytest.mark.parametrize("operator", [Operator.EXISTS, Operator.NOT_EXISTS])
def test_a_body_that_is_not_json_fails_every_json_assertion(body: bytes, operator: Operator) -> None:
    judgement = judge(seen(body), [one(Source.JSON, operator, None, "$.a")])
    assert (judgement.verdict, judgement.reason) == (Verdict.FAILED, Reason.BODY)
    assert judgement.error is not None
    assert len(judgement.error) < 400


@pytest.mark.parametrize(
    "path", ["$..*..*..*", "$..[?count($..*) > 1]", "$..[?@..a]", "$[" + ",".join("*" * 200) + "]"]
)
def test_a_path_over_a_large_document_ends_soon(path: str) -> None:
    document = json.dumps([{"a": [1, 2, {"b": 3}]} for _ in range(20_000)]).encode()
    began = time.thread_time()
    judgement = judge(seen(document), [one(Source.JSON, Operator.EXISTS, None, path)])
    assert judgement.verdict is Verdict.FAILED
    assert "looks at more than" in str(judgement.error)
    assert time.thread_time() - began < 3


def test_a_deep_document_is_a_failure_of_the_assertion() -> None:
    deep = b"[" * 300 + b"]" * 300
    judgement = judge(seen(deep), [one(Source.JSON, Operator.EQUALS, 1, "$..a")])
    assert judgement.verdict is Verdict.FAILED
    assert "nested too deeply" in str(judgement.error)


@pytest.mark.parametrize("pattern", [r"(a+)+$", r"^(\w+\s?)*$", r"(x+x+)+y"])
def test_patterns_take_linear_time(pattern: str) -> None:
    began = time.thread_time()
    judgement = judge(seen(b"a" * 100_000 + b"!"), [one(Source.BODY, Operator.MATCHES, pattern)])
    assert judgement.results
    assert time.thread_time() - began < 3


def test_a_pattern_in_a_path_is_linear_and_may_be_nonsense() -> None:
    document = json.dumps(["a" * 50_000 + "!"]).encode()
    began = time.thread_time()
    for pattern in ("(a+)+$", "(?<=a)", "["):
        judgement = judge(seen(document), [one(Source.JSON, Operator.EXISTS, None, f"$[?match(@, '{pattern}')]")])
        assert (judgement.verdict, judgement.reason) == (Verdict.FAILED, Reason.ASSERTION)
    assert time.thread_time() - began < 3


@pytest.mark.parametrize(
    ("content_type", "body", "text"),
    [
        ("text/html; charset=iso-8859-1", b"gr\xfc\xdfe", "grüße"),
        ("text/html", "grüße".encode(), "grüße"),
        ('text/html; charset="UTF-16"', "grüße".encode("utf-16"), "grüße"),
        ("text/html; charset=shift_jis", "日本".encode("shift_jis"), "日本"),
        ("text/html; charset=nonsense", b"a\xffb", "a\N{REPLACEMENT CHARACTER}b"),
        ("text/html; charset=idna", b"xn--a", "xn--a"),
        ("text/html; charset=zlib", b"abc", "abc"),
        ("text/html", b"\xef\xbb\xbfabc", "abc"),
        ("text/html", b"a\x00b", "a\N{REPLACEMENT CHARACTER}b"),
    ],
)
def test_bodies_are_decoded_by_their_charset(content_type: str, body: bytes, text: str) -> None:
    judgement = judge(seen(body, content_type), [one(Source.BODY, Operator.EQUALS, text)])
    assert judgement.error is None


def test_values_are_shown_short_and_storable() -> None:
    long = judge(seen(b"x" * 100_000), [one(Source.BODY, Operator.EQUALS, "y" * 5000)])
    assert long.error is not None
    assert len(long.error) < 500
    assert len(str(long.results[0].actual)) == 200
    odd = judge(seen(b'{"a": "x\\u0000\\ud800y", "b": [1, 2]}'), [one(Source.JSON, Operator.EQUALS, 1, "$.a")])
    assert odd.results[0].actual == "x\N{REPLACEMENT CHARACTER}\N{REPLACEMENT CHARACTER}y"
    whole = judge(seen(b'{"b": [1, 2]}'), [one(Source.JSON, Operator.EQUALS, 1, "$.b")])
    assert whole.results[0].actual == [1, 2]


@pytest.mark.parametrize("operator", [Operator.MATCHES, Operator.CONTAINS, Operator.EQUALS, Operator.NOT_MATCHES])
def test_lone_surrogates_are_only_characters(operator: Operator) -> None:
    document = b'{"a": "x\\ud800y", "\\udfff": 1}'
    assert judge(seen(document), [one(Source.JSON, operator, "y", "$.a")]).verdict in {Verdict.PASSED, Verdict.FAILED}
    within = one(Source.JSON, Operator.EXISTS, None, "$[?search(@, 'y')]")
    assert judge(seen(document), [within]).verdict in {Verdict.PASSED, Verdict.FAILED}


def test_no_half_of_a_secret_is_left_at_the_cut() -> None:
    secret = "tops3cret" * 5
    redact = Redactor([secret]).text
    for lead in range(150, 200, 7):
        body = b"x" * lead + secret.encode() + b"y" * 100
        judgement = judge(seen(body), [one(Source.BODY, Operator.EQUALS, "z" * lead + secret)], redact=redact)
        assert "tops" not in f"{judgement.error} {judgement.results}"
        assert MASK in str(judgement.results[0].assertion.expected)


@pytest.mark.parametrize(
    "assertion",
    [
        one(Source.BODY, Operator.MATCHES, "("),
        one(Source.STATUS, Operator.BETWEEN, None),
        one(Source.JSON, Operator.EXISTS, None, "$["),
        one(Source.STATUS, Operator.EQUALS, "many"),
    ],
)
def test_an_assertion_that_makes_no_sense_is_an_error_of_the_check(assertion: Assertion) -> None:
    judgement = judge(seen(), [assertion])
    assert (judgement.verdict, judgement.reason) == (Verdict.ERROR, Reason.INVALID_DEFINITION)
